import type { PolicyRow, SessionReading, SnapshotRow, Write } from "../storage.ts";
import { writeAccess } from "./access.ts";
import type { AuditLog } from "./audit.ts";
import { type Connection, sql } from "./connection.ts";
import { writeKeys } from "./keys.ts";
import { eraseTables, writeCustody } from "./write-custody.ts";

/** What goes into tables; the journal is kept beside them. */
export type TableWrite = Exclude<Write, { kind: "appendJournal" }>;

/** Returns a function that applies one write inside the running transaction. */
export function createWriter(connection: Connection, auditLog: AuditLog): (write: TableWrite) => void {
  const { run } = connection;
  const hot = createHotWrites(connection);
  return (write) => {
    switch (write.kind) {
      case "putSnapshot":
        return hot.putSnapshot(write.row);
      case "putReading":
        return hot.putReading(write.row);
      case "putServiceKey":
      case "replaceWrappedKey":
      case "reseal":
        return writeKeys(connection, write);
      case "addApiKey":
      case "expireApiKey":
      case "dropApiKey":
      case "touchApiKey":
      case "putOperator":
      case "dropOperator":
      case "addCredential":
      case "useCredential":
      case "dropCredential":
      case "addOperatorSession":
      case "touchOperatorSession":
      case "dropOperatorSession":
      case "dropExpiredSignIns":
      case "putOperatorLink":
      case "takeOperatorLink":
        return writeAccess(connection, write);
      case "putApplication": {
        const { application, name, origins, createdAt } = write.row;
        const changes = { name, origins: JSON.stringify(origins) };
        return run(
          sql
            .insertInto("applications")
            .values({ application, created_at: createdAt, ...changes })
            .onConflict((conflict) => conflict.column("application").doUpdateSet(changes)),
        );
      }
      case "addSubject": {
        const { application, subject, since, wrappedKey } = write.row;
        run(sql.insertInto("subjects").values({ application, subject, since, seen_at: since, enrolled_at: null }));
        return run(sql.insertInto("subject_keys").values({ application, subject, wrapped_key: wrappedKey }));
      }
      case "addConsent": {
        const { granted, textVersion, ...row } = write.row;
        return run(sql.insertInto("consents").values({ ...row, granted: Number(granted), text_version: textVersion }));
      }
      case "addSession": {
        const { openedAt, expiresAt, lastEventAt, pointerEvents, sealedContext, ...row } = write.row;
        const seen = sql.updateTable("subjects").set({ seen_at: openedAt }).where("seen_at", "<", openedAt);
        run(seen.where("application", "=", row.application).where("subject", "=", row.subject));
        return run(
          sql.insertInto("sessions").values({
            ...row,
            opened_at: openedAt,
            expires_at: expiresAt,
            last_event_at: lastEventAt,
            pointer_events: pointerEvents,
            sealed_context: sealedContext,
          }),
        );
      }
      case "dropPending":
        return hot.dropPending(write.row);
      case "addSample":
        return run(sql.insertInto("samples").values(write.row));
      case "keepSamples":
        hot.keepSamples(write.row);
        return;
      case "addReference": {
        const { application, subject, enrolledAt, active, ...row } = write.row;
        const older = sql.updateTable("references").set({ active: 0 }).where("application", "=", application);
        run(older.where("subject", "=", subject));
        const first = sql.updateTable("subjects").set({ enrolled_at: enrolledAt }).where("enrolled_at", "is", null);
        run(first.where("application", "=", application).where("subject", "=", subject));
        const values = { ...row, application, subject, enrolled_at: enrolledAt, active: Number(active) };
        return run(sql.insertInto("references").values(values));
      }
      case "putPhrase": {
        const insert = sql.insertInto("phrases").values(write.row);
        const { sealed, at } = write.row;
        return run(
          insert.onConflict((conflict) =>
            conflict.columns(["application", "subject", "field"]).doUpdateSet({ sealed, at }),
          ),
        );
      }
      case "addDecision": {
        const { sealedReasons, ...row } = write.row;
        return run(sql.insertInto("decisions").values({ ...row, sealed_reasons: sealedReasons }));
      }
      case "addOutcome":
        return run(sql.insertInto("outcomes").values(write.row));
      case "addPolicy":
        return addPolicy(connection, write.row);
      case "addTrace":
        return run(sql.insertInto("trust_traces").values(write.row));
      case "forgetTraces": {
        const { application, subject, before } = write.row;
        const own = sql
          .deleteFrom("trust_traces")
          .where("application", "=", application)
          .where("subject", "=", subject);
        return run(own.where("at", "<", before));
      }
      case "putScoreHistory": {
        const insert = sql.insertInto("score_histories").values(write.row);
        const { sealed } = write.row;
        return run(
          insert.onConflict((conflict) => conflict.columns(["application", "subject"]).doUpdateSet({ sealed })),
        );
      }
      case "addAccommodation":
        return run(sql.insertInto("accommodations").values(write.row));
      case "audit":
      case "cutAudit":
        return auditLog.write(write);
      case "eraseSubject":
        return eraseTables(connection, write.row);
      case "putSettings":
      case "addPause":
      case "promiseErasure":
      case "keepEvents":
      case "forgetEvents":
      case "forgetOlder":
      case "eraseBehaviour":
        return writeCustody(connection, write);
    }
  };
}

/** What nearly every batch writes: plain statements, no builder. */
function createHotWrites({ statement }: Connection) {
  const replace = statement(
    "INSERT OR REPLACE INTO snapshots (application, session, through, sealed) VALUES (?, ?, ?, ?)",
  );
  const dropSnapshot = statement("DELETE FROM snapshots WHERE application = ? AND session = ?");
  const update = statement(
    "UPDATE sessions SET state = ?, last_event_at = ?, decision = ?, band = ?, trust = ?, keystrokes = ?, pointer_events = ? WHERE application = ? AND session = ?",
  );
  // A row comparison walks the index of the subject's samples; NOT IN would read them all.
  const forgetting = (extractor: string) =>
    statement(
      `DELETE FROM samples WHERE application = ? AND subject = ? AND ${extractor} AND (at, id) < (SELECT at, id FROM samples
       WHERE application = ? AND subject = ? AND ${extractor} ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?)`,
    );
  const forgetOnly = forgetting("extractor = ?");
  const forgetOthers = forgetting("extractor NOT IN (SELECT value FROM json_each(?))");
  type OfSession = { readonly application: string; readonly session: string };
  return {
    putSnapshot({ application, session, through, sealed }: SnapshotRow) {
      replace.run([application, session, through, sealed]);
    },
    keepSamples({ application, subject, newest, only, except = [] }: Extract<Write, { kind: "keepSamples" }>["row"]) {
      const of = [application, subject, only ?? JSON.stringify(except)];
      (only === undefined ? forgetOthers : forgetOnly).run([...of, ...of, newest - 1]);
    },
    dropPending({ application, session }: OfSession) {
      dropSnapshot.run([application, session]);
    },
    putReading: ({ application, session, ...r }: OfSession & SessionReading) =>
      update.run([
        r.state,
        r.lastEventAt,
        r.decision,
        r.band,
        r.trust,
        r.keystrokes,
        r.pointerEvents,
        application,
        session,
      ]),
  };
}

function addPolicy({ run }: Connection, { targets, ...row }: PolicyRow): void {
  const { application, id, role } = row;
  run(sql.insertInto("policies").values({ ...row, targets: JSON.stringify(targets) }));
  run(sql.deleteFrom("policy_roles").where("application", "=", application).where("id", "=", id));
  if (role === "off") return;
  const insert = sql.insertInto("policy_roles").values({ application, role, id });
  run(insert.onConflict((conflict) => conflict.columns(["application", "role"]).doUpdateSet({ id })));
}
