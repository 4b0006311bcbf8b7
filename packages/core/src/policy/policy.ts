/** What the application is told. Ordered from harmless to hard; `noDecision` stands apart. */
export const DECISIONS = ["continue", "observe", "stepUp", "lock", "noDecision"] as const;
export type DecisionKind = (typeof DECISIONS)[number];

export const REASON_CODES = [
  "learning",
  "tooLittleInput",
  "autofillOnly",
  "clockTooCoarse",
  "typingMatches",
  "typingDiffers",
  "pointerMatches",
  "pointerDiffers",
  "trustBelowStepUp",
  "trustBelowLock",
  "stepUpPassed",
  "stepUpFailed",
  "consentWithdrawn",
  "accommodated",
  "paused",
  "modalityWithdrawn",
  "remoteDesktopSuspected",
  "lookingAgain",
  "coolingDown",
  "gettingToKnow",
  "signInMatches",
  "signInDiffers",
  "touchMatches",
  "touchDiffers",
  "usageMatches",
  "usageDiffers",
  "keyboardAndPointerAgree",
  "keyboardAndPointerDisagree",
  "decidedOnDevice",
  "deviceSilent",
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

export interface Reason {
  readonly code: ReasonCode;
  /** Signed share of the evidence behind the decision; undefined where the reason is a fact. */
  readonly share: number | undefined;
  /** The same as a log-likelihood ratio, natural log; missing where the reason is a fact. */
  readonly nats?: number;
  /** A sentence for an analyst. */
  readonly text: string;
}

export interface Decision {
  readonly kind: DecisionKind;
  readonly at: number;
  /** Largest contribution first. */
  readonly reasons: readonly Reason[];
}

export const BANDS = ["high", "medium", "low", "none"] as const;
/** A coarse reading of trust for people: `none` while nothing can be said. */
export type Band = (typeof BANDS)[number];

/** Thresholds live here and nowhere else. All are on the trust value, 0 to 1. */
export interface Policy {
  readonly name: string;
  readonly version: number;
  /** Fewer scores than this and there is no decision. */
  readonly minimumScores: number;
  /** Below this: `observe`. */
  readonly observeBelow: number;
  /** After `observe`, this must be reached for `continue`; at least `observeBelow`, so that the decision does not flicker. */
  readonly continueFrom: number;
  /** Below this: `stepUp`. */
  readonly stepUpBelow: number;
  /** Below this while a step-up stands unanswered: `lock`. A failed step-up locks whatever the trust. */
  readonly lockBelow: number;
  /** Fewer scores than this never lock by themselves. */
  readonly lockScores: number;
  /** Looks in a row below `stepUpBelow` before a step-up is asked for; until then `observe`: a silent extra look. 1 where it is missing. */
  readonly stepUpLooks?: number;
  /** Looks after the step-up was asked for before low trust may lock: what a fast look finds, another must confirm. 1 where missing. */
  readonly confirmLooks?: number;
  /** Calm sessions are looked at no more often than this; 0 or missing is every window. A doubt is followed up at every window. */
  readonly lookEveryMs?: number;
  /** For so long after a passed step-up only a confirmed look asks again; 0 where it is missing. */
  readonly coolDownMs?: number;
  /** For so long after the first enrolment only a confirmed look asks; 0 where it is missing. */
  readonly graceMs?: number;
}
