import type { TrustReading } from "../trust/trust.ts";
import type { DecisionKind, Policy } from "./policy.ts";

/** What a decision needs to know of the looks before it. Plain data; instants are the judge's clock, epoch milliseconds. */
export interface LookMemory {
  /** Looks in a row, the newest included, at which trust was below the step-up threshold. */
  readonly lowLooks: number;
  /** Looks since the standing step-up was asked for. */
  readonly looksSinceStepUp: number;
  readonly stepUpPassedAt: number | null;
  /** When the session was last judged by its trust. */
  readonly lookedAt: number | null;
}

export const NO_LOOKS: LookMemory = { lowLooks: 0, looksSinceStepUp: 0, stepUpPassedAt: null, lookedAt: null };

export interface Moment {
  readonly at: number;
  /** The decision that stands. */
  readonly previous: DecisionKind | undefined;
}

/** Whether a look counts: always, unless the policy looks only now and then and the session was calm at the last look. */
export function isLookDue(policy: Policy, { lookedAt }: LookMemory, { at, previous }: Moment): boolean {
  return previous !== "continue" || elapsedMs(at, lookedAt) >= (policy.lookEveryMs ?? 0);
}

/** Returns the memory with a new look in it: once per new evidence, before `decide`. A look that is not due leaves it as it is. */
export function lookAt(
  policy: Policy,
  memory: LookMemory,
  look: Moment & { readonly reading: TrustReading },
): LookMemory {
  if (!isLookDue(policy, memory, look)) return memory;
  const { value, scores } = look.reading;
  const isLow = value !== undefined && scores >= policy.minimumScores && value < policy.stepUpBelow;
  return {
    ...memory,
    lowLooks: isLow ? memory.lowLooks + 1 : 0,
    looksSinceStepUp: memory.looksSinceStepUp + 1,
  };
}

/** Returns the memory after the decision on a look. */
export function afterDecision(
  policy: Policy,
  memory: LookMemory,
  { at, previous, kind }: Moment & { readonly kind: DecisionKind },
): LookMemory {
  const isNewStepUp = kind === "stepUp" && previous !== "stepUp";
  return {
    ...memory,
    looksSinceStepUp: isNewStepUp ? 0 : memory.looksSinceStepUp,
    lookedAt: isLookDue(policy, memory, { at, previous }) ? at : memory.lookedAt,
  };
}

/** Returns the memory after a passed step-up: doubts are forgiven. */
export function afterStepUpPassed(memory: LookMemory, at: number): LookMemory {
  return { ...memory, lowLooks: 0, looksSinceStepUp: 0, stepUpPassedAt: at };
}

/** Time since an instant. Without one, and when the clock was set back, it was long ago: nothing is ever muted by a clock. */
export function elapsedMs(at: number, since: number | null | undefined): number {
  return since === null || since === undefined || at < since ? Number.POSITIVE_INFINITY : at - since;
}
