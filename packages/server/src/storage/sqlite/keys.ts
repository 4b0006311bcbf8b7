import type { KeyReads, KeyWrite, SealedRow, SealedTable, WrappedKeyRow } from "../key-rows.ts";
import type { Connection } from "./connection.ts";

/** How a table names its sealed rows, and where a subject's are. */
const PLACES: Readonly<Record<SealedTable, { readonly row: string; readonly sealed: string; readonly own: string }>> = {
  samples: { row: "id", sealed: "sealed", own: "subject = ?" },
  references: { row: "CAST(version AS TEXT)", sealed: "sealed", own: "subject = ?" },
  phrases: { row: "CAST(field AS TEXT)", sealed: "sealed", own: "subject = ?" },
  decisions: { row: "id", sealed: "sealed_reasons", own: "subject = ?" },
  sessions: { row: "session", sealed: "sealed_context", own: "subject = ?" },
  snapshots: {
    row: "session",
    sealed: "sealed",
    own: "session IN (SELECT s.session FROM sessions s WHERE s.application = snapshots.application AND s.subject = ?)",
  },
  trust_traces: { row: "id", sealed: "sealed", own: "subject = ?" },
  score_histories: { row: "'history'", sealed: "sealed", own: "subject = ?" },
  accommodations: { row: "CAST(at AS TEXT)", sealed: "sealed", own: "subject = ?" },
  kept_events: { row: "id", sealed: "sealed", own: "subject = ?" },
};

export function createKeyReads({ statement }: Connection): KeyReads {
  return {
    async serviceKey(name) {
      const rows = statement("SELECT wrapped_key FROM service_keys WHERE name = ?").all([name]);
      return (rows as { wrapped_key: Uint8Array }[])[0]?.wrapped_key; // the query's only column
    },
    async wrappedKeys(after, limit) {
      const { application = "", subject = "" } = after ?? {};
      const query = statement(
        `SELECT application, subject, wrapped_key AS wrappedKey FROM subject_keys WHERE (application, subject) > (?, ?)
         ORDER BY application, subject LIMIT ?`,
      );
      return query.all([application, subject, limit]) as WrappedKeyRow[]; // the query's columns
    },
    async sealedRows({ application, subject, table, after, limit }) {
      const { row, sealed, own } = PLACES[table];
      const query = statement(
        `SELECT ${row} AS row, ${sealed} AS sealed FROM "${table}" WHERE application = ? AND ${own} AND ${row} > ?
         ORDER BY 1 LIMIT ?`,
      );
      return query.all([application, subject, after, limit]) as SealedRow[]; // the query's columns
    },
  };
}

/** Applies the write inside the running transaction. */
export function writeKeys({ statement }: Connection, write: KeyWrite): void {
  switch (write.kind) {
    case "putServiceKey": {
      const put = statement("INSERT OR REPLACE INTO service_keys (name, wrapped_key) VALUES (?, ?)");
      put.run([write.row.name, write.row.wrappedKey]);
      return;
    }
    case "replaceWrappedKey": {
      const { application, subject, wrappedKey, before } = write.row;
      statement(
        "UPDATE subject_keys SET wrapped_key = ? WHERE application = ? AND subject = ? AND wrapped_key = ?",
      ).run([wrappedKey, application, subject, before]);
      return;
    }
    case "reseal": {
      const { application, subject, table, row: name, before, sealed: next } = write.row;
      const { row, sealed, own } = PLACES[table];
      statement(
        `UPDATE "${table}" SET ${sealed} = ? WHERE application = ? AND ${own} AND ${row} = ? AND ${sealed} = ?`,
      ).run([next, application, subject, name, before]);
      return;
    }
  }
}
