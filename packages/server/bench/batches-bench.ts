import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { createRandom, type Event, gaussian, KEY_ZONES, type Random } from "@habitus/core";
import { createPageSender, encodeBatch, macInput, type OpenSessionResponse } from "@habitus/wire";
import { sealedBatchSchema, wireBatchSchema } from "@habitus/wire/schemas";
import { fastify } from "fastify";
import { validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { createService, type Service } from "../src/index.ts";
import { type LoadRequest, type LoadResult, runLoad } from "./load.ts";

/** `features`: as pages send by default, feature sets, sealed. `events`: events, unsealed, which the service reads itself. */
export type Way = "features" | "events";

export interface BatchesBench {
  /** Durable batches per second, each of 50 events of an enrolled subject, compared and decided. */
  readonly ours: number;
  /** Batches per second of a bare Fastify route that parses and validates the same bodies with the same schema. */
  readonly bare: number;
  readonly ratio: number;
}

const CONNECTIONS = 32;
const SUBJECTS = 8;
const EVENTS_PER_BATCH = 50;
const BATCHES_PER_SESSION = 100;
const ROUNDS = 3;

/**
 * Measures the way of a batch from the socket to the durable answer, beside a bare route in the same process, in turns:
 * the medians of some rounds each. The load comes from another thread over kept-alive connections.
 */
export async function benchBatches(
  way: Way,
  { sessionsPerConnection = 3 }: { readonly sessionsPerConnection?: number } = {},
): Promise<BatchesBench> {
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-bench-"));
  const unsealed = way === "events" ? "accept" : "refuse";
  const service = await createService({ dataDir, port: 0, logLevel: "silent", requestsPerMinute: 1e9, unsealed });
  const bare = await startBare(way);
  try {
    const apiKey = await service.apiKeys.add("bench");
    await service.listen();
    await call(service, apiKey, "PUT", "/v1/settings", { tier: way });
    await enrolSubjects(service, apiKey);
    const rates = { ours: [] as number[], bare: [] as number[] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const lanes = await prepareLanes(service, apiKey, sessionsPerConnection, round);
      const bareRate = await measure(bare.port, lanes);
      const ourRate = await measure(Number(new URL(service.url).port), lanes);
      if (round === 0) continue; // the first round warms up both
      rates.ours.push(ourRate);
      rates.bare.push(bareRate);
    }
    const [ours, other] = [median(rates.ours), median(rates.bare)];
    return { ours, bare: other, ratio: ours / other };
  } finally {
    await bare.close();
    await service.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function startBare(way: Way): Promise<{ port: number; close: () => Promise<unknown> }> {
  const app = fastify({ logger: false, bodyLimit: 512 * 1024 }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  const body = way === "events" ? wireBatchSchema : sealedBatchSchema;
  app.post("/v1/sessions/:session/batches", { schema: { body } }, async (_request, reply) =>
    reply.code(202).send({ accepted: EVENTS_PER_BATCH, nextSeq: 1 }),
  );
  await app.listen({ host: "127.0.0.1", port: 0 });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }; // it listens on a port
}

async function measure(port: number, lanes: readonly (readonly LoadRequest[])[]): Promise<number> {
  const source = `const { parentPort, workerData } = require("node:worker_threads");
    (${runLoad.toString()})(require("node:net"), workerData, (result) => parentPort.postMessage(result));`;
  const worker = new Worker(source, { eval: true, workerData: { port, lanes } });
  const { answered, refused, seconds } = await new Promise<LoadResult>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  await worker.terminate();
  if (refused > 0) throw new Error(`${refused} batches were refused, ${answered} accepted`);
  return answered / seconds;
}

async function prepareLanes(
  service: Service,
  apiKey: string,
  sessions: number,
  round: number,
): Promise<LoadRequest[][]> {
  const lanes: LoadRequest[][] = [];
  for (let lane = 0; lane < CONNECTIONS; lane += 1) {
    const requests: LoadRequest[] = [];
    for (let i = 0; i < sessions; i += 1) {
      const number = lane * sessions + i;
      const opened = await openSession(service, apiKey, `subject-${number % SUBJECTS}`);
      requests.push(...(await signedBatches(opened, number % SUBJECTS, 1000 * (round + 2) + number)));
    }
    lanes.push(requests);
  }
  return lanes;
}

/** Everybody has as many samples as are kept, so that no enrolment falls into the measurement. */
async function enrolSubjects(service: Service, apiKey: string): Promise<void> {
  for (let subject = 0; subject < SUBJECTS; subject += 1)
    for (let i = 0; i < 3; i += 1) {
      const opened = await openSession(service, apiKey, `subject-${subject}`);
      for (const { path, token, mac, body } of await signedBatches(opened, subject, 10 * subject + i)) {
        const headers = { "content-type": "application/json", authorization: `Bearer ${token}`, "habitus-mac": mac };
        const answer = await service.app.inject({ method: "POST", url: path, headers, payload: body });
        if (answer.statusCode !== 202) throw new Error(`refused: ${answer.body}`);
      }
    }
  await sleep(1500); // the last enrolments follow their batches
  for (let subject = 0; subject < SUBJECTS; subject += 1) {
    const { enrolment } = await call(service, apiKey, "GET", `/v1/subjects/subject-${subject}`);
    if (enrolment?.state !== "enrolled") throw new Error(`subject-${subject} is not enrolled`);
  }
}

async function openSession(service: Service, apiKey: string, subject: string): Promise<OpenSessionResponse> {
  const path = `/v1/subjects/${subject}/consent`;
  await call(service, apiKey, "PUT", path, { granted: true, textVersion: "1" });
  await call(service, apiKey, "PUT", path, { granted: true, textVersion: "1", purpose: "research", tier: "events" });
  return (await call(service, apiKey, "POST", "/v1/sessions", { subject })) as unknown as OpenSessionResponse; // the route's own schema
}

async function call(
  { app }: Service,
  apiKey: string,
  method: "GET" | "POST" | "PUT",
  url: string,
  payload?: object,
): Promise<{ enrolment?: { state: string } }> {
  const headers = { authorization: `Bearer ${apiKey}` };
  return (await app.inject({ method, url, headers, ...(payload && { payload }) })).json();
}

async function signedBatches(opened: OpenSessionResponse, subject: number, seed: number): Promise<LoadRequest[]> {
  const random = createRandom(seed);
  const key = Buffer.from(opened.channelKey, "base64url");
  const request = opened.tier === "features" ? await createPageSender(opened) : undefined;
  const requests: LoadRequest[] = [];
  let at = Date.now() - 9 * 60_000;
  for (let seq = 0; seq < BATCHES_PER_SESSION; seq += 1) {
    const events = someUse(random, at, subject, seq * EVENTS_PER_BATCH);
    at = (events.at(-1)?.at ?? at) + 20;
    const batch = (): object => encodeBatch({ stream: 1, seq, quantumMs: 0.1, lost: 0, events });
    const body = (await request?.(events))?.body ?? JSON.stringify(batch());
    const mac = createHmac("sha256", key).update(macInput(opened.session, body)).digest("hex");
    requests.push({ path: `/v1/sessions/${opened.session}/batches`, token: opened.collectorToken, mac, body });
  }
  return requests;
}

/** Ten keys, then thirty steps of the mouse: 50 events, about three seconds. */
function someUse(random: Random, from: number, subject: number, firstPress: number): Event[] {
  const events: Event[] = [];
  let at = from;
  for (let i = 0; i < 10; i += 1) {
    const zone = KEY_ZONES[Math.floor(random() * 6)] ?? "space";
    const press = firstPress + i;
    const hold = Math.max(20, 60 + 12 * subject + 8 * gaussian(random));
    events.push({ kind: "key", at, phase: "down", zone, press, shortcut: false });
    events.push({ kind: "key", at: at + hold, phase: "up", zone, press, shortcut: false });
    at += Math.max(hold + 5, 150 + 20 * subject + 25 * gaussian(random));
  }
  let x = 300 + 200 * random();
  let y = 200 + 200 * random();
  for (let i = 0; i < 30; i += 1) {
    at += 16 + random();
    x += (4 + subject) * random();
    y += 4 * random();
    const place = { x: Math.round(10 * x) / 10, y: Math.round(10 * y) / 10 };
    const rest = { contact: 0, button: -1, buttons: 0, pressure: 0, size: 0 };
    events.push({ kind: "pointer", at, phase: "move", pointer: "mouse", ...place, ...rest });
  }
  return events;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
