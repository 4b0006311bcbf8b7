import { randomUUID } from "node:crypto";
import {
  type Asserted,
  afterDecision,
  type Band,
  band,
  type Decision,
  decide,
  type Evidence,
  type System,
  type Unusable as WhyUnusable,
  type Withheld,
} from "@habitus/core";
import type { CoreDeps } from "../deps.ts";
import type { Write } from "../storage/storage.ts";
import { inForce, whyNothing } from "./accommodation.ts";
import { isPaused, mayKeep } from "./consent.ts";
import type { LiveSession } from "./live-session.ts";
import type { LiveState } from "./live-state.ts";
import type { SubjectState } from "./subjects.ts";

/** A page that is in use says something at least every half minute: one that says nothing for longer is no ground for anything. */
const SILENCE_MS = 90_000;

export type Unusable = WhyUnusable | undefined;
type Judged = Pick<LiveState, "trust" | "stepUp" | "rules" | "looks" | "remoteDesktop"> &
  Partial<Pick<LiveState, "asserted">>;

export function readBand(system: System, state: LiveState): Band {
  if (state.asserted !== undefined) return state.decision.kind === "noDecision" ? "none" : state.asserted.b;
  return band(state.rules.thresholds, system.trust.read(state.trust));
}

export interface JudgeOptions {
  readonly at: number;
  readonly previous: Decision | undefined;
  readonly unusable?: Unusable;
  /** Judges trust as it is after nothing was seen until this instant (client's clock), not as the last evidence left it. */
  readonly readAt?: number | undefined;
  /** What the reasons are drawn from; without it the decision is the same and its reasons are only the facts. */
  readonly evidence?: readonly Evidence[];
}

/** Returns the decision that the session's state calls for. Changes nothing. */
export function judge(
  system: System,
  subject: SubjectState,
  state: Judged,
  { at, previous, unusable, readAt, evidence = [] }: JudgeOptions,
): Decision {
  return decide(state.rules.thresholds, {
    at,
    reading: system.trust.read(state.trust, readAt),
    enrolment: subject.reference === undefined ? "learning" : "enrolled",
    previous: previous?.kind,
    stepUp: state.stepUp,
    evidence,
    withheld: withheldFor(system, subject, { state, at }),
    unusable,
    looks: state.looks,
    asserted: readAssertion(state.asserted, at),
    enrolledForMs: enrolledForMs(subject, at),
  });
}

function readAssertion(asserted: LiveState["asserted"], at: number): Asserted | undefined {
  return asserted && { kind: asserted.d, isEnrolled: asserted.k, isSilent: at - asserted.at > SILENCE_MS };
}

function withheldFor(
  system: System,
  subject: SubjectState,
  { state, at }: { readonly state: Judged; readonly at: number },
): Withheld | undefined {
  if (!mayKeep(subject)) return "consentWithdrawn";
  if (isPaused(subject, at)) return "paused";
  if (state.remoteDesktop) return "remoteDesktopSuspected";
  return whyNothing(inForce(subject.accommodation, at), system);
}

/** How long ago the subject was first enrolled; undefined before that. */
export function enrolledForMs({ enrolledSince }: SubjectState, at: number): number | undefined {
  return enrolledSince === undefined ? undefined : Math.max(0, at - enrolledSince);
}

/** Makes the decision the session's; a change is recorded and audited with the next snapshot. */
export function adopt(deps: Pick<CoreDeps, "metrics">, live: LiveSession, decision: Decision): void {
  const { application, session, subject, state } = live;
  const changed = decision.kind !== state.decision.kind;
  const { at, kind } = decision;
  state.looks = afterDecision(state.rules.thresholds, state.looks, { at, kind, previous: state.decision.kind });
  state.decision = decision;
  live.dirty = true;
  live.reasonsAreOld = !changed && decision.kind !== "lock";
  if (decision.kind === "stepUp") state.stepUp = "pending";
  if (decision.kind === "lock" && state.state === "open") state.state = "locked";
  if (!changed) return;
  live.due = true;
  deps.metrics.decisions.inc({ decision: kind });
  if (kind === "stepUp") deps.metrics.challenges.inc({ context: state.rules.context, result: "asked" });
  live.unsaved.push(...decisionWrites(application, subject, session, decision));
}

export function decisionWrites(
  application: string,
  subject: SubjectState,
  session: string,
  decision: Decision,
): Write[] {
  const id = randomUUID();
  const at = Math.round(decision.at);
  const sealedReasons = subject.seal("decision", id, Buffer.from(JSON.stringify(decision.reasons)));
  return [
    {
      kind: "addDecision",
      row: { application, subject: subject.subject, session, id, at, decision: decision.kind, sealedReasons },
    },
    {
      kind: "audit",
      application,
      draft: {
        at,
        action: "decision.changed",
        actor: "habitus",
        subject: subject.subject,
        session,
        detail: { decision: decision.kind }, // why is sealed: reasons speak of behaviour
      },
    },
  ];
}
