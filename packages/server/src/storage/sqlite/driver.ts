import { createRequire } from "node:module";

export type SqlValue = string | number | bigint | Uint8Array | null;
export interface SqlStatement {
  readonly run: (values: readonly SqlValue[]) => void;
  readonly all: (values: readonly SqlValue[]) => readonly unknown[];
}
/** The slice of a SQLite library that the adapter needs. Synchronous: one process, one connection. */
export interface SqlDriver {
  readonly name: "node:sqlite" | "better-sqlite3";
  readonly exec: (sql: string) => void;
  readonly prepare: (sql: string) => SqlStatement;
  readonly close: () => void;
}

// Declared here so that neither library has to be installed to compile.
interface Database {
  exec(sql: string): void;
  prepare(sql: string): {
    run(...values: readonly SqlValue[]): unknown;
    all(...values: readonly SqlValue[]): unknown[];
  };
  close(): void;
}
type DatabaseClass = new (path: string) => Database;

const load = createRequire(import.meta.url);

/** Opens the database with the runtime's own SQLite where there is one (Node 22.13 and later), else with better-sqlite3. */
export function openDriver(path: string): SqlDriver {
  const native = loadClass("node:sqlite", "DatabaseSync");
  const [name, Driver] =
    native === undefined ? (["better-sqlite3", loadBetterSqlite()] as const) : (["node:sqlite", native] as const);
  const database = new Driver(path);
  return {
    name,
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      const statement = database.prepare(sql);
      return { run: (values) => void statement.run(...values), all: (values) => statement.all(...values) };
    },
    close: () => database.close(),
  };
}

function loadBetterSqlite(): DatabaseClass {
  const found = loadClass("better-sqlite3");
  if (found === undefined)
    throw new Error(
      "There is no SQLite: use Node 22.13 or later, or run `npm install better-sqlite3@12.11.1` (it needs a C++ compiler and Python).",
    );
  return found;
}

function loadClass(name: string, member?: string): DatabaseClass | undefined {
  const emitWarning = process.emitWarning;
  try {
    process.emitWarning = () => {}; // Node 22 calls its SQLite experimental on every start
    const loaded: unknown = load(name);
    const found = member === undefined ? loaded : (loaded as Record<string, unknown>)[member]; // a module is an object
    return typeof found === "function" ? (found as DatabaseClass) : undefined; // both libraries document this class
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}
