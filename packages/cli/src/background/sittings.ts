import { type FeatureSet, rhythmExtractor } from "@habitus/core";

/** The values of typing come first in the feature sets of `habitus`, then those of pointing. */
const TYPING_VALUES = rhythmExtractor.featureNames.length;
export const SITTING_PAUSE_MS = 30 * 60_000;

/** Returns the windows of typing and pointing of one person, oldest first, by sitting: without half an hour of either between. */
export function sittingsOf(sets: readonly FeatureSet[]): FeatureSet[][] {
  const sittings: FeatureSet[][] = [];
  let until = Number.NEGATIVE_INFINITY;
  for (const set of sets) {
    if (set.keystrokes === 0 && set.pointerEvents === 0) continue; // what supports the two is of another extractor
    if (set.startedAt - until > SITTING_PAUSE_MS) sittings.push([]);
    sittings.at(-1)?.push(set);
    until = Math.max(until, set.endedAt);
  }
  return sittings;
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
