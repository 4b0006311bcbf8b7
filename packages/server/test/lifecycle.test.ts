import { baseline, habitus, type System } from "@habitus/core";
import { expect, test } from "vitest";
import { createMetrics } from "../src/metrics.ts";
import { createGroupCommit } from "../src/storage/group-commit.ts";
import { openSqlite } from "../src/storage/sqlite/open-sqlite.ts";
import { StorageError } from "../src/storage/storage.ts";
import { batchesOf, seeded, startApplication, typing, until } from "./client.ts";

test("outcomes: a passed step-up forgives, a failed one and a reported take-over lock, a lock stays, the end ends", async () => {
  const bank = await startApplication();
  const open = async () => `/v1/sessions/${(await bank.open("alice")).opened.session}`;
  const report = (path: string, outcome: string) => bank.call("POST", `${path}/outcomes`, { outcome, actor: "desk" });
  const passed = await open();
  expect((await report(passed, "stepUpPassed")).body).toMatchObject({ state: "open", trust: null });
  const failed = await open();
  for (const outcome of ["stepUpFailed", "stepUpPassed", "confirmedByOwner"])
    expect((await report(failed, outcome)).body, outcome).toMatchObject({ decision: "lock", state: "locked" });
  const reported = await open();
  expect((await report(reported, "reportedTakeover")).body).toMatchObject({ decision: "lock", state: "locked" });
  expect((await report(reported, "ended")).body).toMatchObject({ state: "ended" });
  expect(await report(reported, "stepUpPassed")).toMatchObject({ status: 409, body: { code: "session-closed" } });
  const entries = (await bank.call("GET", "/v1/audit")).body.entries as {
    action: string;
    detail: object;
    actor: string;
  }[];
  expect(
    entries.filter(({ action }) => action === "outcome.recorded").map(({ detail, actor }) => [detail, actor]),
  ).toEqual(
    ["stepUpPassed", "stepUpFailed", "stepUpPassed", "confirmedByOwner", "reportedTakeover", "ended"].map((outcome) => [
      { outcome },
      "desk",
    ]),
  );
  expect(entries.filter(({ action }) => action === "decision.changed").map(({ detail }) => detail)).toEqual([
    { decision: "lock" },
    { decision: "lock" },
  ]);
  expect(entries.filter(({ action }) => action === "session.closed").length).toBe(1);
  await bank.service.close();
});

test("a session whose time is over is ended by itself, and its token has expired", async () => {
  let now = 1_760_000_000_000;
  const bank = await startApplication({ now: () => now, sessionMs: 1000 });
  const { opened } = await bank.open("alice");
  now += 1000;
  await bank.service.maintain();
  expect((await bank.call("GET", `/v1/sessions/${opened.session}/assessment`)).body.state).toBe("ended");
  await bank.service.close();
});

const NOTHING_HELD_OUT = { heldOutAccuracy: null, heldOut: 0, importances: [] };
const SYSTEMS = [habitus, baseline] as unknown as System[]; // safe: a state comes only from its own system

test.each(SYSTEMS)(
  "by $name a subject is enrolled by itself, again when twice as much is known, and only the newest reference is active",
  async (system) => {
    let now = 1_760_000_000_000;
    const bank = await startApplication({ now: () => now, system });
    const page = await bank.open("alice");
    const events = typing(seeded(3), 10_000, { at: now, habit: { holdMs: 90, pauseMs: 180 } });
    const status = async () => (await bank.call("GET", "/v1/subjects/alice")).body;
    // Only samples of sure moments count: it goes on until it happens.
    for (const batch of batchesOf(events)) {
      now += 15_000;
      expect((await page.send(batch)).status).toBe(202);
      const { enrolment, references } = await status();
      if (references.length === 0 && enrolment.samples >= system.sufficientSamples)
        await until(async () => (await status()).references.length === 1);
      if (references.length === 2) break;
      const path = `/v1/sessions/${page.opened.session}`;
      if ((await bank.call("GET", `${path}/assessment`)).body.decision === "stepUp")
        // anybody is mistaken for another at times
        await bank.call("POST", `${path}/outcomes`, { outcome: "stepUpPassed" });
    }
    const { references, enrolment } = await status();
    expect(references.map(({ active }: { active: boolean }) => active)).toEqual([false, true]);
    expect(references[1].samples).toBeGreaterThanOrEqual(2 * references[0].samples);
    expect(enrolment).toMatchObject({ state: "enrolled", progress: 1 });
    const manual = await bank.call("POST", "/v1/subjects/alice/enrolment");
    expect(manual).toMatchObject({ status: 200, body: { version: 3 } });
    expect((await status()).references.map((reference: { system: string }) => reference.system)).toEqual(
      Array(3).fill(`${system.name}@${system.version}`),
    );
    const { heldOutAccuracy, heldOut, importances } = manual.body;
    if (system.name === baseline.name) {
      expect(heldOutAccuracy).toBeGreaterThan(0.5);
      expect(
        importances.reduce((sum: number, { importance }: { importance: number }) => sum + importance, 0),
      ).toBeCloseTo(1);
    } else expect({ heldOutAccuracy, heldOut, importances }, "it holds nothing back").toEqual(NOTHING_HELD_OUT);
    await bank.service.close();
  },
);

test("a fault while a batch is evaluated is no refusal: the batch is kept, the next is taken", async () => {
  let failing = true;
  const system = {
    ...baseline,
    segmenter: {
      ...baseline.segmenter,
      push: (...all: Parameters<typeof baseline.segmenter.push>) => {
        if (failing) throw new RangeError("planted");
        return baseline.segmenter.push(...all);
      },
    },
  };
  const bank = await startApplication({ system: system as never });
  const page = await bank.open("alice");
  const [first, second] = batchesOf(
    typing(seeded(3), 50, { at: Date.now() - 50_000, habit: { holdMs: 90, pauseMs: 180 } }),
  );
  expect((await page.send(first as never)).status).toBe(202);
  failing = false;
  expect(await page.send(second as never)).toMatchObject({ status: 202, body: { nextSeq: 2 } });
  await bank.service.close();
});

test("a page's second stream goes on with the window of the first; one beside it has windows of its own", async () => {
  const bank = await startApplication({ tier: "events" });
  const page = await bank.open("alice");
  const events = typing(seeded(3), 80, { at: Date.now() - 60_000, habit: { holdMs: 90, pauseMs: 180 } });
  const seen = async () => (await bank.call("GET", `/v1/sessions/${page.opened.session}/assessment`)).body.seen;
  const [first] = batchesOf(events.slice(0, 60), { size: 60, stream: 1 });
  // The next page counts its presses from 0 again.
  const later = events.slice(60).map((event) => (event.kind === "key" ? { ...event, press: event.press - 30 } : event));
  const [second] = batchesOf(later, { size: 100, stream: 2 });
  await page.send(first as never);
  expect((await seen()).windows).toBe(0);
  await page.send(second as never);
  // Of 50 keys, and 25 further on of 50 again: the 50 of the second page alone would be one.
  expect(await seen()).toMatchObject({ windows: 2, failuresToAcquire: 0, keystrokes: 80 });
  const [beside] = batchesOf(events.slice(0, 40), { size: 60, stream: 3 });
  expect((await page.send(beside as never)).status).toBe(202);
  expect(await seen()).toMatchObject({ windows: 2, failuresToAcquire: 0, keystrokes: 100 });
  await bank.service.close();
});

test("of writes committed together one that cannot be done harms no other", async () => {
  const storage = openSqlite(":memory:");
  const metrics = createMetrics();
  const commits = createGroupCommit(storage, { onCommit: (units) => metrics.commitUnits.observe(units) });
  const add = (subject: string) =>
    commits.submit([
      { kind: "addSubject", row: { application: "a", subject, since: 1, wrappedKey: new Uint8Array(1) } },
    ]);
  const results = await Promise.allSettled([add("x"), add("y"), add("x"), add("z")]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect((results[2] as PromiseRejectedResult).reason).toBeInstanceOf(StorageError);
  await storage.close();
});
