import type { Evidence } from "../evidence/evidence.ts";
import type { TrustReading } from "../trust/trust.ts";
import { explainEvidence, factReason } from "./explain.ts";
import { elapsedMs, isLookDue, type LookMemory, NO_LOOKS } from "./look-memory.ts";
import type { Decision, DecisionKind, Policy, Reason, ReasonCode } from "./policy.ts";

export const ENROLMENT_STATES = ["none", "learning", "enrolled"] as const;
export type EnrolmentState = (typeof ENROLMENT_STATES)[number];

/** `pending`: asked and not answered, however long ago; it stands. */
export const STEP_UP_STATES = ["none", "pending", "passed", "failed"] as const;
export type StepUpState = (typeof STEP_UP_STATES)[number];

/** Circumstances in which nobody is judged, and why the newest input gave no evidence. */
export type Withheld = Extract<
  ReasonCode,
  "consentWithdrawn" | "accommodated" | "modalityWithdrawn" | "paused" | "remoteDesktopSuspected"
>;
export type Unusable = Extract<
  ReasonCode,
  "autofillOnly" | "clockTooCoarse" | "modalityWithdrawn" | "accommodated" | "remoteDesktopSuspected"
>;

/** The newest word of a page that keeps behaviour to itself. */
export interface Asserted {
  readonly kind: DecisionKind;
  /** It has a reference of its subject. */
  readonly isEnrolled: boolean;
  /** It has said nothing for too long: its word is worth nothing any more. */
  readonly isSilent: boolean;
}

export interface DecisionInput {
  readonly at: number;
  readonly reading: TrustReading;
  readonly enrolment: EnrolmentState;
  /** The decision before this one; undefined at the start of a session. */
  readonly previous: DecisionKind | undefined;
  readonly stepUp: StepUpState;
  /** The newest windows' evidence, oldest first. Reasons are drawn from as many of the newest as a lock needs, and from what supports them. */
  readonly evidence: readonly Evidence[];
  readonly withheld?: Withheld | undefined;
  readonly unusable?: Unusable | undefined;
  /** What came before this look, see `lookAt`. Without it this is the first look below the threshold, and a lock needs no further one. */
  readonly looks?: LookMemory | undefined;
  /** What a page that judges by itself says; what is known here says nothing then. */
  readonly asserted?: Asserted | undefined;
  /** Since the subject's first enrolment, milliseconds; missing: long ago. */
  readonly enrolledForMs?: number | undefined;
}

/**
 * Returns the decision. First match wins:
 * a lock stays until the application ends the session; a failed step-up locks; a standing step-up stays, and locks when trust
 * falls below `lockBelow` on enough scores; nobody is judged while it is withheld; where the page judges by itself it is as it
 * says, while it says something; nobody is judged before enrolment; a passed
 * step-up continues until there is new evidence; too few scores are no decision; then the thresholds on trust.
 * There are two speeds: a fast look may ask for a silent extra look or a step-up, and only looks after it may lock.
 * A standing step-up comes before everything that withholds judgement, or withdrawing consent would be a way out of it.
 */
export function decide(policy: Policy, input: DecisionInput): Decision {
  const { reading, stepUp } = input;
  const enough = reading.value !== undefined && reading.scores >= policy.minimumScores;
  if (input.previous === "lock") return lock(policy, input, stepUp === "failed" ? "stepUpFailed" : "trustBelowLock");
  if (stepUp === "failed") return lock(policy, input, "stepUpFailed");
  if (stepUp === "pending") {
    const low = reading.value !== undefined && reading.value < policy.lockBelow && reading.scores >= policy.lockScores;
    const since = input.looks?.looksSinceStepUp ?? Number.POSITIVE_INFINITY;
    if (low && since >= (policy.confirmLooks ?? 1)) return lock(policy, input, "trustBelowLock");
    return result(policy, "stepUp", input, [factReason("trustBelowStepUp")]);
  }
  if (input.withheld !== undefined) return fact(input, [input.withheld]);
  if (input.asserted !== undefined) return byAssertion(input, input.asserted);
  if (input.enrolment !== "enrolled") return fact(input, ["learning", ...given(input.unusable)]);
  if (!enough && stepUp === "passed") return result(policy, "continue", input, [factReason("stepUpPassed")]);
  if (!enough) return fact(input, ["tooLittleInput", ...given(input.unusable)]);
  return byTrust(policy, input, reading.value);
}

function byAssertion({ at }: DecisionInput, { kind, isEnrolled, isSilent }: Asserted): Decision {
  if (isSilent) return { kind: "noDecision", at, reasons: [factReason("deviceSilent")] };
  const learning = kind === "noDecision" && !isEnrolled ? [factReason("learning")] : [];
  return { kind, at, reasons: [...learning, factReason("decidedOnDevice")] };
}

function byTrust(policy: Policy, input: DecisionInput, value: number): Decision {
  if (!isLookDue(policy, input.looks ?? NO_LOOKS, input)) return result(policy, "continue", input, []);
  if (value < policy.stepUpBelow) {
    const why = whyNotYet(policy, input);
    return result(policy, why === undefined ? "stepUp" : "observe", input, [factReason(why ?? "trustBelowStepUp")]);
  }
  const calm = input.previous === "observe" ? policy.continueFrom : policy.observeBelow;
  return result(policy, value < calm ? "observe" : "continue", input, []);
}

/** Returns why low trust does not ask for a step-up yet. What several looks agree on is not put off. */
function whyNotYet(policy: Policy, { at, reading, looks, enrolledForMs }: DecisionInput): ReasonCode | undefined {
  const { stepUpLooks = 1, confirmLooks = 1, coolDownMs = 0, graceMs = 0 } = policy;
  const lowLooks = Math.max(1, looks?.lowLooks ?? 1); // thresholds may have changed since it was counted
  if (lowLooks < stepUpLooks) return "lookingAgain";
  const isConfirmed = lowLooks > Math.max(stepUpLooks, confirmLooks) && reading.scores >= policy.lockScores;
  if (isConfirmed) return undefined;
  if (elapsedMs(at, looks?.stepUpPassedAt) < coolDownMs) return "coolingDown";
  if ((enrolledForMs ?? Number.POSITIVE_INFINITY) < graceMs) return "gettingToKnow";
  return undefined;
}

function lock(policy: Policy, input: DecisionInput, why: ReasonCode): Decision {
  return result(policy, "lock", input, [factReason(why)]);
}

function fact(input: DecisionInput, codes: readonly ReasonCode[]): Decision {
  return { kind: "noDecision", at: input.at, reasons: codes.map(factReason) };
}

function result(policy: Policy, kind: DecisionKind, input: DecisionInput, facts: readonly Reason[]): Decision {
  const remembered = newestScores(input.evidence, policy.lockScores);
  // Why somebody is challenged is what spoke against the subject, though more may have spoken for.
  const challenged = kind === "stepUp" || kind === "lock";
  return {
    kind,
    at: input.at,
    reasons: [...explainEvidence(remembered, challenged ? "against" : "all"), ...facts],
  };
}

/** What only supports is no score: it is told of beside those that are, and pushes none of them out. */
function newestScores(evidence: readonly Evidence[], scores: number): readonly Evidence[] {
  let left = scores;
  const isTold = ({ supporting }: Evidence): boolean => {
    if (supporting === true) return true;
    left -= 1;
    return left >= 0;
  };
  return [...evidence].reverse().filter(isTold).reverse();
}

function given(code: Unusable | undefined): readonly Unusable[] {
  return code === undefined ? [] : [code];
}
