/** How much is at stake, from an ordinary page to administration. In the order of rising risk. */
export const POLICY_CONTEXTS = ["routine", "sensitive", "admin"] as const;
export type PolicyContext = (typeof POLICY_CONTEXTS)[number];

export const RATE_UNITS = ["activeHour", "userMonth"] as const;
export type RateUnit = (typeof RATE_UNITS)[number];

/** Where a context operates, in the units that an application's owner cares about. */
export interface OperatingPoint {
  /** How often the owner may be asked in vain. Somebody who uses the device for an active hour is a person-hour. */
  readonly falseChallenges: { readonly atMost: number; readonly per: RateUnit };
  /**
   * What it costs not to ask somebody else, in challenges of the owner: nobody is asked while their trust is so high that asking would cost
   * more than it saves (Bayes decision rule: above cost / (1 + cost)).
   */
  readonly missCost: number;
  /** Trust below this is always asked about, whatever anybody's history: so nobody's threshold can fall to where everybody is accepted. */
  readonly neverBelow: number;
  /** Windows compared before there is a decision at all. */
  readonly minimumLooks: number;
  /** Looks in a row that must be low before a step-up is asked for: 1 is the fast speed, 2 a silent extra look first. */
  readonly stepUpLooks: 1 | 2;
  /** Looks after the step-up that must confirm it before low trust locks. */
  readonly confirmLooks: number;
  /** A calm session is judged no more often than this; 0 is with every window. */
  readonly lookEverySeconds: number;
}

export const ADAPTATIONS = ["none", "population", "subject"] as const;
/** Whose score history moves the thresholds: nobody's, the application's, or each subject's own shrunk to it. */
export type Adaptation = (typeof ADAPTATIONS)[number];

/** A policy as an owner states it. Plain data; `compilePolicy` makes thresholds of it. */
export interface PolicyTargets {
  readonly name: string;
  /** For rates per user and month: how many hours of a month somebody is active. */
  readonly activeHoursPerUserMonth: number;
  readonly contexts: Readonly<Record<PolicyContext, OperatingPoint>>;
  /** After a passed step-up only a confirmed look asks again for so long. */
  readonly coolDownMinutes: number;
  /** After the first enrolment only a confirmed look asks for so long. */
  readonly graceHours: number;
  readonly adaptation: Adaptation;
}

/** Returns the target as challenges per hour of active use. */
export function challengesPerHour(
  { falseChallenges }: OperatingPoint,
  { activeHoursPerUserMonth }: PolicyTargets,
): number {
  const { atMost, per } = falseChallenges;
  return per === "activeHour" ? atMost : atMost / activeHoursPerUserMonth;
}
