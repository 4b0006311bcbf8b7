import { randomUUID } from "node:crypto";
import { type Band, band, type Decision, decide, type Evidence, type System } from "@habitus/core";
import type { CoreDeps } from "../deps.ts";
import type { Write } from "../storage/storage.ts";
import type { LiveSession } from "./live-session.ts";
import type { LiveState } from "./live-state.ts";
import type { SubjectState } from "./subjects.ts";

export type Unusable = "autofillOnly" | "clockTooCoarse" | undefined;

export function readBand(system: System, state: LiveState): Band {
  return band(system.policy, system.trust.read(state.trust));
}

export interface JudgeOptions {
  readonly at: number;
  readonly previous: Decision | undefined;
  readonly unusable?: Unusable;
  /** What the reasons are drawn from; without it the decision is the same and its reasons are only the facts. */
  readonly evidence?: readonly Evidence[];
}

/** Returns the decision that the session's state calls for. Changes nothing. */
export function judge(
  system: System,
  subject: SubjectState,
  state: Pick<LiveState, "trust" | "stepUp">,
  { at, previous, unusable, evidence = [] }: JudgeOptions,
): Decision {
  return decide(system.policy, {
    at,
    reading: system.trust.read(state.trust),
    enrolment: subject.reference === undefined ? "learning" : "enrolled",
    previous: previous?.kind,
    stepUp: state.stepUp,
    evidence,
    withheld: subject.consent?.granted === true ? undefined : "consentWithdrawn",
    unusable,
  });
}

/** Makes the decision the session's; a change is recorded and audited with the next snapshot. */
export function adopt(deps: Pick<CoreDeps, "metrics">, live: LiveSession, decision: Decision): void {
  const { application, session, subject, state } = live;
  const changed = decision.kind !== state.decision.kind;
  state.decision = decision;
  live.dirty = true;
  live.reasonsAreOld = !changed && decision.kind !== "lock";
  if (decision.kind === "stepUp" && state.stepUp !== "unanswered") state.stepUp = "pending";
  if (decision.kind === "lock" && state.state === "open") state.state = "locked";
  if (!changed) return;
  live.due = true;
  deps.metrics.decisions.inc({ decision: decision.kind });
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
