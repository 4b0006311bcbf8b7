import { randomBytes } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@habitus/core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { toServiceError } from "../src/api/problems.ts";
import { openFileKeys } from "../src/keys/file.ts";
import { KeyError } from "../src/keys/key-provider.ts";
import { keyContext, readHead } from "../src/keys/wrapped.ts";
import { SEALED_AS } from "../src/storage/key-rows.ts";
import { connect } from "../src/storage/sqlite/connection.ts";
import { APPLICATION, allSealed, fillFolder, openParts, type PlacedRow, startEngine } from "./filled-folder.ts";

const SUBJECTS = ["alice", "bob"];
let original: string;
beforeAll(async () => {
  original = await mkdtemp(join(tmpdir(), "habitus-keys-"));
  await fillFolder(original, SUBJECTS);
}, 60_000);
afterAll(() => rm(original, { recursive: true, force: true }));

/** Returns a copy of the filled folder. */
async function copyFolder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-keys-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  await cp(original, dataDir, { recursive: true });
  return dataDir;
}
const codeOf = async (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => toServiceError(error).code,
  );
const byTable = (rows: readonly PlacedRow[]): Record<string, number> =>
  Object.fromEntries(Object.keys(SEALED_AS).map((table) => [table, rows.filter((one) => one.table === table).length]));
const opener = (parts: Awaited<ReturnType<typeof openParts>>) => async (rows: readonly PlacedRow[]) =>
  Promise.all(rows.map(async (one) => (await parts.find(one.subject)).open(SEALED_AS[one.table], one.row, one.sealed)));

test("every column that holds something sealed is among those that a rotation seals anew", async () => {
  const { driver } = connect(join(await copyFolder(), "habitus.db"));
  const tables = driver.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all([]) as { name: string }[]; // its columns
  const sealed = tables.flatMap(({ name }) => {
    const columns = driver.prepare(`PRAGMA table_info("${name}")`).all([]) as { name: string; type: string }[]; // as documented
    return columns.some((column) => column.name.startsWith("sealed")) ? [name] : [];
  });
  driver.close();
  expect(sealed.sort()).toEqual(Object.keys(SEALED_AS).sort());
});

test("no two sealed rows can change places, and none opens under another subject, kind or name", async () => {
  const parts = await openParts(await copyFolder());
  const rows = await allSealed(parts.storage, SUBJECTS);
  for (const count of Object.values(byTable(rows))) expect(count).toBeGreaterThanOrEqual(2);
  expect((await opener(parts)(rows)).length).toBe(rows.length); // each in its own place
  const states = await Promise.all(SUBJECTS.map((subject) => parts.find(subject)));
  let mixed = 0;
  for (const place of rows) {
    const state = states.find(({ subject }) => subject === place.subject);
    for (const other of rows) {
      if (other === place) continue;
      expect(() => state?.open(SEALED_AS[place.table], place.row, other.sealed)).toThrow(KeyError);
      mixed += 1;
    }
  }
  expect(mixed).toBe(rows.length * (rows.length - 1));
  await parts.close();
});

test("a row that was swapped, altered or cut in the file is told of its subject alone, and nobody else notices", async () => {
  const random = createRandom(20261121);
  const pick = <T>(list: readonly T[]): T => {
    const one = list[Math.floor(random() * list.length)];
    if (one === undefined) throw new RangeError("nothing to pick");
    return one;
  };
  const folder = await copyFolder();
  const parts = await openParts(folder);
  const rows = await allSealed(parts.storage, SUBJECTS);
  await parts.close();
  const harms: ((row: PlacedRow, other: PlacedRow) => Uint8Array)[] = [
    (_, other) => other.sealed,
    ({ sealed }) => sealed.subarray(0, Math.floor(random() * sealed.length)),
    ({ sealed }) => {
      const changed = Buffer.from(sealed);
      const at = Math.floor(random() * changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      return changed;
    },
  ];
  const own = rows.filter(({ subject }) => subject === "alice");
  for (const table of Object.keys(SEALED_AS))
    for (const harm of harms) {
      const victim = pick(own.filter((row) => row.table === table));
      const sealed = harm(victim, pick(rows.filter((row) => row !== victim)));
      const dataDir = await copyFolder();
      const opened = await openParts(dataDir);
      const { row, sealed: before } = victim;
      const place = { application: APPLICATION, subject: "alice", table: victim.table, row };
      await opened.commit([{ kind: "reseal", row: { ...place, before, sealed } }]);
      await opened.close();
      const engine = await startEngine(dataDir);
      expect(await codeOf(engine.exportSubject(APPLICATION, "alice")), `${table} ${row}`).toBe("data-damaged");
      if (table === "snapshots") expect(await codeOf(engine.assess(APPLICATION, row))).toBe("data-damaged");
      expect((await engine.exportSubject(APPLICATION, "bob")).featureSets.length).toBeGreaterThan(10);
      expect(await codeOf(engine.enrol(APPLICATION, "bob", "x"))).toBeUndefined();
      await engine.maintain();
      await engine.eraseSubject(APPLICATION, "alice");
      expect(await codeOf(engine.readSubject(APPLICATION, "alice"))).toBe("unknown-subject");
      await engine.close();
    }
}, 120_000);

test("a wrapped key that was swapped or altered opens nothing of its subject, who can still be erased", async () => {
  const folder = await copyFolder();
  const parts = await openParts(folder);
  const [alice, bob] = await parts.storage.wrappedKeys(undefined, 2);
  if (alice === undefined || bob === undefined) throw new Error("no keys");
  const { wrappedKey: before } = alice;
  await parts.commit([{ kind: "replaceWrappedKey", row: { ...alice, before, wrappedKey: bob.wrappedKey } }]);
  await parts.close();
  const engine = await startEngine(folder);
  expect(await codeOf(engine.readSubject(APPLICATION, "alice"))).toBe("data-damaged");
  expect(await codeOf(engine.readSubject(APPLICATION, "bob"))).toBeUndefined();
  const rotated = await engine.rotateKeys("x");
  expect(rotated).toMatchObject({ version: 2, damaged: 1 });
  await expect(engine.retireKey(1, "x")).rejects.toMatchObject({ code: "keyInUse" });
  await engine.eraseSubject(APPLICATION, "alice");
  expect((await engine.retireKey(1, "x")).versions).toEqual([{ version: 2, wraps: 2 }]);
  await engine.close();
});

test("a rotated data key seals every row anew, opens the same, and the old one is in no file", async () => {
  const folder = await copyFolder();
  const parts = await openParts(folder);
  const before = await allSealed(parts.storage, SUBJECTS);
  const plain = await opener(parts)(before);
  const oldKey = Buffer.from((await parts.find("alice")).dataKeys.together());
  const wrapped = (await parts.storage.subject(APPLICATION, "alice"))?.wrappedKey ?? new Uint8Array();
  await parts.close();

  const engine = await startEngine(folder);
  const rotated = await engine.rotateSubjectKey({ application: APPLICATION, subject: "alice", actor: "x" });
  expect(rotated).toEqual({ resealed: before.filter(({ subject }) => subject === "alice").length, damaged: 0 });
  expect(await engine.keyStatus()).toMatchObject({ rotating: 0, subjects: 2, foreign: 0, available: true });
  const actions = (await engine.listAudit(APPLICATION, 0, 1000)).map(({ action }) => action);
  expect(actions).toContain("subjectKey.rotated");
  await engine.close();

  const again = await openParts(folder);
  const after = await allSealed(again.storage, SUBJECTS);
  expect(after.map(({ table, row }) => [table, row])).toEqual(before.map(({ table, row }) => [table, row]));
  expect(await opener(again)(after)).toEqual(plain);
  const state = await again.find("alice");
  expect(oldKey.equals(state.dataKeys.together())).toBe(false);
  for (const [i, row] of after.entries())
    expect(Buffer.from(row.sealed).equals(before[i]?.sealed ?? new Uint8Array())).toBe(row.subject === "bob");
  await again.close();
  for (const name of ["habitus.db", "key"]) {
    const bytes = await readFile(join(folder, name));
    for (const gone of [oldKey, wrapped, ...before.filter(({ subject }) => subject === "alice").map((r) => r.sealed)])
      expect(bytes.includes(Buffer.from(gone))).toBe(false);
  }
});

test("a new key-encryption key wraps every data key anew; the old one is destroyed on request, and only when it wraps nothing", async () => {
  const folder = await copyFolder();
  const engine = await startEngine(folder);
  await expect(engine.retireKey(1, "x")).rejects.toMatchObject({ code: "keyInUse" });
  expect(await engine.rotateKeys("x")).toEqual({ version: 2, rewrapped: 3, damaged: 0 });
  expect((await engine.keyStatus()).versions).toEqual([
    { version: 1, wraps: 0 },
    { version: 2, wraps: 3 },
  ]);
  expect(await codeOf(engine.retireKey(7, "x"))).toBe("keys-unavailable");
  await engine.retireKey(1, "x");
  const actions = (await engine.listAudit(APPLICATION, 0, 1000)).map(({ action }) => action);
  expect(actions).toEqual(expect.arrayContaining(["keys.rotated", "keys.retired"]));
  expect((await engine.exportSubject(APPLICATION, "alice")).featureSets.length).toBeGreaterThan(10);
  await engine.close();
  const again = await startEngine(folder);
  expect((await again.exportSubject(APPLICATION, "bob")).featureSets.length).toBeGreaterThan(10);
  await again.close();
});

test("a wrapped key of an old backup no longer opens with the key file once its version was retired", async () => {
  const backup = await copyFolder();
  const folder = await copyFolder();
  const old = await openParts(backup);
  const wrapped = (await old.storage.subject(APPLICATION, "alice"))?.wrappedKey ?? new Uint8Array();
  await old.close();
  const engine = await startEngine(folder);
  await engine.eraseSubject(APPLICATION, "alice");
  const opens = async (): Promise<unknown> => {
    const { provider } = await openFileKeys(join(folder, "key"), { mayMake: false });
    return provider.unwrap(wrapped, keyContext(APPLICATION, "alice"));
  };
  expect(await opens()).toHaveLength(32); // what SECURITY.md and docs/keys.md say remains: the backup of before, and the key
  await engine.rotateKeys("x");
  expect(await opens()).toHaveLength(32);
  await engine.retireKey(1, "x");
  await expect(opens()).rejects.toMatchObject({ code: "unknownKey" });
  await engine.close();
});

test("rotations that a full disk stopped keep everything open, and go on where they were", async () => {
  const folder = await copyFolder();
  const size = (await readFile(join(folder, "habitus.db"))).length;
  const full = await startEngine(folder, undefined, size);
  const opening = {
    application: APPLICATION,
    subject: "bob",
    context: {},
    policyContext: "routine",
    signedIn: true,
  } as const;
  for (let code: string | undefined; code !== "storage-full"; ) code = await codeOf(full.openSession(opening));
  const codes = [
    await codeOf(full.rotateSubjectKey({ application: APPLICATION, subject: "alice", actor: "x" })),
    await codeOf(full.rotateKeys("x")),
  ];
  await full.close().catch(() => undefined);
  for (const code of codes) expect([undefined, "storage-full"]).toContain(code);
  expect(codes).toContain("storage-full");
  const roomy = await startEngine(folder);
  for (const subject of SUBJECTS)
    expect((await roomy.exportSubject(APPLICATION, subject)).featureSets.length).toBeGreaterThan(10);
  await roomy.rotateKeys("x");
  await roomy.rotateSubjectKey({ application: APPLICATION, subject: "alice", actor: "x" });
  const status = await roomy.keyStatus();
  expect(status).toMatchObject({ rotating: 0, foreign: 0 });
  expect(status.versions.at(-1)?.wraps).toBe(3);
  await roomy.close();
});

test("a rotation cut off anywhere goes on at the next start, and every row opens meanwhile", async () => {
  const folder = await copyFolder();
  // As a process killed between leaves it: both keys stored, some rows sealed anew.
  const parts = await openParts(folder);
  const state = await parts.find("alice");
  const rows = (await allSealed(parts.storage, ["alice"])).filter((_, i) => i % 3 === 0);
  const older = state.dataKeys.together();
  const both = Buffer.concat([Buffer.alloc(32, 7), older]);
  const { wrappedKey: before } = (await parts.storage.subject(APPLICATION, "alice")) ?? {
    wrappedKey: new Uint8Array(),
  };
  const of = { application: APPLICATION, subject: "alice" };
  const wrappedKey = await parts.keys.wrap(both, keyContext(APPLICATION, "alice"));
  expect(readHead(wrappedKey).dataKeys).toBe(2);
  await parts.commit([{ kind: "replaceWrappedKey", row: { ...of, before, wrappedKey } }]);
  state.dataKeys.replace(both);
  for (const { table, row, sealed } of rows) {
    const next = state.dataKeys.reseal(SEALED_AS[table], row, sealed);
    if (next === undefined) throw new Error("it was sealed under the older key");
    await parts.commit([{ kind: "reseal", row: { ...of, table, row, before: sealed, sealed: next } }]);
  }
  await parts.close();
  const engine = await startEngine(folder);
  expect((await engine.exportSubject(APPLICATION, "alice")).featureSets.length).toBeGreaterThan(10);
  await engine.close();
  const again = await startEngine(folder);
  while ((await again.keyStatus()).rotating > 0) await again.maintain();
  await again.close();
  const last = await openParts(folder);
  expect(Buffer.from((await last.find("alice")).dataKeys.together())).toEqual(Buffer.alloc(32, 7));
  expect((await opener(last)(await allSealed(last.storage, ["alice"]))).length).toBeGreaterThan(rows.length);
  await last.close();
});

test("a folder from before there was a root secret takes no other key file for its own, and opens with its own afterwards", async () => {
  const folder = await copyFolder();
  // As it was then: a key file of 32 bytes, subjects' keys wrapped under it, no root secret.
  const path = join(folder, "key");
  const right = Buffer.from(JSON.parse(await readFile(path, "utf8")).keys[0].key, "base64");
  const { driver } = connect(join(folder, "habitus.db"));
  driver.exec("DELETE FROM service_keys");
  driver.close();
  await writeFile(path, randomBytes(32), { mode: 0o600 });
  await expect(startEngine(folder)).rejects.toMatchObject({ code: "wrongKey" });
  await writeFile(path, right, { mode: 0o600 });
  const engine = await startEngine(folder);
  expect((await engine.exportSubject(APPLICATION, "alice")).featureSets.length).toBeGreaterThan(10);
  await engine.close();
});

test("every subject can have a new data key at once, but who is damaged, and asking on goes on where it was", async () => {
  const folder = await copyFolder();
  const parts = await openParts(folder);
  const before = await parts.storage.wrappedKeys(undefined, 9);
  const [alice] = before;
  if (alice === undefined) throw new Error("no keys");
  const oldKeys = await Promise.all(
    SUBJECTS.map(async (name) => Buffer.from((await parts.find(name)).dataKeys.together())),
  );
  await parts.commit([
    {
      kind: "replaceWrappedKey",
      row: { ...alice, before: alice.wrappedKey, wrappedKey: alice.wrappedKey.slice(0, 9) },
    },
  ]);
  await parts.close();
  const engine = await startEngine(folder);
  expect(await engine.rotateAllSubjects({ actor: "x" })).toEqual({ rotated: 1, damaged: 1, next: null });
  const after = { application: APPLICATION, subject: "alice" };
  expect(await engine.rotateAllSubjects({ actor: "x", after })).toEqual({ rotated: 1, damaged: 0, next: null });
  expect((await engine.exportSubject(APPLICATION, "bob")).featureSets.length).toBeGreaterThan(10);
  await engine.close();
  const again = await openParts(folder);
  expect(oldKeys[1]?.equals((await again.find("bob")).dataKeys.together())).toBe(false);
  await again.close();
});
