import type { AuditEntry, RetentionKind } from "@habitus/wire";
import type { CustodyReads, Holding, Older } from "../storage.ts";
import { type Connection, sql } from "./connection.ts";
import { RETAINED, SUBJECT_TABLES } from "./subject-tables.ts";

/** Who has something that was learnt, and no session since. */
const INACTIVE = `SELECT subject, 1 AS count FROM subjects AS s WHERE application = ? AND seen_at < ? AND (${[
  "samples",
  "references",
  "phrases",
  "score_histories",
  "trust_traces",
  "kept_events",
]
  .map(
    (table) => `EXISTS (SELECT 1 FROM "${table}" AS t WHERE t.application = s.application AND t.subject = s.subject)`,
  )
  .join(" OR ")}) ORDER BY seen_at LIMIT ?`;

/** What is kept of people, how much and since when. */
export function createCustodyReads({ all, statement }: Connection): CustodyReads {
  return {
    async settings(application) {
      return all(sql.selectFrom("settings").selectAll().where("application", "=", application))[0];
    },
    async pauses(application, subject) {
      const query = sql.selectFrom("pauses").selectAll().where("application", "=", application);
      return all(query.where("subject", "=", subject).orderBy("id")).map(({ id: _, ...row }) => row);
    },
    async erasure(application, subject) {
      const query = sql.selectFrom("erasures").selectAll().where("application", "=", application);
      return all(query.where("subject", "=", subject)).map(({ due_at, ...row }) => ({ ...row, dueAt: due_at }))[0];
    },
    async dueErasures(now, limit) {
      const query = sql.selectFrom("erasures").selectAll().where("due_at", "<=", now).orderBy("due_at").limit(limit);
      return all(query).map(({ due_at, ...row }) => ({ ...row, dueAt: due_at }));
    },
    async keptEvents(application, subject, limit) {
      const query = sql.selectFrom("kept_events").selectAll().where("application", "=", application);
      return all(query.where("subject", "=", subject).orderBy("at").orderBy("id").limit(limit));
    },
    async holdings(application, subject) {
      return Object.entries(SUBJECT_TABLES).flatMap(([table, held]): Holding[] => {
        const at = "at" in held ? held.at : "NULL";
        const sealed = "sealed" in held ? `coalesce(sum(length(${held.sealed})), 0)` : "0";
        const text = `SELECT count(*) AS count, ${sealed} AS bytes, min(${at}) AS oldest, max(${at}) AS newest FROM "${table}" WHERE application = ? AND subject = ?`;
        const [row] = statement(text).all([application, subject]) as Omit<Holding, "table">[]; // the columns named above
        return row === undefined || row.count === 0 ? [] : [{ table, ...row }];
      });
    },
    async kept(application, kind) {
      if (kind === "inactive") return keptOf(statement, application, [{ table: "subjects", at: "seen_at" }]);
      return keptOf(statement, application, RETAINED[kind]);
    },
    async older(what) {
      const { application, before, limit } = what;
      const found =
        what.kind === "inactive"
          ? statement(INACTIVE).all([application, before, limit])
          : olderRows(what).flatMap((text) => statement(text).all([application, before, limit]));
      return found as { subject: string; count: number }[]; // the columns named in both
    },
    async auditOfSubject(application, subject, limit) {
      const query = sql.selectFrom("audit").selectAll().where("application", "=", application);
      return all(query.where("subject", "=", subject).orderBy("id", "desc").limit(limit)).map(
        ({ application: _, detail, ...row }): AuditEntry => ({ ...row, detail: JSON.parse(detail) }),
      );
    },
  };
}

interface Kept {
  readonly count: number;
  readonly oldest: number | null;
}

function keptOf(
  statement: Connection["statement"],
  application: string,
  tables: readonly { readonly table: string; readonly at: string; readonly where?: string }[],
): Kept {
  let kept: Kept = { count: 0, oldest: null };
  for (const { table, at, where = "1" } of tables) {
    const text = `SELECT count(*) AS count, min(${at}) AS oldest FROM "${table}" WHERE application = ? AND ${where}`;
    const [row] = statement(text).all([application]) as Kept[]; // the columns named above
    if (row === undefined || row.oldest === null) continue;
    kept = { count: kept.count + row.count, oldest: Math.min(kept.oldest ?? row.oldest, row.oldest) };
  }
  return kept;
}

function olderRows({ kind }: Pick<Older, "kind">): string[] {
  return RETAINED[kind as Exclude<RetentionKind, "inactive">].map(
    (of) => `SELECT subject, count(*) AS count FROM (${oldest(of, ["subject"])}) GROUP BY subject`,
  ); // the other kind has a query of its own
}

/** The oldest rows of a table, with parameters application, instant and limit. */
export function oldest(
  { table, at, key, where = "1" }: (typeof RETAINED)["samples"][number],
  columns: readonly string[] = key,
): string {
  return `SELECT ${columns.join(", ")} FROM "${table}" WHERE application = ? AND ${at} < ? AND ${where} ORDER BY ${[at, ...key].join(", ")} LIMIT ?`;
}
