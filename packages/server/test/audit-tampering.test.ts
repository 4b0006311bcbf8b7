import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, integer, type Random } from "@habitus/core";
import type { AuditEntry } from "@habitus/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GENESIS, linkAudit } from "../src/audit/chain.ts";
import { checkLog, createService, type Finding, verifyFolder } from "../src/index.ts";
import { openDriver, type SqlDriver } from "../src/storage/sqlite/driver.ts";
import { joinService } from "./client.ts";

/** A tool of an attacker who has the database file, but not the service's keys. */
type Attack = (file: SqlDriver, random: Random) => number | undefined;

let folder: string;
let whole: string;
const ENTRIES = 61;

/** A service that ran, was used and stopped: the real file, with whatever it wrote. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "habitus-tamper-"));
  whole = join(folder, "whole");
  let now = Date.UTC(2026, 0, 5);
  const service = await createService({ dataDir: whole, logLevel: "silent", engine: "inline", now: () => now });
  const bank = await joinService(service);
  for (let i = 0; (await bank.call("GET", "/v1/audit")).body.entries.length < ENTRIES; i += 1) {
    now += 10 * 60_000; // a checkpoint every sixth
    await bank.open(`person-${i % 4}`);
  }
  await service.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const readChain = (file: SqlDriver): AuditEntry[] =>
  (
    file.prepare("SELECT * FROM audit WHERE application LIKE 'app_%' ORDER BY id").all([]) as (AuditEntry & {
      detail: never;
    })[]
  ).map(({ id, at, action, actor, subject, session, detail, hash }) => ({
    ...{ id, at, action, actor, subject, session, hash },
    detail: JSON.parse(detail),
  }));
const APP = "application LIKE 'app_%'";
const put = (file: SqlDriver, { id, at, action, actor, subject, session, detail, hash }: AuditEntry): void =>
  file
    .prepare("INSERT INTO audit SELECT application, ?, ?, ?, ?, ?, ?, ?, ? FROM applications LIMIT 1")
    .run([id, at, action, actor, subject, session, JSON.stringify(detail), hash]);

/** Makes the chain anew from an entry on, as whoever knows how hashes are made but has no key can. */
function relink(file: SqlDriver, entries: readonly AuditEntry[], from: number): void {
  file.exec(`DELETE FROM audit WHERE ${APP}`);
  let before = GENESIS;
  for (const [i, { hash, id: _, ...draft }] of entries.entries()) {
    const entry = i + 1 < from ? { ...draft, id: i + 1, hash } : linkAudit(draft, i + 1, before);
    put(file, entry);
    before = entry.hash;
  }
}

const pick = (random: Random, { from = 1, to = ENTRIES }: { from?: number; to?: number } = {}): number =>
  from + integer(random, to - from + 1);

/** Returns where the first entry is that is not as it was; undefined where that cannot be told. */
const ATTACKS: Readonly<Record<string, Attack>> = {
  "one field of one entry": (file, random) => {
    const id = pick(random);
    const [column, value] = [
      ["at", "at + 1"],
      ["action", "'subject.exported'"],
      ["actor", "'mallory'"],
      ["subject", "'nobody'"],
      ["session", "'none'"],
      ["detail", `'{"n":1}'`],
      ["hash", `'${"f".repeat(64)}'`],
    ][integer(random, 7)] as [string, string]; // 7 of them
    file.exec(`UPDATE audit SET ${column} = ${value} WHERE ${APP} AND id = ${id}`);
    return id;
  },
  "an entry removed": (file, random) => {
    const id = pick(random);
    file.exec(`DELETE FROM audit WHERE ${APP} AND id = ${id}`);
    return id;
  },
  "several removed": (file, random) => {
    const id = pick(random, { to: ENTRIES - 3 });
    file.exec(`DELETE FROM audit WHERE ${APP} AND id BETWEEN ${id} AND ${id + 2}`);
    return id;
  },
  "one removed and the rest moved up": (file, random) => {
    const id = pick(random, { to: ENTRIES - 1 });
    file.exec(`DELETE FROM audit WHERE ${APP} AND id = ${id}`);
    for (let next = id + 1; next <= ENTRIES; next += 1)
      file.exec(`UPDATE audit SET id = ${next - 1} WHERE ${APP} AND id = ${next}`);
    return id;
  },
  "two entries swapped": (file, random) => {
    const id = pick(random, { to: ENTRIES - 1 });
    const other = pick(random, { from: id + 1 });
    for (const [from, to] of [
      [id, 0],
      [other, id],
      [0, other],
    ])
      file.exec(`UPDATE audit SET id = ${to} WHERE ${APP} AND id = ${from}`);
    return id;
  },
  "an entry put in at the end, linked as it should be": (file, random) => {
    const last = readChain(file).at(-1);
    if (last === undefined) throw new Error("no entries");
    const { hash, id, ...draft } = last;
    put(file, linkAudit({ ...draft, actor: `mallory ${integer(random, 1e6)}` }, id + 1, hash));
    return ENTRIES + 1;
  },
  "an entry put in between, the rest moved down and linked anew": (file, random) => {
    const id = pick(random);
    const entries = readChain(file);
    const one = entries[id - 1] as AuditEntry; // id is within
    relink(file, [...entries.slice(0, id - 1), { ...one, actor: "mallory" }, ...entries.slice(id - 1)], id);
    return undefined;
  },
  "an entry altered and every hash after it made anew": (file, random) => {
    const id = pick(random);
    const entries = readChain(file);
    const one = entries[id - 1] as AuditEntry; // id is within
    relink(file, entries.with(id - 1, { ...one, actor: "mallory" }), id);
    return undefined;
  },
  "the same, and the head put in its place without a key": (file, random) => {
    ATTACKS["an entry altered and every hash after it made anew"]?.(file, random);
    const last = readChain(file).at(-1);
    file.exec(`UPDATE audit_heads SET hash = '${last?.hash}' WHERE ${APP}`);
    return undefined;
  },
  "the same, and all checkpoints removed": (file, random) => {
    ATTACKS["the same, and the head put in its place without a key"]?.(file, random);
    file.exec(`DELETE FROM audit_marks WHERE ${APP}`);
    return undefined;
  },
  "the end cut off": (file, random) => {
    const id = pick(random, { from: 2 });
    file.exec(`DELETE FROM audit WHERE ${APP} AND id >= ${id}`);
    return id;
  },
  "the end cut off, and the head with it": (file, random) => {
    const id = ATTACKS["the end cut off"]?.(file, random);
    file.exec(`DELETE FROM audit_heads WHERE ${APP}; DELETE FROM audit_marks WHERE ${APP} AND id >= ${id}`);
    return id;
  },
  "cut back to a checkpoint, which is shown as the head": (file, random) => {
    const marks = file.prepare(`SELECT id FROM audit_marks WHERE ${APP} AND id < ${ENTRIES}`).all([]) as {
      id: number;
    }[]; // the query's column
    const { id } = marks[integer(random, marks.length)] ?? { id: 1 };
    file.exec(`DELETE FROM audit WHERE ${APP} AND id > ${id}; DELETE FROM audit_heads WHERE ${APP};
      INSERT INTO audit_heads SELECT application, id, hash, at, key_id, signature FROM audit_marks WHERE ${APP} AND id = ${id};
      DELETE FROM audit_marks WHERE ${APP} AND id > ${id}`);
    return undefined;
  },
  "everything removed": (file) => {
    file.exec(
      `DELETE FROM audit WHERE ${APP}; DELETE FROM audit_heads WHERE ${APP}; DELETE FROM audit_marks WHERE ${APP}`,
    );
    return 1;
  },
  "the beginning removed, and a mark of retention made up": (file, random) => {
    const id = pick(random, { to: ENTRIES - 1 });
    file.exec(`INSERT INTO audit_marks SELECT application, 'cut', id, hash, at, '', x'' FROM audit WHERE ${APP} AND id = ${id};
      DELETE FROM audit WHERE ${APP} AND id <= ${id}`);
    return undefined;
  },
};

function dropTriggers(file: SqlDriver): void {
  const triggers = file.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all([]) as { name: string }[]; // the query's column
  expect(triggers.length).toBeGreaterThanOrEqual(5);
  for (const { name } of triggers) file.exec(`DROP TRIGGER ${name}`);
}

async function withCopy<Result>(name: string, work: (dataDir: string) => Promise<Result>): Promise<Result> {
  const dataDir = join(folder, name);
  const { mkdir, readdir } = await import("node:fs/promises");
  await mkdir(dataDir);
  for (const file of await readdir(whole)) await copyFile(join(whole, file), join(dataDir, file));
  try {
    return await work(dataDir);
  } finally {
    await rm(dataDir, { recursive: true });
  }
}

const bankOf = (found: Awaited<ReturnType<typeof verifyFolder>>) => found.find(({ log }) => log === "bank")?.verdict;

describe("who has the database file but not the keys", () => {
  test("cannot change the log unseen: a thousand random edits are all found, and where", async () => {
    const seed = 7;
    const random = createRandom(seed);
    const names = Object.keys(ATTACKS);
    const missed: string[] = [];
    const misplaced: string[] = [];
    await withCopy("untouched", async (dataDir) => {
      expect(bankOf(await verifyFolder(dataDir))).toMatchObject({ kind: "intact", entries: ENTRIES });
    });
    // One copy is edited and put back a thousand times inside a transaction that is never committed.
    await withCopy("edited", async (dataDir) => {
      const { edits } = await openEdits(dataDir);
      for (let round = 0; round < 1000; round += 1) {
        const name = names[round % names.length] ?? "";
        const { verdict, at } = await edits(ATTACKS[name] as Attack, random); // of the table's own names
        if (verdict.kind !== "broken") missed.push(`seed ${seed}, round ${round}: ${name}`);
        else if (at !== undefined && !verdict.findings.some((finding: Finding) => finding.at === at))
          misplaced.push(`seed ${seed}, round ${round}: ${name} at ${at}: ${JSON.stringify(verdict.findings)}`);
      }
    });
    expect(missed).toEqual([]);
    expect(misplaced.slice(0, 5)).toEqual([]);
  }, 120_000);

  test.each(Object.keys(ATTACKS))(
    "is found by the folder's own check too, and after another start: %s",
    async (name) => {
      const random = createRandom(11);
      await withCopy(`once ${names(name)}`, async (dataDir) => {
        const file = openDriver(join(dataDir, "habitus.db"));
        dropTriggers(file);
        ATTACKS[name]?.(file, random);
        file.close();
        expect(bankOf(await verifyFolder(dataDir)), name).toMatchObject({ kind: "broken" });
        const service = await createService({ dataDir, logLevel: "silent", engine: "inline" });
        await service.apiKeys.add("bank"); // the log goes on: what was done to it must not be covered up
        await service.close();
        expect(bankOf(await verifyFolder(dataDir)), `${name}, later`).toMatchObject({ kind: "broken" });
      });
    },
  );

  test("the service that finds entries without a head of its own says so in the log, for good", async () => {
    await withCopy("headless", async (dataDir) => {
      const file = openDriver(join(dataDir, "habitus.db"));
      file.exec("UPDATE audit_heads SET id = 5");
      file.close();
      const service = await createService({ dataDir, logLevel: "silent", engine: "inline" });
      await service.apiKeys.add("bank");
      const { audit } = await service.administer("bank");
      const said = (await audit.entries({ after: ENTRIES })).map(({ id, action, detail }) => [
        id,
        action,
        detail.entriesBefore,
      ]);
      expect(said[0]).toEqual([ENTRIES + 1, "audit.headMissing", ENTRIES]);
      await service.close();
    });
  });

  test("is refused by the database while its triggers are there", async () => {
    await withCopy("triggers", async (dataDir) => {
      const file = openDriver(join(dataDir, "habitus.db"));
      for (const sql of [
        "UPDATE audit SET actor = 'mallory'",
        "DELETE FROM audit WHERE id = 3",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE id = 3",
        "INSERT INTO audit SELECT application, 0, at, action, actor, subject, session, detail, hash FROM audit LIMIT 1",
        "UPDATE audit_marks SET hash = 'f'",
        "DELETE FROM audit_marks",
      ])
        expect(() => file.exec(sql), sql).toThrow(/audit/);
      file.close();
      expect(bankOf(await verifyFolder(dataDir))).toMatchObject({ kind: "intact" });
    });
  });

  test("who puts a whole earlier day back is found by a copy that was made since", async () => {
    await withCopy("yesterday", async (dataDir) => {
      const service = await createService({ dataDir, logLevel: "silent", engine: "inline" });
      await service.apiKeys.add("bank");
      const { audit } = await service.administer("bank");
      const copy = new Map((await audit.entries({ after: 0 })).map(({ id, hash }) => [id, hash]));
      await service.close();
      for (const file of ["habitus.db", "habitus.db-wal", "habitus.db-shm"])
        await rm(join(dataDir, file), { force: true });
      await copyFile(join(whole, "habitus.db"), join(dataDir, "habitus.db"));
      expect(bankOf(await verifyFolder(dataDir)), "by itself it is as it was then").toMatchObject({ kind: "intact" });
      expect(bankOf(await verifyFolder(dataDir, { copies: new Map([["bank", copy]]) }))).toMatchObject({
        kind: "broken",
        findings: expect.arrayContaining([expect.objectContaining({ kind: "cutOff" })]),
      });
    });
  });
});

const names = (name: string): string => name.replace(/\W+/g, "-");

/** Opens the copy once, with the keys that belong to it; each edit is rolled back. */
async function openEdits(dataDir: string) {
  const { openFolder } = await import("../src/engine/inline.ts");
  const { FILE_KEYS } = await import("../src/keys/config.ts");
  const { readMarks } = await import("../src/flows/read-marks.ts");
  const opened = await openFolder({ dataDir, maxBytes: undefined, keys: FILE_KEYS });
  const [{ application } = { application: "" }] = await opened.storage.applications();
  const { publicKey } = await readMarks(opened, application);
  await opened.storage.close();
  const file = openDriver(join(dataDir, "habitus.db"));
  dropTriggers(file);
  const marksOf = () => {
    const mark = (row: unknown) => {
      const { id, hash, at, key_id, signature } = row as {
        id: number;
        hash: string;
        at: number;
        key_id: string;
        signature: Uint8Array;
      }; // the table's columns
      return { id, hash, at, keyId: key_id, signature: Buffer.from(signature).toString("base64url") };
    };
    const [head] = file.prepare("SELECT * FROM audit_heads WHERE application = ?").all([application]);
    const of = (kind: string) =>
      file
        .prepare("SELECT * FROM audit_marks WHERE application = ? AND kind = ? ORDER BY id")
        .all([application, kind])
        .map(mark);
    return {
      ...{ application, publicKey, keyId: "" },
      head: head === undefined ? null : mark(head),
      cut: of("cut").at(-1) ?? null,
      checkpoints: of("checkpoint"),
    };
  };
  const edits = async (attack: Attack, random: Random) => {
    file.exec("SAVEPOINT edit");
    try {
      const at = attack(file, random);
      const check = checkLog(marksOf(), { publicKey: Buffer.from(publicKey, "base64url") });
      check.add(readChain(file));
      const verdict = check.finish();
      const isLost = verdict.kind === "intact" && verdict.entries === 0;
      return {
        at,
        verdict: isLost ? { kind: "broken" as const, findings: [{ kind: "cutOff" as const, at: 1 }] } : verdict,
      };
    } finally {
      file.exec("ROLLBACK TO edit; RELEASE edit");
    }
  };
  return { edits };
}
