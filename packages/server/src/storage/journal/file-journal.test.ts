import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JournalRow } from "../storage.ts";
import { openFileJournal } from "./file-journal.ts";
import { readRecord, recordBytes, writeRecord } from "./record.ts";

const row = (n: number, session = "s", size = 100): JournalRow => ({
  application: "app",
  session,
  n,
  receivedAt: n,
  sealed: new Uint8Array(size).fill(n),
});
const numbers = (rows: readonly JournalRow[]): number[] => rows.map(({ n }) => n);

describe("the journal in files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "habitus-journal-"));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const files = async (): Promise<string[]> => (await readdir(folder)).sort();

  test("a torn end, wherever it is cut, loses only what was not written whole", async () => {
    const journal = openFileJournal(folder);
    journal.append([row(0), row(1)]);
    journal.append([row(2)]);
    await journal.sync();
    const [name = ""] = await files();
    const whole = await readFile(join(folder, name));
    const one = recordBytes(row(0));
    expect(whole.length).toBe(3 * one);
    for (const cut of [3 * one - 1, 2 * one + 5, 2 * one, one + 1, one - 1, 3, 0]) {
      const copy = await mkdtemp(join(tmpdir(), "habitus-journal-"));
      await appendFile(join(copy, name), whole);
      await truncate(join(copy, name), cut);
      const again = openFileJournal(copy);
      expect(numbers(await again.read("app", "s"))).toEqual([0, 1, 2].slice(0, Math.floor(cut / one)));
      again.append([row(9)]);
      expect(numbers(await again.read("app", "s")).at(-1)).toBe(9);
      await again.close();
      await rm(copy, { recursive: true });
    }
    await journal.close();
  });

  test("what is erased is in no file any more, and nothing else is lost, not even half", async () => {
    const journal = openFileJournal(folder, { segmentBytes: 1000 });
    const bytes = async (): Promise<Buffer> =>
      Buffer.concat(await Promise.all((await files()).map((name) => readFile(join(folder, name)))));
    for (let n = 0; n < 30; n += 1) journal.append([row(n, "gone"), row(100 + n, "kept")]);
    journal.trim("app", "gone", 10); // these lie there too
    const reading = journal.read("app", "kept");
    expect((await bytes()).includes(Buffer.from(row(3).sealed))).toBe(true);
    journal.erase([{ application: "app", session: "gone" }]);
    journal.append([row(130, "kept")]);
    await journal.sync();
    expect(numbers(await reading).slice(0, 30)).toEqual([...Array(30).keys()].map((i) => i + 100));
    for (let n = 0; n < 30; n += 1) expect((await bytes()).includes(Buffer.from(row(n).sealed))).toBe(false);
    expect((await bytes()).includes("gone")).toBe(false);
    expect(await journal.read("app", "gone")).toEqual([]);
    for (let again = 0; again < 3; again += 1) journal.erase([{ application: "app", session: "none" }]); // one after the other
    expect((await files()).length).toBe(1);
    await journal.close();
    const reopened = openFileJournal(folder);
    expect(numbers(await reopened.read("app", "kept"))).toEqual([...Array(31).keys()].map((i) => i + 100));
    await reopened.close();
  });

  test("an entry whose bytes were altered hides none of the others", async () => {
    const journal = openFileJournal(folder);
    journal.append([0, 1, 2, 3].map((n) => row(n)));
    await journal.sync();
    const [name = ""] = await files();
    const whole = await readFile(join(folder, name));
    for (const at of [recordBytes(row(0)) + 30, 2 * recordBytes(row(0)) - 1]) {
      const copy = await mkdtemp(join(tmpdir(), "habitus-journal-"));
      const altered = Buffer.from(whole);
      altered[at] = (altered[at] ?? 0) ^ 1;
      await appendFile(join(copy, name), altered);
      const again = openFileJournal(copy);
      expect(numbers(await again.read("app", "s"))).toEqual([0, 2, 3]);
      await again.close();
      await rm(copy, { recursive: true });
    }
    await journal.close();
  });

  test("files are deleted when a snapshot includes all they hold, and none is left when nothing is pending", async () => {
    const journal = openFileJournal(folder, { segmentBytes: 1000 });
    for (let n = 0; n < 40; n += 1) journal.append([row(n)]);
    await journal.sync();
    const before = (await files()).length;
    expect(before).toBeGreaterThan(3);
    journal.trim("app", "s", 20);
    expect((await files()).length).toBeLessThan(before);
    expect(numbers(await journal.read("app", "s"))).toEqual([...Array(19).keys()].map((i) => i + 21));
    journal.trim("app", "s", 39);
    const left = await files();
    expect(left.length).toBe(1);
    expect((await stat(join(folder, left[0] ?? ""))).size).toBe(0);
    await journal.close();
    expect(await files()).toEqual([]);
  });

  test("what was taken back is not there, also after it is opened again", async () => {
    const journal = openFileJournal(folder);
    journal.append([row(0)]);
    journal.append([row(1), row(0, "t")]);
    journal.undo();
    journal.append([row(5)]);
    expect(numbers(await journal.read("app", "s"))).toEqual([0, 5]);
    expect(journal.pending()).toEqual([{ application: "app", session: "s" }]);
    await journal.close();
    const again = openFileJournal(folder);
    expect(numbers(await again.read("app", "s"))).toEqual([0, 5]);
    expect(numbers(await again.read("app", "t"))).toEqual([]);
    await again.close();
  });

  test("a full journal refuses all rows of an append", async () => {
    const journal = openFileJournal(folder, { maxBytes: 500 });
    journal.append([row(0)]);
    expect(() => journal.append([row(1), row(2, "s", 1000)])).toThrow(expect.objectContaining({ code: "full" }));
    journal.append([row(1)]);
    expect(numbers(await journal.read("app", "s"))).toEqual([0, 1]);
    await journal.close();
  });

  test("a record is read as it was written, and one with any bit changed is not read", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 30 }),
        fc.string({ maxLength: 30 }),
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(),
        (application, session, sealed, flip) => {
          const written: JournalRow = { application, session, n: 7, receivedAt: 8, sealed };
          const buffer = Buffer.alloc(recordBytes(written));
          expect(writeRecord(buffer, 0, written)).toBe(buffer.length);
          const read = readRecord(buffer, 0);
          expect(read?.end).toBe(buffer.length);
          expect(Buffer.from(read?.row.sealed ?? []).equals(Buffer.from(sealed))).toBe(true);
          expect([read?.row.application, read?.row.session]).toEqual([application, session]);
          const at = flip % buffer.length;
          buffer[at] = (buffer[at] ?? 0) ^ 1;
          expect(readRecord(buffer, 0)).toBeUndefined();
        },
      ),
    );
  });
});
