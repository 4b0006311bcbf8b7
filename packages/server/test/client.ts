import { setTimeout as sleep } from "node:timers/promises";
import { createRandom, type Event, findReader, gaussian, KEY_ZONES, type Random } from "@habitus/core";
import {
  type BatchMaker,
  createBatchMaker,
  decodeEvents,
  encodeBatch,
  fromBase64Url,
  MAC_HEADER,
  type OpenSessionResponse,
  signBatch,
  type WireBatch,
} from "@habitus/wire";
import { createService, type Service, type ServiceConfig } from "../src/index.ts";

/** An application, its server and a page, as tests need them. Requests go through `app.inject`. */
export interface TestApplication {
  readonly service: Service;
  readonly apiKey: string;
  readonly call: (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown) => Promise<Answer>;
  /** Grants consent and opens a session. */
  readonly open: (subject: string) => Promise<TestPage>;
}
/** What was parsed: a test reads the members it wants to compare. */
export type Json = ReturnType<typeof JSON.parse>;
export interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, unknown>>;
}
export interface TestPage {
  readonly opened: OpenSessionResponse;
  readonly send: (batch: WireBatch, change?: SendChange) => Promise<Answer>;
  readonly sendText: (json: string, change?: SendChange) => Promise<Answer>;
}
export interface SendChange {
  readonly token?: string;
  readonly mac?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** With `tier: "events"` its subjects have agreed to give events themselves. */
export async function startApplication(
  { tier, ...config }: Partial<ServiceConfig> & { readonly tier?: "events" } = {},
  name = "bank",
): Promise<TestApplication> {
  const service = await createService({
    dataDir: ":memory:",
    logLevel: process.env.HABITUS_LOG_LEVEL ?? "silent",
    requestsPerMinute: 1e9,
    failuresAllowed: 1e9,
    unsealed: "accept", // what is asked of a batch's content is asked of it as it is; seal.test.ts has the seals
    ...config,
  });
  return joinService(service, name, tier);
}

export async function joinService(service: Service, name = "bank", tier?: "events"): Promise<TestApplication> {
  const apiKey = await service.apiKeys.add(name);
  const call: TestApplication["call"] = async (method, url, body) => {
    const headers = { authorization: `Bearer ${apiKey}` };
    const answer = await service.app.inject({
      method,
      url,
      headers,
      ...(body === undefined ? {} : { payload: body as object }),
    });
    return {
      status: answer.statusCode,
      body: answer.body === "" ? undefined : JSON.parse(answer.body),
      headers: answer.headers,
    };
  };
  return {
    service,
    apiKey,
    call,
    async open(subject) {
      const consent = await call("PUT", `/v1/subjects/${subject}/consent`, { granted: true, textVersion: "1" });
      if (consent.status !== 200) throw new Error(`no consent: ${JSON.stringify(consent.body)}`);
      if (tier === "events") await allowEvents({ call }, subject);
      const { status, body } = await call("POST", "/v1/sessions", { subject });
      if (status !== 201) throw new Error(`no session: ${JSON.stringify(body)}`);
      return pageOf(service, body);
    },
  };
}

export function pageOf({ app }: Pick<Service, "app">, opened: OpenSessionResponse): TestPage {
  const sendText: TestPage["sendText"] = async (json, { token, mac, headers } = {}) => {
    const answer = await app.inject({
      method: "POST",
      url: `/v1/sessions/${opened.session}/batches`,
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${token ?? opened.collectorToken}`,
        [MAC_HEADER]: mac ?? signBatch(fromBase64Url(opened.channelKey), opened.session, json),
        ...headers,
      },
      payload: json,
    });
    return { status: answer.statusCode, body: JSON.parse(answer.body), headers: answer.headers };
  };
  const ofTier = toTier(opened);
  return { opened, sendText, send: (batch, change) => sendText(JSON.stringify(ofTier(batch)), change) };
}

/** Returns what a page of the session's tier would send of these events; the same for the same batch. */
function toTier({ tier, reader }: OpenSessionResponse): (batch: WireBatch) => object {
  if (tier === "events") return (batch) => batch;
  const makers = new Map<number, BatchMaker>();
  const made = new Map<string, object>();
  return (batch) => {
    const { stream, seq, lost, q } = batch;
    const id = `${stream}/${seq}`;
    const maker = makers.get(stream) ?? createBatchMaker({ tier: "features", reader: findReader(reader) });
    makers.set(stream, maker);
    const known = made.get(id) ?? maker.make({ stream, seq, lost, quantumMs: q / 1000, events: decodeEvents(batch) });
    made.set(id, known);
    return known;
  };
}

/** Returns the answer that a body came in, where all but a success throws. */
export async function answered(body: Promise<Json>): Promise<Answer> {
  return { status: 200, body: await body, headers: {} };
}

/** Grants what lets events themselves be sent: the application's setting, and the subject's consent to both. */
export async function allowEvents({ call }: Pick<TestApplication, "call">, ...subjects: string[]): Promise<void> {
  const answers = [await call("PUT", "/v1/settings", { tier: "events" })];
  for (const subject of subjects)
    for (const purpose of ["authentication", "research"])
      answers.push(
        await call("PUT", `/v1/subjects/${subject}/consent`, {
          ...{ granted: true, textVersion: "1", purpose },
          tier: purpose === "research" ? "events" : "features",
        }),
      );
  for (const { status, body } of answers) if (status !== 200) throw new Error(JSON.stringify(body));
}

export interface Habit {
  readonly holdMs: number;
  readonly pauseMs: number;
}

/** Returns key presses and releases of somebody who types with these means, from `at` on. */
export function typing(
  random: Random,
  count: number,
  { at, habit, firstPress = 0 }: { at: number; habit: Habit; firstPress?: number },
): Event[] {
  const events: Event[] = [];
  let now = at;
  for (let i = 0; i < count; i += 1) {
    const zone = KEY_ZONES[Math.floor(random() * 6)] ?? "space";
    const press = firstPress + i;
    const hold = Math.max(20, habit.holdMs + 12 * gaussian(random));
    events.push({ kind: "key", at: now, phase: "down", zone, press, shortcut: false });
    events.push({ kind: "key", at: now + hold, phase: "up", zone, press, shortcut: false });
    now += Math.max(hold + 5, habit.pauseMs + 30 * gaussian(random));
  }
  return events;
}

/** Cuts events into numbered batches. */
export function batchesOf(
  events: readonly Event[],
  { stream = 1, size = 50, firstSeq = 0 }: { stream?: number; size?: number; firstSeq?: number } = {},
): WireBatch[] {
  const batches: WireBatch[] = [];
  for (let i = 0; i < events.length; i += size)
    batches.push(
      encodeBatch({ stream, seq: firstSeq + i / size, quantumMs: 0.1, lost: 0, events: events.slice(i, i + size) }),
    );
  return batches;
}

/** Waits for something that happens by itself soon; fails after ten seconds. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(20)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error("it did not happen within ten seconds");
}

export const seeded = createRandom;
