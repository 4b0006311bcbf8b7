import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseline, createHabitus, type System, shippedTyping } from "@habitus/core";
import { expect, onTestFinished, test } from "vitest";
import { batchesOf, seeded, startApplication, type TestApplication, typing, until } from "./client.ts";

const HABIT = { holdMs: 90, pauseMs: 180 };
let now = 1_760_000_000_000;

/** The shipped background under another name: what matters is that references tell them apart. */
function withBackground(id: string): System {
  const { provenance, model } = shippedTyping();
  return createHabitus(() => ({ provenance, model: { ...model, id } })) as unknown as System; // safe: it checks its states
}

async function startIn(dataDir: string, id: string): Promise<TestApplication> {
  const bank = await startApplication({ dataDir, system: withBackground(id), now: () => now, sessionMs: 86_400_000 });
  onTestFinished(() => bank.service.close());
  return bank;
}

async function enrolled(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-background-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const bank = await startIn(dataDir, "one-55-00000000");
  const page = await bank.open("alice");
  for (const batch of batchesOf(typing(seeded(3), 150, { at: now, habit: HABIT }))) {
    now += 15_000;
    await page.send(batch);
  }
  await until(async () => (await bank.call("GET", "/v1/subjects/alice")).body.references.length > 0);
  await bank.service.close();
  return dataDir;
}

const referencesOf = async (bank: TestApplication) => {
  const { references } = (await bank.call("GET", "/v1/subjects/alice")).body;
  return (references as { version: number; active: boolean; samples: number }[]).map(
    ({ version, active, samples }) => ({
      version,
      active,
      samples,
    }),
  );
};

test("with another background references are made anew from what is stored, audited, and compared from the first window on", async () => {
  const dataDir = await enrolled();
  const bank = await startIn(dataDir, "another-99-11111111");
  const { opened, send } = await bank.open("alice");
  const [first, second] = await referencesOf(bank);
  expect(first?.active).toBe(false);
  expect(second).toEqual({ version: 2, active: true, samples: 5 }); // 150 keys make five windows, of which it had begun with three or four
  const { entries } = (await bank.call("GET", "/v1/audit")).body;
  expect(
    entries
      .filter(({ action }: { action: string }) => action === "subject.enrolled")
      .map(({ detail }: { detail: { comparator: string } }) => /plda@1:[^+]*/.exec(detail.comparator)?.[0]),
  ).toEqual(["plda@1:one-55-00000000", "plda@1:another-99-11111111"]);

  now += 3_600_000;
  for (const batch of batchesOf(typing(seeded(4), 60, { at: now, habit: HABIT }))) {
    now += 10_000;
    expect((await send(batch)).status).toBe(202);
  }
  const { body } = await bank.call("GET", `/v1/sessions/${opened.session}/assessment`);
  expect(body.evidence).toHaveLength(1);
  expect(body.decision).not.toBe("noDecision");
});

test("what another system's extractor measured counts for nothing: the subject is learnt from the beginning", async () => {
  const dataDir = await enrolled();
  const system = baseline as unknown as System; // safe: a state comes only from its own system
  const bank = await startApplication({ dataDir, system, now: () => now });
  onTestFinished(() => bank.service.close());
  const { enrolment } = (await bank.call("GET", "/v1/subjects/alice")).body;
  expect(enrolment).toMatchObject({ state: "none", samples: 0, progress: 0 });
});

test("with the same background nothing is made anew", async () => {
  const dataDir = await enrolled();
  const before = await startIn(dataDir, "one-55-00000000");
  expect(await referencesOf(before)).toHaveLength(1);
});

test("without consent nothing is read: the subject is enrolled again after it was granted, not before", async () => {
  const dataDir = await enrolled();
  const bank = await startIn(dataDir, "one-55-00000000");
  await bank.call("PUT", "/v1/subjects/alice/consent", { granted: false, textVersion: "1" });
  await bank.service.close();
  const other = await startIn(dataDir, "another-99-11111111");
  const { body } = await other.call("GET", "/v1/subjects/alice");
  expect(body.enrolment.state).not.toBe("enrolled");
  expect(await referencesOf(other)).toHaveLength(1);
});
