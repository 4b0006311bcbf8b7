import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
} from "node:fs";
import { join } from "node:path";
import { type JournalRow, StorageError } from "../storage.ts";
import { readPart, syncFolder, writeWhole } from "./disk.ts";
import type { Journal } from "./journal.ts";
import { afterDamage, readRecord, recordBytes, writeRecord } from "./record.ts";
import { createSharedSync } from "./shared-sync.ts";

export interface FileJournalOptions {
  /** A file is closed and the next begun beyond this. */
  readonly segmentBytes?: number;
  /** The most all files may take: beyond it the journal is full. */
  readonly maxBytes?: number;
}

interface Segment {
  readonly path: string;
  readonly number: number;
  bytes: number;
  /** Entries that no snapshot includes yet. */
  live: number;
}
interface Entry {
  readonly segment: Segment;
  readonly offset: number;
  readonly end: number;
  readonly n: number;
}

const NAME = /^journal-(\d{8})\.log$/;

/**
 * Opens the journal in the folder. Appending is one write for everything that many requests brought, and forgetting costs
 * nothing until a whole file is forgotten and deleted: a table would pay for an index and for each deletion (measured:
 * a third of the time of a batch). What a crash left half written at the end was never acknowledged and is cut off.
 */
export function openFileJournal(
  folder: string,
  { segmentBytes = 8 * 1024 * 1024, maxBytes = Number.POSITIVE_INFINITY }: FileJournalOptions = {},
): Journal {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const segments: Segment[] = [];
  const sessions = new Map<string, Entry[]>();
  let scratch = Buffer.allocUnsafe(256 * 1024);
  let file = -1;
  const retiring = new Set<Promise<void>>();
  let undoTo: { bytes: number; rows: readonly JournalRow[] } | undefined;
  const keyOf = (application: string, session: string): string => `${application}\n${session}`;

  const note = (row: JournalRow, entry: Entry): void => {
    const key = keyOf(row.application, row.session);
    const entries = sessions.get(key);
    if (entries === undefined) sessions.set(key, [entry]);
    else entries.push(entry);
    entry.segment.live += 1;
  };
  const load = (name: string): void => {
    const segment: Segment = { path: join(folder, name), number: Number(NAME.exec(name)?.[1]), bytes: 0, live: 0 };
    const bytes = readFileSync(segment.path);
    for (let offset: number | undefined = 0; offset !== undefined; ) {
      const found = readRecord(bytes, offset);
      if (found !== undefined) note(found.row, { segment, offset, end: found.end, n: found.row.n });
      if (found !== undefined) segment.bytes = found.end;
      offset = found?.end ?? afterDamage(bytes, offset); // one altered entry hides none of the others
    }
    segments.push(segment);
  };
  const sync = createSharedSync(() => file);
  /** A sync may still run on it. */
  const retire = (last: number): void => {
    const closing = sync()
      .catch(() => undefined) // whoever waits for it is told
      .then(() => closeSync(last))
      .finally(() => retiring.delete(closing));
    retiring.add(closing);
  };
  const begin = (): Segment => {
    const number = (segments.at(-1)?.number ?? 0) + 1;
    const path = join(folder, `journal-${String(number).padStart(8, "0")}.log`);
    const next = openSync(path, "wx+", 0o600);
    syncFolder(folder);
    if (file >= 0) fdatasyncSync(file); // what is not yet synced there must not wait for a sync of the new file
    const last = file;
    file = next;
    if (last >= 0) retire(last);
    const segment: Segment = { path, number, bytes: 0, live: 0 };
    segments.push(segment);
    return segment;
  };
  const current = (): Segment => {
    const segment = segments.at(-1);
    if (segment === undefined) throw new TypeError("the journal has no file");
    return segment;
  };
  const removeDead = (): void => {
    for (let i = segments.length - 2; i >= 0; i -= 1) {
      const segment = segments[i];
      if (segment === undefined || segment.live > 0) continue;
      unlinkSync(segment.path);
      segments.splice(i, 1);
    }
  };

  const forget = (key: string): void => {
    for (const { segment } of sessions.get(key) ?? []) segment.live -= 1;
    sessions.delete(key);
  };
  /** Copies what is still needed into a new file and deletes the others: a crash between leaves entries twice, which read as one. */
  const moveToNewFile = (): void => {
    const before = segments.filter(({ bytes }) => bytes > 0);
    if (before.length === 0) return;
    const files = new Map(before.map((segment) => [segment, readFileSync(segment.path)]));
    const segment = begin();
    const parts: Buffer[] = [];
    let end = 0;
    const moved = [...sessions].map(([key, entries]): [string, Entry[]] => [
      key,
      entries.map(({ segment: from, offset, end: to, n }) => {
        parts.push(files.get(from)?.subarray(offset, to) ?? Buffer.alloc(0));
        end += to - offset;
        return { segment, offset: end - (to - offset), end, n };
      }),
    ]);
    try {
      writeWhole(file, Buffer.concat(parts), 0);
    } catch {
      return; // no room: what was erased lies there until its file is forgotten, and no key opens it
    }
    fdatasyncSync(file);
    segment.bytes = end;
    segment.live = parts.length;
    for (const old of before) old.live = 0;
    for (const [key, entries] of moved) sessions.set(key, entries);
    removeDead();
  };

  for (const name of readdirSync(folder)
    .filter((one) => NAME.test(one))
    .sort())
    load(name);
  begin(); // never after a torn end
  removeDead();

  return {
    append(rows) {
      if (current().bytes > segmentBytes) begin();
      const segment = current();
      const size = rows.reduce((sum, row) => sum + recordBytes(row), 0);
      const taken = segments.reduce((sum, { bytes }) => sum + bytes, 0);
      if (taken + size > maxBytes) throw new StorageError("full", "The journal has reached its limit.");
      if (scratch.length < size) scratch = Buffer.allocUnsafe(2 * size);
      let end = 0;
      const entries = rows.map((row): Entry => {
        const offset = end;
        end = writeRecord(scratch, offset, row);
        return { segment, offset: segment.bytes + offset, end: segment.bytes + end, n: row.n };
      });
      writeWhole(file, scratch.subarray(0, end), segment.bytes);
      undoTo = { bytes: segment.bytes, rows };
      segment.bytes += end;
      for (const [i, entry] of entries.entries()) {
        const row = rows[i];
        if (row !== undefined) note(row, entry);
      }
    },
    undo() {
      if (undoTo === undefined) return;
      const segment = current();
      segment.bytes = undoTo.bytes;
      ftruncateSync(file, segment.bytes);
      for (const row of undoTo.rows) {
        const key = keyOf(row.application, row.session);
        const entries = sessions.get(key);
        entries?.pop();
        if (entries?.length === 0) sessions.delete(key);
        segment.live -= 1;
      }
      undoTo = undefined;
    },
    sync,
    trim(application, session, through) {
      const key = keyOf(application, session);
      const entries = sessions.get(key);
      if (entries === undefined) return;
      const kept = entries.filter(({ n }) => n > through);
      if (kept.length > 0) sessions.set(key, kept);
      else sessions.delete(key);
      for (const { segment, n } of entries) if (n <= through) segment.live -= 1;
      undoTo = undefined;
      removeDead();
      if (sessions.size > 0 || current().bytes === 0) return;
      ftruncateSync(file, 0); // all is consumed: nothing is kept
      current().bytes = 0;
    },
    erase(gone) {
      for (const { application, session } of gone) forget(keyOf(application, session));
      undoTo = undefined;
      moveToNewFile();
    },
    async read(application, session) {
      const key = keyOf(application, session);
      for (;;) {
        const entries = sessions.get(key) ?? [];
        const rows = await readEntries(entries).catch((error: unknown) => {
          if (sessions.get(key) === entries) throw error; // else they were moved meanwhile
        });
        if (rows !== undefined) return rows;
      }
    },
    pending: () =>
      [...sessions.keys()].map((key) => {
        const [application = "", session = ""] = key.split("\n");
        return { application, session };
      }),
    async close() {
      await sync();
      await Promise.all(retiring);
      closeSync(file);
      if (sessions.size === 0) unlinkSync(current().path);
    },
  };
}

/** In the order of `n`, each once. */
async function readEntries(entries: readonly Entry[]): Promise<JournalRow[]> {
  const rows = new Map<number, JournalRow>();
  for (const { segment, offset, end } of entries) {
    const row = readRecord(await readPart(segment.path, offset, end), 0)?.row;
    if (row === undefined) throw new StorageError("unavailable", "The journal cannot be read.");
    rows.set(row.n, row);
  }
  return [...rows.values()].sort((a, b) => a.n - b.n);
}
