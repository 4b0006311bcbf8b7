import { afterStepUpPassed, explainEvidence } from "@habitus/core";
import type { Assessment, Outcome } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { redecide, takeEvidence } from "../live/apply-events.ts";
import { adopt } from "../live/judge.ts";
import { type LiveSession, saveSession } from "../live/live-session.ts";
import { endPhrase, noPhrases, settlePhrases } from "../live/phrases.ts";
import { openingAt } from "../live/profiles.ts";
import { announce } from "./announce.ts";
import { assessmentOf } from "./assess.ts";
import { audit } from "./audit.ts";
import { closeSession } from "./close-session.ts";
import { enrolWithout } from "./enrol-when-ready.ts";

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
    if (live.state.state !== "ended") {
      takeOutcome(deps, live, outcome, at);
      settlePhrases(deps, live, at, { isConfirmed: outcome === "stepUpPassed" || outcome === "confirmedByOwner" });
    }
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
      confirmSitting(deps, live, outcome, at);
      state.evidence = [];
      state.stepUp = "passed";
      state.looks = afterStepUpPassed(state.looks, at);
      if (state.asserted !== undefined) state.asserted = { ...state.asserted, d: "continue" };
      redecide(deps, live, at);
      return;
    case "stepUpFailed":
      withdrawOpening(deps, live);
      state.stepUp = "failed";
      redecide(deps, live, at);
      return;
    case "reportedTakeover":
    case "labelledTakeover":
      withdrawOpening(deps, live);
      state.stepUp = "failed";
      adopt(deps, live, { kind: "lock", at, reasons: explainEvidence(state.evidence) });
      return;
    case "signedIn":
    case "signInFailed":
      takeSignIn(deps, live, { passed: outcome === "signedIn", at });
      return;
    case "ended":
      return;
  }
}

/** What the sitting showed is its subject's; whoever types unlike all that is known of him, and proves to be there, types in another way. */
function confirmSitting(deps: Deps, live: LiveSession, outcome: Outcome, at: number): void {
  const { state } = live;
  if (state.sitting === undefined) return;
  const opening = outcome === "stepUpPassed" ? openingAt(deps.system, live, at) : undefined;
  if (deps.system.doubt?.(state.sitting) === "changeOfHands") withdrawOpening(deps, live);
  state.sitting = deps.system.confirm?.(state.sitting);
  state.opening = opening ?? state.opening;
}

/** Whose windows those of the sitting were is in doubt: they make no profile, and one that they made is closed. */
function withdrawOpening(deps: Deps, { subject, state }: LiveSession): void {
  const { opening } = state;
  if (opening === undefined) return;
  state.opening = undefined;
  enrolWithout(deps, subject, opening.since);
}

/** What was typed is complete. What was typed in a sign-in that failed is nobody's: it is neither learnt nor counted. */
function takeSignIn(
  deps: Deps,
  live: LiveSession,
  { passed, at }: { readonly passed: boolean; readonly at: number },
): void {
  const { state } = live;
  const evidence = endPhrase(deps, live, at);
  if (passed) {
    state.signedIn = true;
    if (evidence !== undefined) takeEvidence(deps, live, evidence, at);
  } else {
    state.phrases = { ...noPhrases(), newest: state.phrases.newest };
    if (state.signedIn) return;
    state.trust = deps.system.trust.reset(state.trust);
    state.sitting = undefined;
    state.evidence = [];
  }
  redecide(deps, live, at);
}

/** The live false-challenge rate: how challenges that stood turned out. */
function countChallenge({ metrics }: Deps, { state }: LiveSession, outcome: Outcome): void {
  const { kind } = state.decision;
  const isAnswered = kind === "lock" && state.stepUp === "failed";
  if ((kind !== "stepUp" && kind !== "lock") || isAnswered) return;
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
    case "signedIn":
    case "signInFailed":
    case "ended":
      return undefined;
  }
}
