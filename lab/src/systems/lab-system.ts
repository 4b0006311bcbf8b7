import type { Evidence, FailureToEnrol, FeatureSet, WindowOptions } from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";

/** What a system is told about the comparisons to come. */
export interface Task {
  readonly experiment: string;
  readonly protocol: string;
  readonly windows: WindowOptions;
  readonly seed: number;
  /** One phrase typed again and again: each recording has `timings`. */
  readonly phrase: boolean;
  /** People of another data set of the same kind, whom nobody tested here belongs to; for systems that learn from whatever there is. */
  readonly further?: readonly Recording[];
}

export interface ProbeScore {
  /** Higher = more likely the enrolled subject. */
  readonly score: number;
  /** Natural-log likelihood ratio; of no meaning where the system is not `calibrated`. */
  readonly llr: number;
}

export interface WindowScore extends ProbeScore {
  /** What the system told its trust, where it follows sessions. */
  readonly evidence?: Evidence;
  /** Whether the service would have asked for a step-up after this window, every earlier one passed. */
  readonly asked?: boolean;
  readonly startedAt: number;
  readonly endedAt: number;
}

export type Enrolled<Reference> = { readonly kind: "enrolled"; readonly reference: Reference } | FailureToEnrol;

/**
 * A system that has learnt what it may learn from other people. `prepare` is called once for each piece; enrolment and probes are
 * given prepared. Answers may be promises, so that a system can run in another process. The members are methods, so that a
 * system of any `Prepared` and `Reference` fits where nobody looks into them.
 */
export interface Fitted<Prepared = unknown, Reference = unknown> {
  prepare(piece: Recording): Prepared;
  enrol(pieces: readonly Prepared[], seed: number): Enrolled<Reference> | Promise<Enrolled<Reference>>;
  /** One answer per probe; undefined = failure to acquire, the probe says nothing. */
  compare(
    reference: Reference,
    probes: readonly (readonly Prepared[])[],
  ): readonly (ProbeScore | undefined)[] | Promise<readonly (ProbeScore | undefined)[]>;
  /** Window by window, in time order: what continuous protocols need. */
  follow?(reference: Reference, piece: Prepared): readonly WindowScore[];
  close?(): void;
}

export type Features = readonly FeatureSet[];
/** Alters the feature sets of a subject before anything learns from them or judges them. */
export type Change = (sets: Features, subject: string) => Features;

/** What `ablate` and `diagnose` look into, of systems that judge feature sets. */
export interface Anatomy {
  readonly featureNames: readonly string[];
  /** Windows that are needed to enrol, and how many are enough. */
  readonly minimumSamples: number;
  readonly sufficientSamples: number;
  readonly features: (task: Task) => (piece: Recording) => Features;
  /** The same system, seeing altered feature sets. */
  readonly changed: (change: Change) => LabSystem;
}

/** Something the lab can judge. Habitus's own systems are core `System`s behind `coreSystem` or recipes behind `learntSystem`; the rest are yardsticks. */
export interface LabSystem {
  readonly name: string;
  readonly version: number;
  /** False: `fit` gets no recordings and each subject is judged alone. */
  readonly usesBackground: boolean;
  /** False: the lab makes likelihood ratios of its scores, cross-fitted over people. */
  readonly calibrated: boolean;
  /** Whether this system can do the experiment at all. */
  readonly applicable: (task: Task) => boolean;
  /** Whether it runs when no `--system` is named. */
  readonly byDefault: (experiment: string) => boolean;
  /** Whether it can run on this machine; false when something it needs is not installed. */
  readonly available?: () => boolean;
  /** Undefined: there is nothing to look into. */
  readonly anatomy?: Anatomy;
  readonly fit: (task: Task, background: readonly Recording[]) => Fitted | Promise<Fitted>;
}
