import type { Reason } from "@habitus/core";
import type { HeldKind, Me } from "@habitus/wire";
import { PURPOSES } from "@habitus/wire";
import { type ApplicationSettings, HELD_KINDS } from "@habitus/wire/schemas";
import type { Deps } from "../deps.ts";
import type { PageClaim } from "../keys/page-token.ts";
import { tierOf } from "../live/consent.ts";
import type { SubjectState } from "../live/subjects.ts";
import type { DecisionRow, Holding } from "../storage/storage.ts";
import { tellReason } from "./assess.ts";
import { inSubjectTurn } from "./in-subject-turn.ts";
import { checkPage } from "./open-page.ts";
import { findSubject, subjectStatus, tellConsent } from "./read-subject.ts";
import { saveSessionsOf } from "./save-sessions.ts";

const SESSIONS_SHOWN = 10;
const DECISIONS_SHOWN = 20;
const VIEWS_SHOWN = 50;

/** Entries that tell of somebody who looked or changed something; what Habitus did by itself is shown as what it is. */
const OF_HABITUS = ["habitus"];

/** Returns what the subject's own page shows. */
export async function readMe(deps: Deps, claim: PageClaim): Promise<Me> {
  await checkPage(deps, claim);
  const find = () => findSubject(deps, claim.application, claim.subject);
  await saveSessionsOf(deps, await find());
  return inSubjectTurn(find, (state) => tellMe(deps, state, claim));
}

async function tellMe(deps: Deps, state: SubjectState, claim: PageClaim): Promise<Me> {
  const { storage } = deps;
  const { application, subject, returnTo, expiresAt, endsAt } = claim;
  const { current } = await deps.settings.load(application);
  const status = await subjectStatus(deps, state);
  const [ledger, holdings, decisions, entries, applications] = await Promise.all([
    storage.consents(application, subject),
    storage.holdings(application, subject),
    storage.decisions(application, subject),
    storage.auditOfSubject(application, subject, VIEWS_SHOWN * 4),
    storage.applications(),
  ]);
  const { since, pause, erasureDueAt, enrolment, profiles, accommodation, sessions } = status;
  return {
    subject,
    application: applications.find((one) => one.application === application)?.name ?? application,
    returnTo,
    ...{ expiresAt, endsAt, since, pause, erasureDueAt, enrolment, profiles, accommodation },
    tier: tierOf(state, current),
    consents: PURPOSES.map((purpose) => {
      const row = state.consents[purpose];
      const said = row === undefined ? { granted: false } : tellConsent(row);
      return { ...said, purpose, text: current.consentTexts[purpose] ?? null };
    }),
    ledger: ledger.map(tellConsent).reverse(),
    eraseWithinHours: current.eraseWithinHours,
    inactiveDays: current.retention.inactive,
    held: heldOf(holdings, current),
    sessions: sessions.slice(0, SESSIONS_SHOWN).map((one) => ({
      session: one.session,
      openedAt: one.openedAt,
      state: one.state,
    })),
    decisions: decisions
      .slice(-DECISIONS_SHOWN)
      .reverse()
      .map((row) => tellDecision(state, row)),
    views: entries
      .filter(({ actor }) => !OF_HABITUS.includes(actor))
      .slice(0, VIEWS_SHOWN)
      .map(({ at, actor, action }) => ({ at, actor, action })),
  };
}

function tellDecision(state: SubjectState, { id, session, at, decision, sealedReasons }: DecisionRow) {
  const reasons = JSON.parse(state.open("decision", id, sealedReasons).toString()) as Reason[]; // it was sealed: we wrote it
  return {
    session,
    at,
    decision,
    reasons: reasons.map(tellReason).map(({ code, gentle }) => ({ code, gentle })),
  };
}

/** The tables of each kind, and which promise holds for it. */
const HELD: Readonly<
  Record<HeldKind, { readonly tables: readonly string[]; readonly kept: keyof ApplicationSettings["retention"] | null }>
> = {
  samples: { tables: ["samples"], kept: "samples" },
  references: { tables: ["references"], kept: null },
  phrases: { tables: ["phrases"], kept: "phrases" },
  decisions: { tables: ["decisions"], kept: "decisions" },
  outcomes: { tables: ["outcomes"], kept: "outcomes" },
  traces: { tables: ["trust_traces"], kept: "traces" },
  history: { tables: ["score_histories"], kept: null },
  accommodations: { tables: ["accommodations", "pauses"], kept: null },
  sessions: { tables: ["sessions"], kept: "sessions" },
  consents: { tables: ["consents"], kept: null },
  events: { tables: ["kept_events"], kept: "events" },
};

function heldOf(holdings: readonly Holding[], { retention }: ApplicationSettings): Me["held"] {
  return HELD_KINDS.flatMap((kind) => {
    const { tables, kept } = HELD[kind];
    const own = holdings.filter(({ table }) => tables.includes(table));
    if (own.length === 0) return [];
    const instants = (of: "oldest" | "newest"): number[] => own.flatMap((one) => one[of] ?? []);
    const [oldest, newest] = [instants("oldest"), instants("newest")];
    return {
      kind,
      count: own.reduce((sum, { count }) => sum + count, 0),
      bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      oldest: oldest.length === 0 ? null : Math.min(...oldest),
      newest: newest.length === 0 ? null : Math.max(...newest),
      keptDays: kept === null ? null : retention[kept],
    };
  });
}
