import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { StorageError } from "../storage.ts";
import { openDriver, type SqlDriver, type SqlStatement, type SqlValue } from "./driver.ts";
import { MIGRATIONS } from "./migrations.ts";
import type { Tables } from "./tables.ts";

/** Kysely only writes the SQL here; it runs synchronously on our own connection, so no query can slip into a transaction. */
export const sql = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

export interface Compilable<Row> {
  compile(): CompiledQuery<Row>;
}
export interface Connection {
  readonly driver: SqlDriver;
  readonly all: <Row>(query: Compilable<Row>) => readonly Row[];
  readonly run: (query: Compilable<unknown>) => void;
  /** For the hot path: SQL written once by hand. */
  readonly statement: (text: string) => SqlStatement;
  readonly transaction: (work: () => void) => void;
}

export interface ConnectionOptions {
  /** Pages of 4 KiB the database may have: a way to try a full disk. */
  readonly maxPages?: number;
}

/** Opens the database for this process alone, makes each commit durable, and brings the tables up to date. */
export function connect(path: string, { maxPages }: ConnectionOptions = {}): Connection {
  const driver = openDriver(path);
  try {
    // Exclusive: two services on one folder would each keep sessions in memory that the other changes.
    driver.exec(
      "PRAGMA busy_timeout = 250; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
    );
    // What is deleted or replaced is overwritten, always: else an erased person's older rows would lie in free pages.
    driver.exec(
      "PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;",
    );
    if (maxPages !== undefined) driver.exec(`PRAGMA max_page_count = ${Math.floor(maxPages)}`);
    migrate(driver);
  } catch (error) {
    driver.close();
    throw toStorageError(error);
  }
  const statements = new Map<string, SqlStatement>();
  const statement = (text: string): SqlStatement => {
    let found = statements.get(text);
    if (found === undefined) {
      found = driver.prepare(text);
      statements.set(text, found);
    }
    return found;
  };
  const transaction = (work: () => void): void => {
    try {
      driver.exec("BEGIN IMMEDIATE");
      work();
      driver.exec("COMMIT");
    } catch (error) {
      rollBack(driver);
      throw toStorageError(error);
    }
  };
  return { driver, statement, transaction, ...runners(statement) };
}

function runners(statement: (text: string) => SqlStatement): Pick<Connection, "all" | "run"> {
  return {
    all<Row>(query: Compilable<Row>): readonly Row[] {
      const compiled = query.compile();
      return statement(compiled.sql).all(compiled.parameters as readonly SqlValue[]) as readonly Row[]; // the row type is the query's
    },
    run(query) {
      const compiled = query.compile();
      statement(compiled.sql).run(compiled.parameters as readonly SqlValue[]); // tables.ts holds SQL values only
    },
  };
}

function migrate(driver: SqlDriver): void {
  const [row] = driver.prepare("PRAGMA user_version").all([]) as { user_version: number }[]; // SQLite's own answer
  const done = row?.user_version ?? 0;
  if (done > MIGRATIONS.length)
    throw new StorageError("unavailable", "The data folder was written by a newer version: update Habitus.");
  for (const [i, migration] of MIGRATIONS.entries())
    if (i >= done) driver.exec(`BEGIN IMMEDIATE; ${migration} PRAGMA user_version = ${i + 1}; COMMIT;`);
}

function rollBack(driver: SqlDriver): void {
  try {
    driver.exec("ROLLBACK");
  } catch {
    // SQLite rolls back by itself when the disk is full.
  }
}

const FULL = 13;
const BUSY = 5;
const LOCKED = 6;
const CONSTRAINT = 19;

/** Both libraries name the result code differently: `SQLITE_FULL` in `code`, or 13 in `errcode`. */
export function toStorageError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StorageError) return error;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }; // of unknown type until tested
  const name = typeof code === "string" ? code : "";
  const primary = typeof errcode === "number" ? errcode & 0xff : -1;
  const is = (text: string, number: number): boolean => name.startsWith(text) || primary === number;
  if (is("SQLITE_FULL", FULL)) return new StorageError("full", "The disk is full.", { cause: error });
  if (name === "SQLITE_IOERR_WRITE" || name === "SQLITE_IOERR_FSYNC")
    return new StorageError("full", "The disk takes no more.", { cause: error });
  if (is("SQLITE_BUSY", BUSY) || is("SQLITE_LOCKED", LOCKED))
    return new StorageError("busy", "Another process uses this data folder: stop it first.", { cause: error });
  if (is("SQLITE_CONSTRAINT", CONSTRAINT))
    return new StorageError("conflict", "The row is there already.", { cause: error });
  if (name.startsWith("SQLITE_") || code === "ERR_SQLITE_ERROR")
    return new StorageError("unavailable", "The database failed.", { cause: error });
  return error;
}
