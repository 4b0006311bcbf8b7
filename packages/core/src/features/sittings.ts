import type { FeatureSet } from "./extractor.ts";

/** A pause of half an hour ends a sitting: who comes back has sat down anew. */
export const SITTING_PAUSE_MS = 30 * 60_000;

/** Returns the feature sets, oldest first, by sitting. */
export function cutSittings(sets: readonly FeatureSet[]): FeatureSet[][] {
  const sittings: FeatureSet[][] = [];
  let until = Number.NEGATIVE_INFINITY;
  for (const set of sets) {
    if (set.startedAt - until > SITTING_PAUSE_MS) sittings.push([]);
    sittings.at(-1)?.push(set);
    until = Math.max(until, set.endedAt);
  }
  return sittings;
}
