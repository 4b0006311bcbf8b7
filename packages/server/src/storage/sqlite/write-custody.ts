import type { CustodyWrite, Older } from "../storage.ts";
import { type Connection, sql } from "./connection.ts";
import { oldest } from "./read-custody.ts";
import { LEDGER_TABLES, RETAINED, SUBJECT_TABLES } from "./subject-tables.ts";
import type { Tables } from "./tables.ts";

/** Applies the write inside the running transaction. */
export function writeCustody(connection: Connection, write: CustodyWrite): void {
  const { run } = connection;
  switch (write.kind) {
    case "putSettings": {
      const { application, ...changes } = write.row;
      const insert = sql.insertInto("settings").values(write.row);
      run(insert.onConflict((conflict) => conflict.column("application").doUpdateSet(changes)));
      return;
    }
    case "addPause":
      run(sql.insertInto("pauses").values(write.row));
      return;
    case "promiseErasure": {
      const { dueAt: due_at, ...of } = write.row;
      const insert = sql.insertInto("erasures").values({ ...of, due_at });
      run(insert.onConflict((conflict) => conflict.columns(["application", "subject"]).doUpdateSet({ due_at })));
      return;
    }
    case "keepEvents":
      run(sql.insertInto("kept_events").values(write.row));
      return;
    case "forgetEvents": {
      const { application, subject } = write.row;
      run(sql.deleteFrom("kept_events").where("application", "=", application).where("subject", "=", subject));
      return;
    }
    case "forgetOlder":
      forgetOlder(connection, write.row);
      return;
    case "eraseBehaviour": {
      const { application, subject, wrappedKey } = write.row;
      eraseTables(connection, { application, subject }, { except: LEDGER_TABLES });
      const nothing = sql.updateTable("subjects").set({ enrolled_at: null }).where("application", "=", application);
      run(nothing.where("subject", "=", subject));
      run(sql.insertInto("subject_keys").values({ application, subject, wrapped_key: wrappedKey }));
    }
  }
}

interface OfSubject {
  readonly application: string;
  readonly subject: string;
}

/** Deletes the subject's rows, table by table in their order, and what belongs to its sessions. */
export function eraseTables(
  { run, statement }: Connection,
  { application, subject }: OfSubject,
  { except = [] }: { readonly except?: readonly (keyof Tables)[] } = {},
): void {
  const own = "application = ? AND session IN (SELECT session FROM sessions WHERE application = ? AND subject = ?)";
  for (const table of Object.keys(SUBJECT_TABLES) as (keyof typeof SUBJECT_TABLES)[]) {
    if (except.includes(table)) continue;
    if (table === "sessions")
      for (const of of ["snapshots", "outcomes"])
        statement(`DELETE FROM ${of} WHERE ${own}`).run([application, application, subject]);
    run(sql.deleteFrom(table).where("application", "=", application).where("subject", "=", subject));
  }
}

function forgetOlder({ statement }: Connection, { application, kind, before, limit }: Older): void {
  if (kind === "inactive") return; // that is an erasure, one subject at a time
  for (const of of RETAINED[kind]) {
    const key = `(${of.key.join(", ")})`;
    if (of.table === "sessions")
      statement(`DELETE FROM snapshots WHERE application = ? AND session IN (${oldest(of)})`).run([
        application,
        ...[application, before, limit],
      ]);
    statement(`DELETE FROM "${of.table}" WHERE application = ? AND ${key} IN (${oldest(of)})`).run([
      application,
      ...[application, before, limit],
    ]);
  }
}
