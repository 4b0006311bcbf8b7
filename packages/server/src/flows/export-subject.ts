import { packPhrase, type Reason } from "@habitus/core";
import type { SubjectExport } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { base64 } from "../live/phrase-records.ts";
import { decodeFeatureSet, decodeReference } from "../live/records.ts";
import { SAMPLES_KEPT, SUPPORT_KEPT } from "../live/stored-samples.ts";
import { readAccommodations, type SubjectState } from "../live/subjects.ts";
import { tellReason } from "./assess.ts";
import { audit } from "./audit.ts";
import { findSubject, tellConsent, tellProfiles } from "./read-subject.ts";
import { saveSessionsOf } from "./save-sessions.ts";

/** More than an application writes of one subject. */
const RECORDS_SHOWN = 100_000;

/** Returns everything kept about the subject, opened. */
export async function exportSubject(deps: Deps, application: string, subject: string): Promise<SubjectExport> {
  const { storage, commits, now } = deps;
  const state = await findSubject(deps, application, subject);
  await saveSessionsOf(deps, state);
  const exportedAt = now();
  const records = { subject, limit: RECORDS_SHOWN };
  const [consents, references, samples, decisions, outcomes, accommodations, sessions, traces, scores] =
    await Promise.all([
      storage.consents(application, subject),
      storage.references(application, subject),
      storage.samples(application, subject, SAMPLES_KEPT + 2 * SUPPORT_KEPT),
      storage.decisions(application, subject),
      storage.outcomes(application, records),
      readAccommodations(storage, state),
      storage.sessions(application, records),
      storage.traces(application, records),
      storage.scoreHistory(application, subject),
    ]);
  await commits.submit([
    audit(application, { at: exportedAt, action: "subject.exported", actor: "application", subject }),
  ]);
  return {
    subject,
    exportedAt,
    consents: consents.map(tellConsent),
    references: references.map(({ version, system, samples: count, enrolledAt, sealed }) => {
      const { reference, profiles = [] } = decodeReference(state.open("reference", String(version), sealed));
      const payload = Buffer.from(reference.payload).toString("base64");
      return { version, system, samples: count, enrolledAt, profiles: tellProfiles(state, profiles), payload };
    }),
    featureSets: samples.map(({ id, at, extractor, sealed }) => {
      const { values } = decodeFeatureSet(state.open("sample", id, sealed));
      return { at, extractor, values: Array.from(values, (value) => (Number.isNaN(value) ? null : value)) };
    }),
    decisions: decisions.map(({ session, id, at, decision, sealedReasons }) => {
      const reasons = JSON.parse(state.open("decision", id, sealedReasons).toString()) as Reason[]; // it was sealed: we wrote it
      return { session, at, decision, reasons: reasons.map(tellReason) };
    }),
    outcomes: outcomes.map(({ session, at, outcome, actor, since }) => ({ session, at, outcome, actor, since })),
    accommodations,
    sessions: sessions.map(({ session, openedAt, sealedContext }) => ({
      session,
      openedAt,
      context: JSON.parse(state.open("context", session, sealedContext).toString()) as Record<string, unknown>, // we wrote it
    })),
    phrases: [...state.phrases.known.values()].map(({ field, known, updatedAt }) => ({
      phrase: field,
      updatedAt,
      repetitions: known.repetitions.map(packPhrase),
      reference: known.reference === undefined ? null : base64(known.reference.payload),
    })),
    trustTraces: traces.map(({ session, at, id, sealed }) => ({ session, at, trace: readJson(state, id, sealed) })),
    scoreHistory: scores === undefined ? null : readJson(state, "history", scores.sealed),
  };
}

function readJson(state: SubjectState, id: string, sealed: Uint8Array): Record<string, unknown> {
  return JSON.parse(state.open("scores", id, sealed).toString()) as Record<string, unknown>; // it was sealed: we wrote it
}
