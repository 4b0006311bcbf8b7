import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createService, type Service } from "../src/index.ts";
import { readHead } from "../src/keys/wrapped.ts";
import { readRecord } from "../src/storage/journal/record.ts";
import { SEALED_AS, type SealedTable } from "../src/storage/key-rows.ts";
import { connect } from "../src/storage/sqlite/connection.ts";
import { createKeyReads } from "../src/storage/sqlite/keys.ts";
import { filesOf, hits } from "./byte-search.ts";
import {
  batchesOf,
  type Json,
  joinService,
  seeded,
  type TestApplication,
  type TestPage,
  typing,
  until,
} from "./client.ts";

const KEYS = 900;
const habits = { alice: { holdMs: 90, pauseMs: 180 }, bob: { holdMs: 60, pauseMs: 120 } };
type Person = keyof typeof habits;

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "habitus-erase-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
async function startBusy(dataDir: string): Promise<{ service: Service; bank: TestApplication }> {
  const config = { dataDir, logLevel: "silent", requestsPerMinute: 1e9, unsealed: "accept", engine: "inline" } as const;
  const service = await createService(config);
  return { service, bank: await joinService(service, "bank", "events") };
}
/** Types until the person is enrolled, and goes on a little; nothing is saved of the end yet. */
async function live(bank: TestApplication, person: Person): Promise<{ page: TestPage; typeOn: () => Promise<void> }> {
  const page = await bank.open(person);
  const events = typing(seeded(person.length), KEYS + 600, { at: Date.now() - 400_000, habit: habits[person] });
  const batches = batchesOf(events);
  let next = 0;
  const sendTo = async (end: number): Promise<void> => {
    for (; next < end; next += 1) {
      const batch = batches[next];
      if (batch === undefined) throw new RangeError("no batches left");
      expect(await page.send(batch)).toMatchObject({ status: 202 });
    }
  };
  await sendTo((2 * KEYS) / 50);
  await until(async () => (await bank.call("GET", `/v1/subjects/${person}`)).body.enrolment.state === "enrolled");
  await sendTo((2 * KEYS) / 50 + 3);
  return { page, typeOn: () => sendTo(next + 2) };
}

/** Returns what is sealed of the person in this moment, and the wrapped key; read from a copy, for the service holds the files. */
async function secretsOf(dataDir: string, application: string, subject: string): Promise<Map<string, Buffer>> {
  const copy = await emptyFolder();
  await cp(dataDir, copy, { recursive: true });
  const connection = connect(join(copy, "habitus.db"));
  const reads = createKeyReads(connection);
  const found = new Map<string, Buffer>();
  const sessions = new Set<string>();
  for (const table of Object.keys(SEALED_AS) as SealedTable[]) // its own keys
    for (const { row, sealed } of await reads.sealedRows({ application, subject, table, after: "", limit: 1e6 })) {
      found.set(`${table} ${row} ${found.size}`, Buffer.from(sealed).subarray(1, 29)); // nonce and the first bytes
      if (table === "sessions") sessions.add(row);
    }
  const key = (await reads.wrappedKeys(undefined, 100)).find((one) => one.subject === subject)?.wrappedKey;
  if (key !== undefined) found.set("wrapped key", Buffer.from(key).subarray(readHead(key).bodyAt));
  connection.driver.close();
  for (const { name, bytes } of await filesOf(dataDir)) {
    if (!name.startsWith("journal-")) continue;
    for (let one = readRecord(bytes, 0); one !== undefined; one = readRecord(bytes, one.end))
      if (sessions.has(one.row.session))
        found.set(`journal ${one.row.session}/${one.row.n}`, Buffer.from(one.row.sealed).subarray(1, 29));
  }
  return found;
}

test("after an erasure no wrapped key and no sealed row of the person is in any file of the running service, nor in a backup made then", async () => {
  const dataDir = await emptyFolder();
  const { service, bank } = await startBusy(dataDir);
  const [alice, bob] = [await live(bank, "alice"), await live(bank, "bob")];
  const [{ application = "" } = {}] = await applicationsOf(dataDir);
  const secrets = new Map<string, Buffer>();
  const gather = async (): Promise<void> => {
    for (const [what, bytes] of await secretsOf(dataDir, application, "alice"))
      secrets.set(`${what} ${bytes.toString("hex", 0, 4)}`, bytes);
  };
  // At several moments: snapshots and phrases are replaced, the journal comes and goes.
  for (let round = 0; round < 4; round += 1) {
    await gather();
    await alice.typeOn();
    await bob.typeOn();
    await gather();
    await service.maintain();
  }
  await alice.typeOn();
  await gather();
  const kinds = new Set([...secrets.keys()].map((what) => what.split(" ")[0]));
  for (const kind of ["wrapped", "samples", "references", "decisions", "sessions", "snapshots", "journal"])
    expect(kinds).toContain(kind);
  expect(hits(await filesOf(dataDir), secrets).length).toBeGreaterThan(20); // the search finds what is there
  const others = await secretsOf(dataDir, application, "bob");

  expect((await bank.call("DELETE", "/v1/subjects/alice")).status).toBe(204);
  expect(hits(await filesOf(dataDir), secrets)).toEqual([]);
  const backup = await emptyFolder();
  await cp(dataDir, backup, { recursive: true });
  expect(hits(await filesOf(backup), secrets)).toEqual([]);
  // Nothing of anybody else went with it.
  expect(hits(await filesOf(dataDir), others).length).toBeGreaterThan(20);
  await bob.typeOn();
  const events = async (page: TestPage): Promise<number> =>
    (await bank.call("GET", `/v1/sessions/${page.opened.session}/assessment`)).body.seen.events;
  const seen = await events(bob.page);
  expect(hits(await filesOf(dataDir), secrets)).toEqual([]);
  await service.close();
  expect(hits(await filesOf(dataDir), secrets)).toEqual([]);
  const again = await startBusy(dataDir);
  const { body } = await again.bank.call("GET", `/v1/sessions/${bob.page.opened.session}/assessment`);
  expect(body.seen.events).toBe(seen);
  expect((await again.bank.call("GET", "/v1/subjects/alice")).status).toBe(404);
  await again.service.close();
}, 60_000);

async function applicationsOf(dataDir: string): Promise<{ application: string }[]> {
  const copy = await emptyFolder();
  await cp(dataDir, copy, { recursive: true });
  const { driver } = connect(join(copy, "habitus.db"));
  const rows = driver.prepare("SELECT application FROM applications").all([]) as { application: string }[]; // its only column
  driver.close();
  return rows;
}

test("no feature value lies readable in any file of a busy service, in any spelling", async () => {
  const dataDir = await emptyFolder();
  const { service, bank } = await startBusy(dataDir);
  const { typeOn } = await live(bank, "alice");
  const exported = (await bank.call("GET", "/v1/subjects/alice/export")).body;
  await typeOn(); // the journal holds something
  const needles = needlesOf(exported);
  expect(needles.size).toBeGreaterThan(1000);
  const files = await filesOf(dataDir);
  expect(files.map(({ name }) => name.replace(/\d+/, "N"))).toEqual(
    expect.arrayContaining(["habitus.db", "habitus.db-wal", "journal-N.log"]),
  );
  for (const { name, bytes } of files) expect(bytes.length, name).toBeGreaterThan(0);
  expect(files.some(({ bytes }) => bytes.includes("alice"))).toBe(true); // the search finds what is readable
  const [set] = exported.featureSets as Json[];
  const plain = Buffer.from(Float32Array.from(set.values.map((value: number | null) => value ?? Number.NaN)).buffer);
  expect(hits([{ name: "plain", bytes: plain }], needles).length).toBeGreaterThan(5); // and features that are not sealed
  expect(hits(files, needles)).toEqual([]);
  await service.close();
  expect(hits(await filesOf(dataDir), needles)).toEqual([]);
}, 60_000);

/** Two neighbours in binary, so that chance hits nothing; what is long enough in text; names of members. */
function needlesOf({ featureSets, decisions }: Json): Map<string, Buffer> {
  const needles = new Map<string, Buffer>();
  for (const [i, { values }] of (featureSets as { values: (number | null)[] }[]).slice(0, 20).entries())
    for (let j = 0; j + 1 < values.length; j += 1) {
      const [a, b] = [values[j], values[j + 1]];
      if (!a || !b || (Number.isInteger(a) && Number.isInteger(b))) continue; // a zero lies everywhere
      const place = `feature set ${i}, value ${j}`;
      needles.set(`${place}, double`, Buffer.from(Float64Array.of(a, b).buffer));
      needles.set(`${place}, single`, Buffer.from(Float32Array.of(a, b).buffer));
      for (const text of [String(a), a.toPrecision(7), String(Math.fround(a))])
        if (text.length >= 8) needles.set(`${place}, ${text}`, Buffer.from(text));
    }
  for (const name of [
    '"values"',
    '"quality"',
    '"keystrokes":',
    '"contributions"',
    '"llr"',
    "iki_mean",
    '"floats"',
    '"quantumMs"',
  ])
    needles.set(name, Buffer.from(name));
  for (const { reasons } of decisions as { reasons: { text: string }[] }[])
    for (const { text } of reasons) needles.set(text, Buffer.from(text));
  return needles;
}
