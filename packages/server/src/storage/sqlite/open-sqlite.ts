import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { openFileJournal } from "../journal/file-journal.ts";
import { createMemoryJournal, type Journal } from "../journal/journal.ts";
import type { JournalRow, Storage, Write } from "../storage.ts";
import { type AuditLog, createAuditLog } from "./audit.ts";
import { type Connection, connect, sql } from "./connection.ts";
import { createReads } from "./read.ts";
import { createWriter, type TableWrite } from "./write.ts";

export interface SqliteOptions {
  /** The most that tables and journal may each take on the disk. */
  readonly maxBytes?: number;
}

const PAGE_BYTES = 4096;

/** Opens a store in the file with its journal beside it, or in memory for `:memory:`. Commits survive a loss of power. */
export function openSqlite(path: string, { maxBytes }: SqliteOptions = {}): Storage {
  if (path !== ":memory:") closeSync(openSync(path, "a", 0o600)); // SQLite would let everybody read a new file
  const connection = connect(path, maxBytes === undefined ? {} : { maxPages: maxBytes / PAGE_BYTES });
  try {
    const limits = maxBytes === undefined ? {} : { maxBytes };
    const journal = path === ":memory:" ? createMemoryJournal() : openFileJournal(dirname(path), limits);
    return storageOf(connection, journal);
  } catch (error) {
    connection.driver.close();
    throw error;
  }
}

function storageOf(connection: Connection, journal: Journal): Storage {
  const { driver } = connection;
  const auditLog = createAuditLog(connection);
  const write = createWriter(connection, auditLog);
  return {
    ...createReads(connection),
    async commit(writes) {
      const { rows, others } = split(writes);
      if (rows.length > 0) journal.append(rows);
      try {
        if (others.length > 0) commitTables({ connection, journal, auditLog, write }, others);
      } catch (error) {
        if (rows.length > 0) journal.undo();
        throw error;
      }
      if (rows.length > 0) await journal.sync();
    },
    signAudit: auditLog.signWith,
    journal: journal.read,
    pendingSessions: async () => journal.pending(),
    async ping() {
      driver.prepare("SELECT 1").all([]);
    },
    async close() {
      await journal.close();
      driver.close();
    },
  };
}

function split(writes: readonly Write[]): { rows: JournalRow[]; others: TableWrite[] } {
  const rows: JournalRow[] = [];
  const others: TableWrite[] = [];
  for (const write of writes)
    if (write.kind === "appendJournal") rows.push(write.row);
    else others.push(write);
  return { rows, others };
}

interface Store {
  readonly connection: Connection;
  readonly journal: Journal;
  readonly auditLog: AuditLog;
  readonly write: (one: TableWrite) => void;
}

function commitTables({ connection, journal, auditLog, write }: Store, writes: readonly TableWrite[]): void {
  const { transaction } = connection;
  const erased = writes.flatMap((one) => (isErasure(one) ? sessionsOf(connection, one.row) : []));
  transaction(() => {
    auditLog.begin();
    for (const one of writes) write(one);
    auditLog.seal();
  });
  auditLog.keep();
  for (const one of writes) {
    if (one.kind === "putSnapshot") journal.trim(one.row.application, one.row.session, one.row.through);
    if (one.kind === "dropPending") journal.trim(one.row.application, one.row.session, Number.POSITIVE_INFINITY);
  }
  if (erased.length > 0) journal.erase(erased);
  // Deleted bytes were overwritten with zeros; the log that still holds them is emptied.
  if (writes.some(destroys)) emptyLog(connection);
}

/** What stood there before must not be read from any file. */
function destroys(one: TableWrite): boolean {
  return isErasure(one) || one.kind === "replaceWrappedKey";
}

function emptyLog({ driver }: Connection): void {
  try {
    driver.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // The disk is full: what was committed stands, and the next checkpoint empties the log.
  }
}

function isErasure(one: TableWrite): one is Extract<TableWrite, { kind: "eraseSubject" | "eraseBehaviour" }> {
  return one.kind === "eraseSubject" || one.kind === "eraseBehaviour";
}

function sessionsOf({ all }: Connection, { application, subject }: { application: string; subject: string }) {
  const query = sql.selectFrom("sessions").select(["application", "session"]).where("application", "=", application);
  return all(query.where("subject", "=", subject));
}
