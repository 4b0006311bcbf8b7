import { packPhrase, type Reason, SAMPLES_KEPT, SUPPORT_KEPT } from "@habitus/core";
import { EXPORT_FORMAT, EXPORT_SECTIONS, EXPORT_VERSION, type SubjectExport } from "@habitus/wire/schemas";
import type { Deps } from "../deps.ts";
import { base64 } from "../live/phrase-records.ts";
import { decodeFeatureSet, decodeReference } from "../live/records.ts";
import { readAccommodations, type SubjectState } from "../live/subjects.ts";
import type { DecisionRow, ReferenceRow, SampleRow, SessionRow } from "../storage/storage.ts";
import { tellReason } from "./assess.ts";
import { audit } from "./audit.ts";
import { inSubjectTurn } from "./in-subject-turn.ts";
import { findSubject, tellConsent, tellProfiles } from "./read-subject.ts";
import { saveSessionsOf } from "./save-sessions.ts";

/** More than an application writes of one subject. */
const RECORDS_SHOWN = 100_000;

/** Returns everything kept about the subject, opened, with a head that says what each part is. */
export async function exportSubject(
  deps: Deps,
  application: string,
  subject: string,
  actor = "application",
): Promise<SubjectExport> {
  const find = () => findSubject(deps, application, subject);
  await saveSessionsOf(deps, await find());
  return inSubjectTurn(find, (state) => readEverything(deps, state, actor)); // not while the data key is being destroyed
}

async function readEverything(deps: Deps, state: SubjectState, actor: string): Promise<SubjectExport> {
  const { storage, commits, now } = deps;
  const { application, subject } = state;
  const exportedAt = now();
  await commits.submit([audit(application, { at: exportedAt, action: "subject.exported", actor, subject })]);
  const records = { subject, limit: RECORDS_SHOWN };
  const name = (await storage.applications()).find((one) => one.application === application)?.name ?? application;
  const sessions = await storage.sessions(application, records);
  const scores = await storage.scoreHistory(application, subject);
  return {
    format: EXPORT_FORMAT,
    version: EXPORT_VERSION,
    about: EXPORT_SECTIONS,
    application: name,
    subject,
    since: state.since,
    exportedAt,
    consents: (await storage.consents(application, subject)).map(tellConsent),
    pauses: (await storage.pauses(application, subject)).map(({ at, until, actor: by }) => ({ at, until, actor: by })),
    erasureDueAt: (await storage.erasure(application, subject))?.dueAt ?? null,
    references: (await storage.references(application, subject)).map((row) => tellReference(state, row)),
    featureSets: (await storage.samples(application, subject, 2 * SAMPLES_KEPT + 4 * SUPPORT_KEPT)).map((row) =>
      tellSample(state, row),
    ),
    decisions: (await storage.decisions(application, subject)).map((row) => tellDecision(state, row)),
    outcomes: (await storage.outcomes(application, records)).map(({ session, at, outcome, actor: by, since }) => ({
      ...{ session, at, outcome, since },
      actor: by,
    })),
    accommodations: await readAccommodations(storage, state),
    sessions: sessions.map((row) => tellSession(state, row)),
    sessionStates: await readSnapshots(deps, state, sessions),
    phrases: [...state.phrases.known.values()].map(({ field, known, updatedAt }) => ({
      phrase: field,
      updatedAt,
      repetitions: known.repetitions.map(packPhrase),
      reference: known.reference === undefined ? null : base64(known.reference.payload),
    })),
    trustTraces: (await storage.traces(application, records)).map(({ session, at, id, sealed }) => ({
      session,
      at,
      trace: readJson(state, id, sealed),
    })),
    events: (await storage.keptEvents(application, subject, RECORDS_SHOWN)).map(({ session, at, id, sealed }) => ({
      session,
      at,
      batch: JSON.parse(state.open("events", id, sealed).toString()) as Record<string, unknown>, // it was sealed: we wrote it
    })),
    scoreHistory: scores === undefined ? null : readJson(state, "history", scores.sealed),
    audit: (await storage.auditOfSubject(application, subject, RECORDS_SHOWN)).map(
      ({ id, at, action, actor: by, session, detail }) => ({ id, at, action, actor: by, session, detail }),
    ),
  };
}

function tellReference(state: SubjectState, { version, system, samples, enrolledAt, sealed }: ReferenceRow) {
  const { reference, profiles = [] } = decodeReference(state.open("reference", String(version), sealed));
  const payload = Buffer.from(reference.payload).toString("base64");
  return { version, system, samples, enrolledAt, profiles: tellProfiles(state, profiles), payload };
}

function tellSample(state: SubjectState, { id, at, extractor, sealed }: SampleRow) {
  const { values } = decodeFeatureSet(state.open("sample", id, sealed));
  return { at, extractor, values: Array.from(values, (value) => (Number.isNaN(value) ? null : value)) };
}

function tellDecision(state: SubjectState, { session, id, at, decision, sealedReasons }: DecisionRow) {
  const reasons = JSON.parse(state.open("decision", id, sealedReasons).toString()) as Reason[]; // it was sealed: we wrote it
  return { session, at, decision, reasons: reasons.map(tellReason) };
}

function tellSession(state: SubjectState, { application: _, subject: __, sealedContext, ...row }: SessionRow) {
  const { session } = row;
  const context = JSON.parse(state.open("context", session, sealedContext).toString()) as Record<string, unknown>; // we wrote it
  return { ...row, context };
}

/** What a session knew when it was saved last. */
async function readSnapshots(
  { storage }: Deps,
  state: SubjectState,
  sessions: readonly SessionRow[],
): Promise<SubjectExport["sessionStates"]> {
  const read: SubjectExport["sessionStates"] = [];
  for (const { application, session } of sessions) {
    const snapshot = await storage.snapshot(application, session);
    if (snapshot === undefined) continue;
    const plain = state.open("snapshot", session, snapshot.sealed).toString();
    read.push({ session, state: JSON.parse(plain) as Record<string, unknown> }); // it was sealed: we wrote it
  }
  return read;
}

function readJson(state: SubjectState, id: string, sealed: Uint8Array): Record<string, unknown> {
  return JSON.parse(state.open("scores", id, sealed).toString()) as Record<string, unknown>; // it was sealed: we wrote it
}
