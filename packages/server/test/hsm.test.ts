import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { WireBatch } from "@habitus/wire";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createService, type KeysConfig, moveKeys, type Service } from "../src/index.ts";
import { buildService, runService } from "./built.ts";
import {
  type Answer,
  batchesOf,
  joinService,
  pageOf,
  seeded,
  type TestApplication,
  type TestPage,
  typing,
} from "./client.ts";
import { APPLICATION, fillFolder, startEngine } from "./filled-folder.ts";
import { lookInside, PIN, type SoftHsm, startSoftHsm, whyNoHsm } from "./softhsm.ts";

const why = whyNoHsm();
if (why !== undefined) process.stderr.write(`Keys on a hardware module are not tested here: ${why}\n`);
/** How long the module stays away: HABITUS_HSM_AWAY_S=60 for a minute. */
const AWAY_MS = 1000 * Number(process.env.HABITUS_HSM_AWAY_S ?? 2);
const HELD = 4;

interface Person {
  readonly page: TestPage;
  readonly batches: readonly WireBatch[];
  acknowledged: number;
}

describe.skipIf(why !== undefined)("a service whose keys live on a hardware module", () => {
  let hsm: SoftHsm;
  let dataDir: string;
  const start = (): Promise<Service> =>
    createService({
      dataDir,
      logLevel: "silent",
      requestsPerMinute: 1e9,
      unsealed: "accept",
      engine: "inline",
      keys: { provider: "pkcs11", ...hsm.config },
    });
  beforeEach(async () => {
    hsm = await startSoftHsm();
    dataDir = await mkdtemp(join(tmpdir(), "habitus-hsm-data-"));
  });
  afterEach(async () => {
    await hsm.remove();
    await rm(dataDir, { recursive: true, force: true });
  });

  test(
    "goes on with what is in memory while the module is away, answers 503 to what needs a key, and loses nothing",
    async () => {
      const first = await start();
      // Not in memory after the restart; nor is anybody of the same application, whose enrolment would look at them all.
      const asleep = await openPerson(await joinService(first, "shop"), "asleep", 1);
      await openPerson(await joinService(first, "shop"), "leaving", 2);
      await first.close();

      const service = await start();
      const again = await joinService(service);
      const shop = await joinService(service, "shop");
      const people = await Promise.all(Array.from({ length: HELD }, (_, i) => openPerson(again, `held-${i}`, 100 + i)));
      const seen = { duringAway: 0, refused: 0, strange: new Set<string>() };
      let isAway = false;
      let isOver = false;
      const stream = people.map(async (person) => {
        while (!isOver) {
          const batch = person.batches[person.acknowledged];
          if (batch === undefined) return;
          const answer = await person.page.send(batch);
          if (answer.status === 202) person.acknowledged += 1;
          else seen.strange.add(JSON.stringify(answer.body));
          if (isAway && answer.status === 202) seen.duringAway += 1;
          await sleep(AWAY_MS / 60);
        }
      });
      await sleep(200);
      await hsm.takeAway();
      isAway = true;
      const end = Date.now() + AWAY_MS;
      for (let i = 0; Date.now() < end; i += 1) {
        // Another person who is asleep, and one who was never here: both need the module.
        for (const answer of [
          await shop.call("GET", "/v1/subjects/asleep"),
          await again.call("POST", "/v1/sessions", { subject: `new-${i}` }),
          await pageOf(service, asleep.page.opened).send(asleep.batches[asleep.acknowledged] as WireBatch), // it is one of them
        ]) {
          expectAway(answer);
          seen.refused += 1;
        }
        expect((await again.call("GET", "/v1/subjects/held-0")).status).toBe(200);
        expect((await again.call("GET", "/healthz")).status).toBe(200);
        await sleep(AWAY_MS / 20);
      }
      expect((await shop.call("DELETE", "/v1/subjects/leaving")).status).toBe(204); // to destroy takes no key
      expect(await metricOf(service)).toBe(0);
      isAway = false;
      await hsm.bringBack();
      const back = Date.now();
      let status = 503;
      while (status !== 200 && Date.now() < back + 20_000) {
        ({ status } = await shop.call("GET", "/v1/subjects/asleep"));
        await sleep(50);
      }
      expect(status).toBe(200);
      const recoveredMs = Date.now() - back;
      await sleep(200);
      expect((await shop.call("GET", "/v1/subjects/leaving")).status).toBe(404);
      expect(await metricOf(service)).toBe(1);
      isOver = true;
      await Promise.all(stream);
      expect([...seen.strange]).toEqual([]);
      expect(seen.duringAway).toBeGreaterThan(10);
      expect(seen.refused).toBeGreaterThan(10);
      expect((await again.call("POST", "/v1/sessions", { subject: "new-0" })).status).toBe(201);
      process.stderr.write(
        `away ${AWAY_MS} ms: ${seen.duringAway} batches acknowledged meanwhile, ${seen.refused} refused with 503, recovered after ${recoveredMs} ms\n`,
      );
      await service.close();

      const last = await start();
      const [reader, other] = [await joinService(last), await joinService(last, "shop")];
      for (const { page, acknowledged } of [...people, asleep]) {
        const { body } = await (page === asleep.page ? other : reader).call(
          "GET",
          `/v1/sessions/${page.opened.session}/assessment`,
        );
        expect(body.seen.events).toBe(50 * acknowledged);
      }
      await last.close();
    },
    AWAY_MS + 60_000,
  );

  test("uses it from the engine's thread too, and its process logs neither PIN nor key", async () => {
    const file = await buildService("hsm");
    const running = await runService(file, dataDir, { ...hsm.env, HABITUS_LOG_LEVEL: "trace" });
    const headers = { authorization: `Bearer ${running.apiKey}`, "content-type": "application/json" };
    const body = JSON.stringify({ subject: "alice" });
    const answer = await fetch(`${running.url}/v1/sessions`, { method: "POST", headers, body });
    expect(answer.status).toBe(201);
    running.process.kill("SIGTERM");
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(running.output()).not.toContain(PIN);
    expect(await readdir(dataDir)).not.toContain("key");
    expect(lookInside(hsm.config).keys.length).toBe(1);
  }, 30_000);

  test("keys move from a file to the module and back, what was sealed opens after it, and the other's keys open nothing more", async () => {
    const file = { provider: "file" } as const;
    const module = { provider: "pkcs11", ...hsm.config } as const;
    await fillFolder(dataDir, ["alice", "bob"]);
    const everything = async (keys: KeysConfig) => {
      const engine = await startEngine(dataDir, keys);
      const { featureSets, sessions, references } = await engine.exportSubject(APPLICATION, "alice");
      await engine.close();
      return { featureSets, sessions, references };
    };
    const before = await everything(file);
    await expect(moveKeys({ dataDir, from: file, to: file })).rejects.toThrow(RangeError);
    await hsm.takeAway();
    await expect(moveKeys({ dataDir, from: file, to: module })).rejects.toMatchObject({ code: "keysUnavailable" });
    await hsm.bringBack();
    expect(await moveKeys({ dataDir, from: file, to: module })).toEqual({ rewrapped: 3, damaged: 0 });
    expect(await everything(module)).toEqual(before);
    await expect(everything(file)).rejects.toMatchObject({
      code: "unknownKey",
      message: expect.stringContaining("HABITUS_KEYS=pkcs11"),
    });
    expect(await moveKeys({ dataDir, from: module, to: file })).toEqual({ rewrapped: 3, damaged: 0 });
    expect(await everything(file)).toEqual(before);
    const engine = await startEngine(dataDir, file);
    const actions = (await engine.listAudit(APPLICATION, 0, 100)).map(({ action }) => action);
    await engine.close();
    expect(actions.filter((action) => action === "keys.moved")).toHaveLength(2);
  });

  test("does not start without its module, and makes no key over old data", async () => {
    await (await start()).close();
    await hsm.takeAway();
    await expect(start()).rejects.toMatchObject({ name: "KeyError", code: "keysUnavailable" });
    await hsm.bringBack();
    await expect(
      createService({ dataDir, logLevel: "silent", keys: { provider: "pkcs11", ...hsm.config, keyLabel: "other" } }),
    ).rejects.toMatchObject({ code: "missingKey" });
    await expect(createService({ dataDir, logLevel: "silent" })).rejects.toMatchObject({ code: "missingKey" });
    await (await start()).close();
  });
});

async function metricOf({ app }: Service): Promise<number> {
  return Number(/^habitus_keys_available (\d)/m.exec((await app.inject("/metrics")).body)?.[1]);
}

function expectAway(answer: Answer): void {
  expect(answer).toMatchObject({
    status: 503,
    body: { code: "keys-unavailable", type: "urn:habitus:problem:keys-unavailable" },
    headers: { "retry-after": "5" },
  });
}

async function openPerson(bank: TestApplication, subject: string, seed: number): Promise<Person> {
  await bank.call("PUT", "/v1/settings", { tier: "events" });
  const consent = { granted: true, textVersion: "1", purpose: "research", tier: "events" };
  await bank.call("PUT", `/v1/subjects/${subject}/consent`, consent);
  const page = await bank.open(subject);
  const events = typing(seeded(seed), 5000, { at: Date.now() - 500_000, habit: { holdMs: 30, pauseMs: 60 } });
  const person: Person = { page, batches: batchesOf(events), acknowledged: 0 };
  for (const batch of person.batches.slice(0, 3)) {
    expect(await page.send(batch)).toMatchObject({ status: 202 });
    person.acknowledged += 1;
  }
  return person;
}
