import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { withDefaults } from "../src/config.ts";
import { openFolder } from "../src/engine/inline.ts";
import { FILE_KEYS } from "../src/keys/config.ts";
import { decodeReference } from "../src/live/records.ts";
import { createSubjects } from "../src/live/subjects.ts";
import { createGroupCommit } from "../src/storage/group-commit.ts";
import { batchesOf, seeded, startApplication, type TestApplication, typing, until } from "./client.ts";

const HABIT = { holdMs: 90, pauseMs: 180 };
let now = 1_760_000_000_000;

async function start(dataDir: string, referenceKeys: number): Promise<TestApplication> {
  const bank = await startApplication({ dataDir, referenceKeys, now: () => now, sessionMs: 86_400_000 });
  onTestFinished(() => bank.service.close());
  return bank;
}
async function enrolled(referenceKeys: number): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-protected-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const bank = await start(dataDir, referenceKeys);
  const page = await bank.open("alice");
  for (const batch of batchesOf(typing(seeded(3), 150, { at: now, habit: HABIT }))) {
    now += 15_000;
    await page.send(batch);
  }
  await until(async () => (await bank.call("GET", "/v1/subjects/alice")).body.references.length > 0);
  await bank.service.close();
  return dataDir;
}
/** The references as whoever has opened the rows with the subject's data key sees them, oldest first. */
async function stored(dataDir: string) {
  const { storage, keys } = await openFolder({ dataDir, maxBytes: undefined, keys: FILE_KEYS });
  const commits = createGroupCommit(storage);
  const { system } = withDefaults({ dataDir });
  const [application = ""] = (await storage.applications()).map((one) => one.application);
  const rows = await storage.references(application, "alice");
  const state = await createSubjects({ storage, commits, keys, system, now: () => now, forms: () => NEVER }).find(
    application,
    "alice",
  );
  const found = rows.map(({ version, sealed }) => {
    if (state === undefined) throw new Error("alice is not there");
    return decodeReference(state.open("reference", String(version), sealed)).reference;
  });
  await storage.close();
  await keys.close();
  return found;
}
/** Compares with nothing and makes nothing anew. */
const NEVER = { protect: <Same>(reference: Same): Same => reference, open: <Same>(reference: Same): Same => reference };
const decisionAfter = async (bank: TestApplication) => {
  now += 3_600_000;
  const { opened, send } = await bank.open("alice");
  for (const batch of batchesOf(typing(seeded(4), 60, { at: now, habit: HABIT }))) {
    now += 10_000;
    expect((await send(batch)).status).toBe(202);
  }
  return (await bank.call("GET", `/v1/sessions/${opened.session}/assessment`)).body;
};

test("with reference keys no latent sum is stored, and the subject is compared as before and after a start", async () => {
  const dataDir = await enrolled(1);
  const [made] = await stored(dataDir);
  expect(made?.comparator).toMatch(/^joined@1:plda-code-1024@1:/);
  const bank = await start(dataDir, 1);
  await bank.open("alice");
  const { references } = (await bank.call("GET", "/v1/subjects/alice")).body;
  expect(references).toMatchObject([{ version: 1, active: true }]);
  const { evidence, decision } = await decisionAfter(bank);
  expect(evidence).toHaveLength(1);
  expect(decision).not.toBe("noDecision");
});

test("another generation renews every reference without asking anybody to type again, and the two have nothing in common", async () => {
  const dataDir = await enrolled(1);
  const bank = await start(dataDir, 2);
  expect((await decisionAfter(bank)).decision).not.toBe("noDecision");
  await bank.service.close();
  const versions = await stored(dataDir);
  const active = versions.filter(({ comparator }) => comparator.includes("plda-code-1024@1:"));
  expect(active).toHaveLength(2);
  const [old, fresh] = active.map(({ payload }) => payload);
  if (old === undefined || fresh === undefined) throw new Error("a version is missing");
  // 1,024 bits of the code after the header of the join: fair coins agree in 512 of them, give or take 16.
  const agree = Array.from({ length: 128 }, (_, i) => 8 - ones((old[i + 8] ?? 0) ^ (fresh[i + 8] ?? 0))).reduce(
    (sum, n) => sum + n,
    0,
  );
  expect(Math.abs(agree - 512)).toBeLessThan(100);
});

test("switched on or off, references are made anew in the other form from what is stored", async () => {
  const dataDir = await enrolled(0);
  expect((await stored(dataDir))[0]?.comparator).toMatch(/^joined@1:plda@1:/);
  for (const [generation, form] of [
    [1, "plda-code-1024@1:"],
    [0, "plda@1:"],
  ] as const) {
    const bank = await start(dataDir, generation);
    expect((await decisionAfter(bank)).decision).not.toBe("noDecision");
    await bank.service.close();
    expect((await stored(dataDir)).at(-1)?.comparator).toContain(`joined@1:${form}`);
  }
});

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) count += 1;
  return count;
}
