import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, type Event } from "@habitus/core";
import { fromBase64Url, MAC_HEADER, type OpenSessionResponse, signBatch } from "@habitus/wire";
import { afterAll, expect, test } from "vitest";
import { buildService, type RunningService, runService } from "./built.ts";
import { allowEvents, answered, type Json } from "./client.ts";
import { batchOf, typePhrase } from "./phrase-typing.ts";

const folders: string[] = [];
const running: RunningService[] = [];
afterAll(async () => {
  for (const { process } of running) process.kill("SIGKILL");
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

test("a phrase that was acknowledged is judged and learnt though the process is killed at once, and learnt no more than once", {
  timeout: 120_000,
}, async () => {
  const file = await buildService("phrase-crash");
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-phrase-crash-"));
  folders.push(dataDir);
  let apiKey = "";
  const start = async (): Promise<RunningService> => {
    const service = await runService(file, dataDir, { HABITUS_LOG_LEVEL: "warn", HABITUS_UNSEALED_BATCHES: "accept" });
    running.push(service);
    apiKey = service.apiKey ?? apiKey;
    return service;
  };
  const call = async ({ url }: RunningService, method: string, path: string, body?: unknown): Promise<Json> => {
    const headers = {
      authorization: `Bearer ${apiKey}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    };
    const answer = await fetch(url + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const send = async (service: RunningService, opened: OpenSessionResponse, events: readonly Event[], seq: number) => {
    const body = JSON.stringify(batchOf(events, seq));
    const { status } = await fetch(`${service.url}/v1/sessions/${opened.session}/batches`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${opened.collectorToken}`,
        [MAC_HEADER]: signBatch(fromBase64Url(opened.channelKey), opened.session, body),
      },
      body,
    });
    expect(status).toBe(202);
  };
  const kill = async (service: RunningService): Promise<RunningService> => {
    service.process.kill("SIGKILL");
    await service.ended;
    return start();
  };
  const random = createRandom(3);
  let service = await start();
  await allowEvents({ call: (...asked) => answered(call(service, ...asked)) }, "ann");
  const known = async (): Promise<Json> => (await call(service, "GET", "/v1/subjects/ann")).phrases;
  for (let i = 1; i <= 4; i += 1) {
    const opened = await call(service, "POST", "/v1/sessions", { subject: "ann" });
    const phrase = typePhrase({ at: Date.now() - 10_000, random });
    await send(service, opened, phrase.slice(0, 15), 0);
    service = await kill(service); // in the middle of it
    await send(service, opened, phrase.slice(15), 1);
    service = await kill(service);
    const { signIn } = await call(service, "GET", `/v1/sessions/${opened.session}/assessment`);
    expect(signIn).toMatchObject({ repetitions: i, absence: i < 4 ? "notEnrolled" : null });
    expect(await known()).toMatchObject([{ phrase: 7, repetitions: i }]);
    await call(service, "POST", `/v1/sessions/${opened.session}/outcomes`, { outcome: "ended" });
  }
  service = await kill(service);
  expect(await known()).toMatchObject([{ phrase: 7, state: "enrolled", repetitions: 4 }]);
});
