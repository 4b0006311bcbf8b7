import { PURPOSES, type SessionSummary, type SubjectStatus } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { inForce } from "../live/accommodation.ts";
import { isPaused, tierOf } from "../live/consent.ts";
import { readingOf } from "../live/live-session.ts";
import { systemId } from "../live/live-state.ts";
import { phraseStanding } from "../live/phrases.ts";
import type { EnrolledProfile } from "../live/records.ts";
import type { SubjectState } from "../live/subjects.ts";
import type { ConsentRow, SessionFilter } from "../storage/storage.ts";
import { enrolmentOf } from "./assess.ts";

const SESSIONS_SHOWN = 50;

export async function findSubject({ subjects }: Deps, application: string, subject: string): Promise<SubjectState> {
  const state = await subjects.find(application, subject);
  if (state === undefined) throw new ServiceError("unknown-subject");
  return state;
}

/** Returns what is known of the subject. Throws `unknown-subject`. */
export async function readSubject(deps: Deps, application: string, subject: string): Promise<SubjectStatus> {
  return subjectStatus(deps, await findSubject(deps, application, subject));
}

export async function subjectStatus(deps: Deps, state: SubjectState): Promise<SubjectStatus> {
  const { application, subject, consents, pause, since } = state;
  const consent = consents.authentication;
  const { current } = await deps.settings.load(application);
  const references = await deps.storage.references(application, subject);
  return {
    subject,
    since,
    consent: {
      granted: consent?.granted ?? false,
      textVersion: consent?.textVersion ?? null,
      at: consent?.at ?? null,
    },
    consents: PURPOSES.flatMap((purpose) => consents[purpose] ?? []).map(tellConsent),
    tier: tierOf(state, current),
    pause: pause !== undefined && isPaused(state, deps.now()) ? { since: pause.at, until: pause.until } : null,
    erasureDueAt: (await deps.storage.erasure(application, subject))?.dueAt ?? null,
    enrolment: enrolmentOf(deps.system, state),
    profiles: tellProfiles(state, state.profiles),
    accommodation: inForce(state.accommodation, deps.now()) ?? null,
    references: references.map(({ version, system, samples, enrolledAt, active }) => ({
      version,
      system,
      samples,
      enrolledAt,
      active,
    })),
    phrases: [...state.phrases.known.values()].map(({ field, updatedAt }) => ({
      phrase: field,
      updatedAt,
      ...phraseStanding(state, field),
    })),
    sessions: await listSessions(deps, application, { subject, limit: SESSIONS_SHOWN }),
  };
}

export function tellConsent({ application: _, subject: __, ...row }: ConsentRow): SubjectStatus["consents"][number] {
  return row;
}

/** Returns the newest sessions; those in memory as they are this moment. */
export async function listSessions(deps: Deps, application: string, filter: SessionFilter): Promise<SessionSummary[]> {
  const system = systemId(deps.system);
  const rows = await deps.storage.sessions(application, filter);
  return rows.map((row) => {
    const live = deps.live.find(application, row.session);
    const { state, lastEventAt, decision, band, trust, keystrokes, pointerEvents } = live ? readingOf(deps, live) : row;
    const { session, subject, openedAt } = row;
    return { session, subject, state, system, openedAt, lastEventAt, decision, band, trust, keystrokes, pointerEvents };
  });
}

/** Returns the ways of typing that a reference holds; the first is as old as the enrolment. */
export function tellProfiles(
  { enrolledSince = 0 }: Pick<SubjectState, "enrolledSince">,
  profiles: readonly EnrolledProfile[],
): SubjectStatus["profiles"] {
  return profiles.map(({ since, samples }) => ({ since: since === 0 ? enrolledSince : since, samples }));
}
