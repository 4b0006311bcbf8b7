import type { AuditEntry } from "@habitus/wire";
import type { SessionRow, Storage } from "../storage.ts";
import { createAccessReads } from "./access.ts";
import { type Connection, sql } from "./connection.ts";
import { createKeyReads } from "./keys.ts";
import { createCustodyReads } from "./read-custody.ts";
import { createPolicyReads } from "./read-policies.ts";
import type { Tables } from "./tables.ts";

type Reads = Omit<Storage, "commit" | "signAudit" | "journal" | "pendingSessions" | "ping" | "close">;

export function createReads(connection: Connection): Reads {
  const { all } = connection;
  return {
    ...createPolicyReads(connection),
    ...createCustodyReads(connection),
    ...createAccessReads(connection),
    ...createKeyReads(connection),
    async applications() {
      return all(sql.selectFrom("applications").selectAll().orderBy("created_at")).map((row) => ({
        application: row.application,
        name: row.name,
        origins: JSON.parse(row.origins),
        createdAt: row.created_at,
      }));
    },
    async subject(application, subject) {
      const [row] = all(
        sql
          .selectFrom("subjects as s")
          .innerJoin("subject_keys as k", (join) =>
            join.onRef("k.application", "=", "s.application").onRef("k.subject", "=", "s.subject"),
          )
          .select(["s.application", "s.subject", "s.since", "s.enrolled_at", "k.wrapped_key as wrappedKey"])
          .where("s.application", "=", application)
          .where("s.subject", "=", subject),
      );
      if (row === undefined) return undefined;
      const { enrolled_at, ...rest } = row;
      return enrolled_at === null ? rest : { ...rest, enrolledAt: enrolled_at };
    },
    async consents(application, subject) {
      return all(
        sql
          .selectFrom("consents")
          .selectAll()
          .where("application", "=", application)
          .where("subject", "=", subject)
          .orderBy("id"),
      ).map((row) => ({
        application,
        subject,
        granted: row.granted === 1,
        textVersion: row.text_version,
        actor: row.actor,
        at: row.at,
        purpose: row.purpose,
        tier: row.tier,
      }));
    },
    async session(application, session) {
      const query = sql.selectFrom("sessions").selectAll();
      return all(query.where("application", "=", application).where("session", "=", session)).map(toSession)[0];
    },
    async sessions(application, { subject, limit }) {
      let query = sql.selectFrom("sessions").selectAll().where("application", "=", application);
      if (subject !== undefined) query = query.where("subject", "=", subject);
      return all(query.orderBy("opened_at", "desc").limit(limit)).map(toSession);
    },
    async expiredSessions(now, limit) {
      const query = sql.selectFrom("sessions").selectAll().where("state", "<>", "ended");
      return all(query.where("expires_at", "<=", now).limit(limit)).map(toSession);
    },
    async snapshot(application, session) {
      const query = sql.selectFrom("snapshots").selectAll();
      return all(query.where("application", "=", application).where("session", "=", session))[0];
    },
    async samples(application, subject, limit, extractor) {
      const query = sql.selectFrom("samples").selectAll();
      const own = query.where("application", "=", application).where("subject", "=", subject);
      return all(
        (extractor === undefined ? own : own.where("extractor", "=", extractor))
          .orderBy("at", "desc")
          .orderBy("id", "desc")
          .limit(limit),
      );
    },
    async countSamples(application, subject, extractor) {
      const query = sql.selectFrom("samples").select(({ fn }) => fn.countAll<number>().as("count"));
      const own = query.where("application", "=", application).where("subject", "=", subject);
      return all(own.where("extractor", "=", extractor))[0]?.count ?? 0;
    },
    async otherSamples(application, subject, limit) {
      const query = sql.selectFrom("samples").selectAll();
      return all(
        query.where("application", "=", application).where("subject", "<>", subject).orderBy("id").limit(limit),
      );
    },
    async enrolledSubjects(application) {
      const query = sql.selectFrom("references").select("subject").distinct();
      return all(query.where("application", "=", application).where("active", "=", 1).orderBy("subject")).map(
        ({ subject }) => subject,
      );
    },
    async references(application, subject) {
      const query = sql.selectFrom("references").selectAll();
      return all(query.where("application", "=", application).where("subject", "=", subject).orderBy("version")).map(
        ({ enrolled_at, active, ...row }) => ({ ...row, enrolledAt: enrolled_at, active: active === 1 }),
      );
    },
    async phrases(application, subject) {
      const query = sql.selectFrom("phrases").selectAll();
      return all(query.where("application", "=", application).where("subject", "=", subject).orderBy("field"));
    },
    async decisions(application, subject) {
      const query = sql.selectFrom("decisions").selectAll();
      return all(
        query.where("application", "=", application).where("subject", "=", subject).orderBy("at").orderBy("id"),
      ).map(({ sealed_reasons, ...row }) => ({ ...row, sealedReasons: sealed_reasons }));
    },
    async audit(application, after, limit) {
      const query = sql.selectFrom("audit").selectAll();
      return all(query.where("application", "=", application).where("id", ">", after).orderBy("id").limit(limit)).map(
        ({ application: _, detail, ...row }): AuditEntry => ({ ...row, detail: JSON.parse(detail) }),
      );
    },
  };
}

function toSession(row: Tables["sessions"]): SessionRow {
  const { opened_at, expires_at, last_event_at, pointer_events, sealed_context, ...rest } = row;
  return {
    ...rest,
    openedAt: opened_at,
    expiresAt: expires_at,
    lastEventAt: last_event_at,
    pointerEvents: pointer_events,
    sealedContext: sealed_context,
  };
}
