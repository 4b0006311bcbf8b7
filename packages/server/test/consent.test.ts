import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseline } from "@habitus/core";
import { decodeEvents, type WireBatch } from "@habitus/wire";
import { describe, expect, test } from "vitest";
import { createService } from "../src/index.ts";
import { connect } from "../src/storage/sqlite/connection.ts";
import {
  batchesOf,
  type Json,
  joinService,
  pageOf,
  seeded,
  startApplication,
  type TestApplication,
  typing,
} from "./client.ts";
import { startScripted } from "./scripted.ts";

const HABIT = { holdMs: 90, pauseMs: 180 };
const HOUR_MS = 3_600_000;
const KEYS = 10 * baseline.sufficientSamples + 60;

interface Said {
  readonly granted?: boolean;
  readonly purpose?: string;
  readonly tier?: string;
}
const consent = (bank: TestApplication, subject: string, { granted = true, ...rest }: Said = {}) =>
  bank.call("PUT", `/v1/subjects/${subject}/consent`, { granted, textVersion: "1", ...rest });
const actionsOf = async (bank: TestApplication): Promise<string[]> =>
  (await bank.call("GET", "/v1/audit")).body.entries.map(({ action }: Json) => action);

/** Types until the subject is enrolled; returns how to type on. */
async function enrolled(bank: TestApplication, subject: string, now: () => number) {
  await bank.call("PUT", "/v1/settings", { tier: "events" });
  await consent(bank, subject, { purpose: "research", tier: "events" });
  const page = await bank.open(subject);
  const events = typing(seeded(4), KEYS, { at: now() - 300_000, habit: HABIT });
  for (const batch of batchesOf(events)) expect((await page.send(batch)).status).toBe(202);
  expect((await bank.call("POST", `/v1/subjects/${subject}/enrolment`)).status).toBe(200);
  return { page, path: `/v1/sessions/${page.opened.session}`, next: Math.ceil(events.length / 50) };
}

describe("a consent", () => {
  test("to research lets events be kept, sealed and in the export; without it none is, and taken back they are gone at once", async () => {
    const bank = await startApplication({ unsealed: "accept" });
    const events = async (subject: string) => (await bank.call("GET", `/v1/subjects/${subject}/export`)).body.events;
    await enrolled(bank, "rosa", Date.now);
    const kept = await events("rosa");
    expect(kept.length).toBeGreaterThan(3);
    const first: WireBatch = kept[0].batch;
    expect(decodeEvents(first).length).toBe(50);
    const plain = await bank.open("paul"); // the same application, no consent to research
    expect(plain.opened.tier).toBe("features");
    await plain.send(batchesOf(typing(seeded(5), 60, { at: Date.now() - 60_000, habit: HABIT }))[0] as WireBatch); // there are 120
    expect(await events("paul")).toEqual([]);
    await consent(bank, "rosa", { purpose: "research", granted: false });
    expect(await events("rosa")).toEqual([]);
    const { enrolment } = (await bank.call("GET", "/v1/subjects/rosa")).body;
    expect(enrolment.state, "what she is recognised by stays").toBe("enrolled");
    await bank.service.close();
  });

  test("is for a purpose and a tier; how much may leave the page is the lesser of it and of the application's setting", async () => {
    const bank = await startApplication({ unsealed: "accept" });
    const tier = async (subject: string) => (await bank.call("POST", "/v1/sessions", { subject })).body.tier;
    const setTier = (to: string) => bank.call("PUT", "/v1/settings", { tier: to });
    const consents: readonly (readonly [string, readonly Said[]])[] = [
      ["nobody", []],
      ["device", [{ tier: "device" }]],
      ["features", [{}]],
      ["events", [{ tier: "events" }]],
      ["research", [{}, { purpose: "research", tier: "events" }]],
      ["quiet-research", [{}, { purpose: "research", tier: "features" }]],
      ["research-alone", [{ purpose: "research", tier: "events" }]],
      ["device-and-research", [{ tier: "device" }, { purpose: "research", tier: "events" }]],
      ["no-more-research", [{}, { purpose: "research", tier: "events" }, { purpose: "research", granted: false }]],
    ];
    for (const [subject, said] of consents)
      for (const one of said) expect((await consent(bank, subject, one)).status).toBe(200);
    const tiers = async () =>
      Object.fromEntries(await Promise.all(consents.map(async ([name]) => [name, await tier(name)])));
    const covered = {
      nobody: "device",
      device: "device",
      features: "features",
      events: "features",
      research: "events",
      "quiet-research": "features",
      "research-alone": "device",
      "device-and-research": "device",
      "no-more-research": "features",
    };
    expect((await setTier("events")).status).toBe(200);
    expect(await tiers()).toEqual(covered);
    await setTier("features");
    expect(await tiers()).toEqual({ ...covered, research: "features" });
    await setTier("device");
    expect(new Set(Object.values(await tiers()))).toEqual(new Set(["device"]));
    await bank.service.close();
  });

  test("to another purpose alone lets nothing be captured, compared or enrolled", async () => {
    const bank = await startApplication({ unsealed: "accept" });
    for (const purpose of ["population", "research"]) await consent(bank, "alice", { purpose, tier: "events" });
    const { body: opened } = await bank.call("POST", "/v1/sessions", { subject: "alice", context: { country: "DE" } });
    expect(opened.consent).toBe(false);
    const [batch] = batchesOf(typing(seeded(4), 20, { at: Date.now() - 60_000, habit: HABIT }));
    expect(await pageOf(bank.service, opened).send(batch as never)).toMatchObject({ body: { code: "no-consent" } });
    expect((await bank.call("POST", "/v1/subjects/alice/enrolment")).body.code).toBe("no-consent");
    const { sessions } = (await bank.call("GET", "/v1/subjects/alice/export")).body;
    expect(sessions[0].context).not.toHaveProperty("country");
    await bank.service.close();
  });
});

describe("a withdrawal", () => {
  test("stops at once, and all that was learnt is gone when the promised time is over, not before and not later", async () => {
    let now = 1_760_000_000_000;
    const bank = await startApplication({ now: () => now, sessionMs: 30 * 24 * HOUR_MS, unsealed: "accept" });
    const { page, path, next } = await enrolled(bank, "alice", () => now);
    await enrolled(bank, "bob", () => now);
    await bank.call("PUT", "/v1/settings", { eraseWithinHours: 48 });
    const withdrawn = await consent(bank, "alice", { granted: false });
    expect(withdrawn.body).toMatchObject({ consent: { granted: false }, erasureDueAt: now + 48 * HOUR_MS });
    const [more] = batchesOf(typing(seeded(5), 20, { at: now - 1000, habit: HABIT }), { firstSeq: next });
    expect(await page.send(more as never)).toMatchObject({ status: 403, body: { code: "no-consent" } });
    expect((await bank.call("GET", `${path}/assessment`)).body).toMatchObject({
      decision: "noDecision",
      reasons: [{ code: "consentWithdrawn" }],
      trust: null,
    });
    now += 48 * HOUR_MS - 1;
    await bank.service.maintain();
    expect((await bank.call("GET", "/v1/subjects/alice/export")).body.featureSets.length).toBeGreaterThan(0);
    now += 1;
    await bank.service.maintain();
    const left = (await bank.call("GET", "/v1/subjects/alice/export")).body;
    expect(left).toMatchObject({ featureSets: [], references: [], decisions: [], outcomes: [], scoreHistory: null });
    expect(left).toMatchObject({ phrases: [], trustTraces: [], accommodations: [], erasureDueAt: null });
    expect(left.consents.map(({ purpose, granted }: Json) => [purpose, granted])).toEqual([
      ["research", true],
      ["authentication", true],
      ["authentication", false],
    ]);
    expect((await bank.call("GET", "/v1/subjects/alice")).body.enrolment).toMatchObject({ state: "none", samples: 0 });
    expect((await bank.call("GET", `${path}/assessment`)).body).toMatchObject({ seen: { events: 0, keystrokes: 0 } });
    expect((await bank.call("GET", "/v1/subjects/bob/export")).body.references.length).toBeGreaterThan(0);
    expect((await actionsOf(bank)).filter((action) => action === "behaviour.erased").length).toBe(1);
    await bank.service.maintain();
    expect((await actionsOf(bank)).filter((action) => action === "behaviour.erased").length).toBe(1);
    await bank.service.close();
  });

  test("with a promise of 0 hours erases in the same request; consent given again begins anew", async () => {
    const bank = await startApplication({ unsealed: "accept" });
    await bank.call("PUT", "/v1/settings", { eraseWithinHours: 0 });
    await enrolled(bank, "alice", Date.now);
    expect((await consent(bank, "alice", { granted: false })).body).toMatchObject({
      enrolment: { state: "none", samples: 0, enrolledAt: null },
      references: [],
      erasureDueAt: null,
    });
    expect((await consent(bank, "alice")).body.enrolment).toMatchObject({ state: "none", samples: 0 });
    await enrolled(bank, "alice", Date.now);
    const { references } = (await bank.call("GET", "/v1/subjects/alice")).body;
    expect(references[0].version, "counted anew").toBe(1);
    await bank.service.close();
  });

  test("that is taken back before its time erases all the same: nothing learnt under the old consent is used under the new one", async () => {
    const bank = await startApplication({ unsealed: "accept" });
    await enrolled(bank, "alice", Date.now);
    await consent(bank, "alice", { granted: false });
    expect((await bank.call("GET", "/v1/subjects/alice")).body.references.length).toBeGreaterThan(0);
    expect((await consent(bank, "alice")).body).toMatchObject({ references: [], erasureDueAt: null });
    await bank.service.close();
  });

  test("outlasts a restart: the promise is kept by whichever process runs then", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "habitus-withdrawn-"));
    let now = 1_760_000_000_000;
    const options = { dataDir, now: () => now, logLevel: "silent", unsealed: "accept" as const };
    const first = await createService(options);
    const bank = await joinService(first);
    await enrolled(bank, "alice", () => now);
    await consent(bank, "alice", { granted: false });
    await first.close();
    now += 24 * HOUR_MS;
    const second = await createService(options);
    await second.maintain();
    const again = await joinService(second);
    expect((await again.call("GET", "/v1/subjects/alice/export")).body.featureSets).toEqual([]);
    await second.close();
    await rm(dataDir, { recursive: true });
  });

  test("is kept though the person's data was damaged, and holds up nobody else's", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "habitus-withdrawn-"));
    let now = 1_760_000_000_000;
    const options = { dataDir, now: () => now, logLevel: "silent", unsealed: "accept" as const };
    const first = await createService(options);
    const bank = await joinService(first);
    for (const subject of ["alice", "bob"]) {
      await enrolled(bank, subject, () => now);
      await consent(bank, subject, { granted: false });
      now += 1;
    }
    await first.close();
    const connection = connect(join(dataDir, "habitus.db"));
    connection.driver.exec(`UPDATE "references" SET sealed = zeroblob(80) WHERE subject = 'alice'`);
    connection.driver.close();
    now += 24 * HOUR_MS;
    const second = await createService(options);
    const again = await joinService(second);
    expect((await again.call("GET", "/v1/subjects/alice")).body.code, "it cannot be read").toBe("data-damaged");
    await second.maintain();
    for (const subject of ["alice", "bob"])
      expect((await again.call("GET", `/v1/subjects/${subject}/export`)).body).toMatchObject({
        featureSets: [],
        references: [],
        erasureDueAt: null,
      });
    await second.close();
    await rm(dataDir, { recursive: true });
  });

  test("destroys the data key: its wrapping is in no file afterwards, nor is anything that it sealed", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "habitus-withdrawn-"));
    const service = await createService({ dataDir, logLevel: "silent", unsealed: "accept" });
    const bank = await joinService(service);
    await enrolled(bank, "alice", Date.now);
    await service.close();
    const { openSqlite } = await import("../src/storage/sqlite/open-sqlite.ts");
    const storage = openSqlite(join(dataDir, "habitus.db"));
    const [application] = await storage.applications();
    const name = application?.application ?? "";
    const wrapped = (await storage.subject(name, "alice"))?.wrappedKey ?? new Uint8Array();
    const sealed = (await storage.samples(name, "alice", 10)).map((row) => Buffer.from(row.sealed));
    await storage.close();
    const needles = [Buffer.from(wrapped), ...sealed].map((bytes) => bytes.subarray(0, 48));
    const found = async (): Promise<number> => {
      const files = await Promise.all((await readdir(dataDir)).map((file) => readFile(join(dataDir, file))));
      return needles.filter((needle) => files.some((bytes) => bytes.includes(needle))).length;
    };
    expect(needles.length).toBe(11);
    expect(await found()).toBe(11); // the search finds what is there
    const again = await createService({ dataDir, logLevel: "silent", unsealed: "accept" });
    const later = await joinService(again);
    await later.call("PUT", "/v1/settings", { eraseWithinHours: 0 });
    await consent(later, "alice", { granted: false });
    expect(await found()).toBe(0);
    await again.close();
    expect(await found()).toBe(0);
    await rm(dataDir, { recursive: true });
  });

  test("neither lifts a step-up that stands nor opens a lock, and the sessions before it teach nothing after it", async () => {
    const { bank, clock, look, sit } = await startScripted({ config: { unsealed: "accept" } });
    await bank.call("PUT", "/v1/settings", { eraseWithinHours: 0, tier: "events" });
    for (const subject of ["alice", "bob"]) await consent(bank, subject, { purpose: "research", tier: "events" });
    const asked = await sit("alice");
    let seen = await look(asked, [0.9, 0.9, 0.9]);
    for (let i = 0; i < 5 && seen.decision !== "stepUp"; i += 1) seen = await look(asked, [0.15]);
    expect(seen.decision).toBe("stepUp");
    await consent(bank, "alice", { granted: false });
    const after = (await bank.call("GET", `${asked.path}/assessment`)).body;
    expect(after).toMatchObject({ decision: "stepUp", state: "open", trust: null, seen: { keystrokes: 0 } });
    await bank.call("POST", `${asked.path}/outcomes`, { outcome: "stepUpFailed" });
    expect((await bank.call("GET", `${asked.path}/assessment`)).body.decision).toBe("lock");
    await consent(bank, "alice");
    await consent(bank, "alice", { granted: false });
    expect((await bank.call("GET", `${asked.path}/assessment`)).body).toMatchObject({
      decision: "lock",
      state: "locked",
    });
    // Whoever sits in a session of the time before cannot have himself enrolled in it.
    await consent(bank, "bob");
    const page = await bank.open("bob");
    await consent(bank, "bob", { granted: false });
    await consent(bank, "bob");
    const samples = async (): Promise<number> => (await bank.call("GET", "/v1/subjects/bob")).body.enrolment.samples;
    const batches = batchesOf(typing(seeded(7), 120, { at: clock.now - 60_000, habit: HABIT }));
    for (const batch of batches.slice(0, 2)) expect((await page.send(batch)).status).toBe(202);
    expect(await samples()).toBe(0);
    await bank.call("POST", `/v1/sessions/${page.opened.session}/outcomes`, { outcome: "signedIn" });
    for (const batch of batches.slice(2)) expect((await page.send(batch)).status).toBe(202);
    expect(await samples(), "after a sign-in it is learnt from again").toBeGreaterThan(0);
    await bank.service.close();
  });
});

describe("the population", () => {
  test("is made of those alone who agreed to that purpose", async () => {
    const people = ["ann", "ben", "cat"];
    const systems: number[] = [];
    const watching = {
      ...baseline,
      enrol(samples: Parameters<typeof baseline.enrol>[0], options: Parameters<typeof baseline.enrol>[1]) {
        systems.push(options.background.length);
        return baseline.enrol(samples, options);
      },
      background: () => [],
    };
    const bank = await startApplication({ system: watching as never, unsealed: "accept" });
    for (const subject of people) await enrolled(bank, subject, Date.now).catch(() => undefined);
    const others = async (): Promise<number> => {
      await bank.call("POST", "/v1/subjects/ann/enrolment");
      return systems.at(-1) ?? -1;
    };
    expect(await others()).toBe(0);
    await consent(bank, "ben", { purpose: "population" });
    const ofBen = (await bank.call("GET", "/v1/subjects/ben")).body.enrolment.samples;
    expect(await others()).toBe(ofBen);
    await consent(bank, "ben", { purpose: "population", granted: false });
    expect(await others()).toBe(0);
    await consent(bank, "cat", { purpose: "population" });
    await consent(bank, "cat", { granted: false });
    expect(await others(), "the one to be recognised is the first of all").toBe(0);
    await bank.service.close();
  });
});
