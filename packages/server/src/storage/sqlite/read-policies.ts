import type { RecordsFilter, Storage } from "../storage.ts";
import { type Connection, sql } from "./connection.ts";

type PolicyReads = Pick<Storage, "policies" | "policy" | "traces" | "outcomes" | "scoreHistory" | "accommodations">;

/** What policies are made of: their versions, how trust went, and how it turned out. */
export function createPolicyReads({ all }: Connection): PolicyReads {
  return {
    async policies(application) {
      const roles = all(sql.selectFrom("policy_roles").selectAll().where("application", "=", application));
      const rows = all(
        sql
          .selectFrom("policies as p")
          .selectAll("p")
          .where("p.application", "=", application)
          .where("p.version", "=", ({ selectFrom }) =>
            selectFrom("policies as q")
              .select(({ fn }) => fn.max("q.version").as("newest"))
              .whereRef("q.application", "=", "p.application")
              .whereRef("q.id", "=", "p.id"),
          )
          .orderBy("p.id"),
      );
      return rows.map((row) => ({
        ...row,
        role: roles.find(({ id }) => id === row.id)?.role ?? "off",
        targets: JSON.parse(row.targets),
      }));
    },
    async policy(application, id, version) {
      const query = sql.selectFrom("policies").selectAll().where("application", "=", application).where("id", "=", id);
      const [row] = all(query.where("version", "=", version));
      return row && { ...row, targets: JSON.parse(row.targets) };
    },
    async traces(application, { subject, since = 0, limit }: RecordsFilter) {
      let query = sql.selectFrom("trust_traces").selectAll().where("application", "=", application);
      if (subject !== undefined) query = query.where("subject", "=", subject);
      return all(query.where("at", ">=", since).orderBy("at", "desc").orderBy("id", "desc").limit(limit));
    },
    async outcomes(application, { subject, since = 0, limit }: RecordsFilter) {
      let query = sql.selectFrom("outcomes").selectAll().where("application", "=", application);
      if (subject !== undefined) query = query.where("subject", "=", subject);
      return all(query.where("at", ">=", since).orderBy("id", "desc").limit(limit)).map(({ id: _, ...row }) => row);
    },
    async scoreHistory(application, subject) {
      const query = sql.selectFrom("score_histories").selectAll().where("application", "=", application);
      return all(query.where("subject", "=", subject))[0];
    },
    async accommodations(application, subject) {
      const query = sql.selectFrom("accommodations").selectAll().where("application", "=", application);
      return all(query.where("subject", "=", subject).orderBy("id")).map(({ id: _, ...row }) => row);
    },
  };
}
