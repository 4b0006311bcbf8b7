import { cutSittings, type FeatureSet, rhythmExtractor } from "@habitus/core";

/** The values of typing come first in the feature sets of `habitus`, then those of pointing. */
const TYPING_VALUES = rhythmExtractor.featureNames.length;

/** Returns the windows of typing and pointing of one person, oldest first, by sitting: without half an hour of either between. */
export function sittingsOf(sets: readonly FeatureSet[]): FeatureSet[][] {
  // What supports the two is of another extractor.
  return cutSittings(sets.filter(({ keystrokes, pointerEvents }) => keystrokes !== 0 || pointerEvents !== 0));
}

/** Returns a sitting's windows of typing as their extractor made them; of windows that overlap only those that share no keystroke. */
export function typingOf(sitting: readonly FeatureSet[]): FeatureSet[] {
  let until = Number.NEGATIVE_INFINITY;
  return sitting.flatMap((set) => {
    if (set.keystrokes === 0 || set.startedAt < until) return [];
    until = set.endedAt;
    return [{ ...set, values: set.values.subarray(0, TYPING_VALUES) }];
  });
}

/** Returns a sitting's windows of pointing as their extractor made them. */
export function pointingOf(sitting: readonly FeatureSet[]): FeatureSet[] {
  return sitting
    .filter(({ pointerEvents }) => pointerEvents > 0)
    .map((set) => ({ ...set, values: set.values.subarray(TYPING_VALUES) }));
}
