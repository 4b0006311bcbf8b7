import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createClient, HabitusError, isUnavailable } from "./index.ts";

/** A real HTTP server that answers as told; the service itself is tested with this client in its own package. */
const closers: (() => void)[] = [];
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on TCP
}
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

test("each request carries the key and reaches the documented address", async () => {
  const seen: string[] = [];
  const url = await serve((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    if (request.method === "DELETE") response.writeHead(204).end();
    else json(response, 200, { sessions: [], entries: [] });
  });
  const client = createClient({ url: `${url}/`, apiKey: "k" });
  await client.openSession({ subject: "ada" });
  await client.assessment("s/1");
  await client.reportOutcome("s", { outcome: "stepUpPassed" });
  await client.setConsent("ada", { granted: true, textVersion: "1" });
  await client.eraseSubject("ada");
  await client.audit({ after: 7 });
  await client.setContext("s", { context: "sensitive" });
  await client.setAccommodation("ada", { without: ["pointer"] });
  await client.putPolicy("p", { role: "shadow", preset: "quiet" });
  await client.simulatePolicy("p", { threshold: 0.3, days: 7 });
  await client.simulatePolicy("p");
  await client.subjectPage("ada/1", { returnTo: "https://bank.example" });
  await client.settings();
  await client.putSettings({ tier: "device" });
  expect(seen).toEqual([
    "POST /v1/sessions Bearer k",
    "GET /v1/sessions/s%2F1/assessment Bearer k",
    "POST /v1/sessions/s/outcomes Bearer k",
    "PUT /v1/subjects/ada/consent Bearer k",
    "DELETE /v1/subjects/ada Bearer k",
    "GET /v1/audit?after=7 Bearer k",
    "PUT /v1/sessions/s/context Bearer k",
    "PUT /v1/subjects/ada/accommodation Bearer k",
    "PUT /v1/policies/p Bearer k",
    "GET /v1/policies/p/simulation?threshold=0.3&days=7 Bearer k",
    "GET /v1/policies/p/simulation Bearer k",
    "POST /v1/subjects/ada%2F1/page Bearer k",
    "GET /v1/settings Bearer k",
    "PUT /v1/settings Bearer k",
  ]);
});

test("a problem becomes an error with its code and request id", async () => {
  const url = await serve((_, response) =>
    json(response, 404, {
      type: "about:blank",
      title: "No.",
      status: 404,
      code: "unknown-session",
      detail: "",
      requestId: "r1",
    }),
  );
  const error = await createClient({ url, apiKey: "k" })
    .assessment("x")
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HabitusError);
  expect(error).toMatchObject({ code: "unknown-session", status: 404, requestId: "r1" });
});

test("an answer of something in between is no word of Habitus", async () => {
  const url = await serve((_, response) => response.writeHead(502).end("<html>"));
  const error = await createClient({ url, apiKey: "k" })
    .listSessions()
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "unreachable", status: 502 });
  expect(isUnavailable(error)).toBe(true);
  const page = await serve((_, response) => response.writeHead(200).end("<html>"));
  await expect(createClient({ url: page, apiKey: "k" }).listSessions()).rejects.toMatchObject({ code: "unreachable" });
});

test("a service that is down or silent is unreachable", async () => {
  const silent = await serve(() => undefined);
  await expect(createClient({ url: "http://127.0.0.1:9", apiKey: "k" }).listSessions()).rejects.toMatchObject({
    code: "unreachable",
  });
  await expect(createClient({ url: silent, apiKey: "k", timeoutMs: 50 }).listSessions()).rejects.toMatchObject({
    code: "unreachable",
  });
});

test("watching goes on after the connection was lost, says so meanwhile, and ends with the session", async () => {
  let connections = 0;
  const url = await serve((_, response) => {
    connections += 1;
    response.writeHead(200, { "content-type": "text/event-stream" });
    const state = connections < 3 ? "open" : "ended";
    const data = `{"state":"${state}",\ndata: "trust":0.${connections}}`;
    response.write(`: hello\r\n\nevent: assessment\ndata: ${data}\n\nevent: other\ndata: 1\n\n`);
    if (connections < 3) response.end();
  });
  const heard: unknown[] = [];
  const onLost = (error: HabitusError): unknown => heard.push(error.code);
  for await (const assessment of createClient({ url, apiKey: "k" }).watch("s", { onLost, retryMs: 1 }))
    heard.push(assessment.trust);
  expect(heard).toEqual([0.1, "unreachable", 0.2, "unreachable", 0.3]);
});

test("a stream that falls silent is lost, and watching ends with its signal", async () => {
  const url = await serve((_, response) =>
    response.writeHead(200, { "content-type": "text/event-stream" }).write(":\n"),
  );
  const stop = new AbortController();
  const lost: string[] = [];
  const onLost = ({ message }: HabitusError): void => {
    if (lost.push(message) === 2) stop.abort();
  };
  const options = { onLost, retryMs: 1, silenceMs: 20, signal: stop.signal };
  for await (const _ of createClient({ url, apiKey: "k" }).watch("s", options)) expect.unreachable();
  expect(lost.map((message) => message.replace(/.*: /, ""))).toEqual([
    "the stream fell silent",
    "the stream fell silent",
  ]);
});

test("a message cut into bytes in any place is read the same", async () => {
  const text = 'event: assessment\r\ndata: {"state":"ended","subject":"Ä"}\r\n\r\n';
  const bytes = new TextEncoder().encode(text);
  const url = await serve((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    let sent = 0;
    const sendNext = (): void => {
      response.write(bytes.subarray(sent, sent + 1));
      sent += 1;
      if (sent < bytes.length) setImmediate(sendNext);
    };
    sendNext();
  });
  expect((await createClient({ url, apiKey: "k" }).watch("s").next()).value).toEqual({ state: "ended", subject: "Ä" });
});

test("watching a session that is refused throws instead of trying for ever", async () => {
  const url = await serve((_, response) => json(response, 401, { code: "invalid-api-key", title: "", detail: "" }));
  await expect(createClient({ url, apiKey: "k" }).watch("s").next()).rejects.toMatchObject({ code: "invalid-api-key" });
});
