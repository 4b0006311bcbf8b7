import { afterStepUpPassed, explainEvidence } from "@habitus/core";
import type { Assessment, Outcome } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { redecide } from "../live/apply-events.ts";
import { adopt } from "../live/judge.ts";
import { type LiveSession, saveSession } from "../live/live-session.ts";
import { announce } from "./announce.ts";
import { assessmentOf } from "./assess.ts";
import { audit } from "./audit.ts";
import { closeSession } from "./close-session.ts";

export interface RecordOutcome {
  readonly application: string;
  readonly session: string;
  readonly outcome: Outcome;
  readonly actor: string;
  /** With a take-over: when it began, if anybody knows. */
  readonly since?: number | undefined;
}

const OF_AN_ENDED_SESSION: readonly Outcome[] = [
  "confirmedByOwner",
  "reportedTakeover",
  "labelledOwner",
  "labelledTakeover",
];

/** Tells the session how a step-up went, whose it was, or that it is over. Returns the assessment after it. */
export async function recordOutcome(
  deps: Deps,
  { application, session, outcome, actor, since }: RecordOutcome,
): Promise<Assessment> {
  return deps.live.run(application, session, async (live) => {
    if (live.state.state === "ended" && !OF_AN_ENDED_SESSION.includes(outcome))
      throw new ServiceError("session-closed");
    const at = deps.now();
    const standing = live.state.decision.kind;
    const { subject } = live.subject;
    countChallenge(deps, live, outcome);
    if (live.state.state !== "ended") takeOutcome(deps, live, outcome, at);
    const record = [
      {
        kind: "addOutcome" as const,
        row: { application, session, subject, at, outcome, actor, decision: standing, since: since ?? null },
      },
      audit(application, {
        at,
        action: "outcome.recorded",
        actor,
        subject,
        session,
        detail: { outcome },
      }),
    ];
    if (outcome === "ended") await closeSession(deps, live, { actor, extra: record });
    else await saveSession(deps, live, record);
    announce(deps, live);
    return assessmentOf(deps, live);
  });
}

function takeOutcome(deps: Deps, live: LiveSession, outcome: Outcome, at: number): void {
  const { state } = live;
  switch (outcome) {
    case "stepUpPassed":
    case "confirmedByOwner":
    case "labelledOwner":
      if (state.decision.kind === "lock") return; // only a new sign-in ends a lock
      state.trust = deps.system.trust.reset(state.trust);
      state.sitting = undefined;
      state.evidence = [];
      state.stepUp = "passed";
      state.looks = afterStepUpPassed(state.looks, at);
      redecide(deps, live, at);
      return;
    case "stepUpFailed":
      state.stepUp = "failed";
      redecide(deps, live, at);
      return;
    case "reportedTakeover":
    case "labelledTakeover":
      state.stepUp = "failed";
      adopt(deps, live, { kind: "lock", at, reasons: explainEvidence(state.evidence) });
      return;
    case "ended":
      return;
  }
}

/** The live false-challenge rate: how challenges that stood turned out. */
function countChallenge({ metrics }: Deps, { state }: LiveSession, outcome: Outcome): void {
  const { kind } = state.decision;
  if (kind !== "stepUp" && kind !== "lock") return;
  const result = resultOf(outcome);
  if (result !== undefined) metrics.challenges.inc({ context: state.rules.context, result });
}

/** What an outcome says of the challenge that stood when it came. */
export function resultOf(outcome: Outcome): "inVain" | "right" | undefined {
  switch (outcome) {
    case "stepUpPassed":
    case "confirmedByOwner":
    case "labelledOwner":
      return "inVain";
    case "stepUpFailed":
    case "reportedTakeover":
    case "labelledTakeover":
      return "right";
    case "ended":
      return undefined;
  }
}
