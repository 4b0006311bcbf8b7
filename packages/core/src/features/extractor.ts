import type { Sample } from "../events/segment.ts";

/** Numbers extracted from one sample. A missing value is NaN; nothing else is ever NaN or infinite. */
export interface FeatureSet {
  readonly kind: "featureSet";
  /** Name and version of the extractor, `name@version`: feature sets of another extractor are never compared. */
  readonly extractor: string;
  readonly values: Float64Array;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly keystrokes: number;
  readonly pointerEvents: number;
  /** Which profile of its subject it was found to be of, where there are several: when that was opened, epoch ms. Missing: the first. */
  readonly profile?: number;
}

/** Turns samples into feature sets. Pure: the same sample always gives the same numbers. */
export interface Extractor {
  readonly name: string;
  readonly version: number;
  /** One name per value, in the order of `FeatureSet.values`. */
  readonly featureNames: readonly string[];
  readonly extract: (sample: Sample) => FeatureSet;
}
