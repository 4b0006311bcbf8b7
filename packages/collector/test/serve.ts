import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Event } from "@habitus/core/collector";
import { decodeEvents, type SealedBatch, type WireBatch } from "@habitus/wire";
import { createBatchOpener } from "../../server/src/keys/batch-opener.ts";

export const SESSION = "session-0123456789abcdef";
export const TOKEN = "collector-token";
const CHANNEL_KEY = Buffer.alloc(32, 1);
const opener = createBatchOpener({ derive: (_label, length) => Buffer.alloc(length, 3) });
export const OPENED = {
  session: SESSION,
  collectorToken: TOKEN,
  channelKey: CHANNEL_KEY.toString("base64url"),
  nameKey: Buffer.alloc(16, 2).toString("base64url"),
  sealKey: opener.publicKey,
  tier: "events",
  reader: "habitus-features@1",
} as const;
const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

/** What the page sent, word for word, and what came of it. */
export interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** The same, opened. */
  readonly text: string;
  readonly batch: WireBatch;
  readonly isBeacon: boolean;
  readonly isSigned: boolean;
  readonly answer: string;
}

/** How the service answers a batch: as it should unless a test says otherwise. */
export type Answerer = (batch: WireBatch, attempt: number) => Answered | undefined;
export type Answered =
  | {
      readonly kind: "problem";
      readonly status: number;
      readonly code?: string;
      readonly headers?: Record<string, string>;
      readonly expectedSeq?: number;
    }
  /** The batch is taken, but the answer never arrives. */
  | { readonly kind: "lostAnswer" }
  | { readonly kind: "noService" };

export interface Service {
  readonly origin: string;
  readonly received: Received[];
  /** Events of the batches that were accepted, once each, in order. */
  readonly events: Event[];
  answer: Answerer;
  reset(): void;
  close(): Promise<void>;
}

/** Serves the files of a page under a strict policy, and a service that keeps batches as the real one does: in order, each once. */
export async function serve(
  files: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const received: Received[] = [];
  const events: Event[] = [];
  let accepted = new Map<string, string>();
  let attempts = 0;

  const take = (body: string, batch: WireBatch): { status: number; json: object } => {
    const known = accepted.get(`${batch.stream}/${batch.seq}`);
    const next = [...accepted.keys()].filter((id) => id.startsWith(`${batch.stream}/`)).length;
    if (known !== undefined)
      return known === body
        ? { status: 202, json: { accepted: 0, nextSeq: next } }
        : { status: 409, json: { code: "sequence-conflict" } };
    if (batch.seq !== next) return { status: 409, json: { code: "sequence-gap", expectedSeq: next } };
    accepted.set(`${batch.stream}/${batch.seq}`, body);
    const decoded = batch.v === 1 ? decodeEvents(batch) : [];
    events.push(...decoded);
    return { status: 202, json: { accepted: decoded.length, nextSeq: next + 1 } };
  };

  const service: Omit<Service, "origin"> = {
    received,
    events,
    answer: () => undefined,
    reset() {
      received.length = 0;
      events.length = 0;
      accepted = new Map();
      attempts = 0;
      service.answer = () => undefined;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? "/", "http://page");
    if (request.method === "GET") {
      const name = pathname in files ? pathname : "/page.html";
      const type = name.endsWith(".js") ? "text/javascript" : "text/html";
      response.writeHead(200, {
        "content-type": `${type}; charset=utf-8`,
        "content-security-policy": POLICY,
        ...headers,
      });
      response.end(files[name]);
      return;
    }
    const text = await read(request);
    const isBeacon = String(request.headers["content-type"]).startsWith("text/plain");
    const [token, mac, body] = isBeacon
      ? text.split("\n")
      : [request.headers.authorization?.slice(7), request.headers["habitus-mac"], text];
    const right = createHmac("sha256", CHANNEL_KEY).update(`habitus-batch-1\n${SESSION}\n${body}`).digest("hex");
    const isSigned = mac === right && token === TOKEN && pathname === `/v1/sessions/${SESSION}/batches`;
    const opened = opener.open(SESSION, JSON.parse(body ?? "") as SealedBatch); // a test's own page sent it
    const batch = JSON.parse(opened) as WireBatch; // and what was in it
    attempts += 1;
    const told = service.answer(batch, attempts);
    received.push({
      headers: request.headers,
      body: text,
      text: opened,
      batch,
      isBeacon,
      isSigned,
      answer: told?.kind ?? "taken",
    });
    if (told?.kind === "noService") return void request.socket.destroy();
    if (told?.kind === "problem") {
      response.writeHead(told.status, { "content-type": "application/problem+json", ...told.headers });
      return void response.end(JSON.stringify({ code: told.code, expectedSeq: told.expectedSeq }));
    }
    const { status, json } = take(body ?? "", batch);
    if (told?.kind === "lostAnswer") return void request.socket.destroy();
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(json));
  };
  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return Object.assign(service, { origin: `http://127.0.0.1:${port}` });
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set
  return Buffer.concat(chunks).toString();
}
