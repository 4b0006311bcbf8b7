import type { FeatureSet } from "../features/extractor.ts";
import type { Random } from "../math/random.ts";

/** What is stored for a subject. The payload's layout belongs to the comparator that made it. */
export interface Reference {
  readonly kind: "reference";
  /** `name@version` of the comparator: a reference of another version is never compared. */
  readonly comparator: string;
  readonly extractor: string;
  readonly samples: number;
  readonly enrolledAt: number;
  readonly payload: Uint8Array;
}

export interface EnrolmentReport {
  readonly mated: number;
  readonly nonMated: number;
  /** Share of the held-out fifth that was classified right at 0.5; undefined where the comparator has no such check. */
  readonly heldOutAccuracy: number | undefined;
  readonly heldOut: number;
  /** Sums to 1, in the order of `featureNames`; empty where the comparator has none. */
  readonly importances: readonly number[];
  readonly featureNames: readonly string[];
  /** The profiles in the reference, oldest first: when each was opened (0 = the first) and of how many samples; missing where there are none. */
  readonly profiles?: readonly { readonly since: number; readonly samples: number }[];
}

export interface Enrolment {
  readonly kind: "enrolment";
  readonly reference: Reference;
  readonly report: EnrolmentReport;
}

export const ENROL_FAILURES = ["tooFewSamples", "tooFewBackgroundSamples", "noVariation"] as const;
/** No reference can be made yet (ISO/IEC 19795-1 failure to enrol). `missing` says how many more samples are needed. */
export interface FailureToEnrol {
  readonly kind: "failureToEnrol";
  readonly reason: (typeof ENROL_FAILURES)[number];
  readonly have: number;
  readonly need: number;
  readonly missing: number;
}

export interface EnrolOptions {
  /** Feature sets of other people, made by the same extractor. */
  readonly background: readonly FeatureSet[];
  readonly random: Random;
  readonly now: number;
  /** Profiles that may be made, by when they were opened (0 = the first): feature sets of others are passed over. Missing: all. */
  readonly profiles?: readonly number[];
}

/** One number for one probe: higher = more likely the enrolled subject. Its scale belongs to the comparator. */
export interface ComparisonScore {
  readonly kind: "comparisonScore";
  readonly value: number;
}

export interface Comparator {
  readonly name: string;
  readonly version: number;
  readonly enrol: (samples: readonly FeatureSet[], options: EnrolOptions) => Enrolment | FailureToEnrol;
  /** Throws a `CoreError` with code `versionMismatch` when the reference or probe is of another version. */
  readonly compare: (reference: Reference, probe: FeatureSet) => ComparisonScore;
}
