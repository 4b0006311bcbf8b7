import type { FeatureSet } from "../features/extractor.ts";
import type { Random } from "../math/random.ts";
import { shuffle } from "../math/stats.ts";
import type { FailureToEnrol } from "./comparator.ts";
import { type PresencePattern, presencePattern } from "./presence.ts";

/** Fewer samples of a presence pattern than this and nothing is learnt about it. */
export const MINIMUM_PER_PATTERN = 5;

/** The subject's samples of one presence pattern, oldest first, and as many of other people. */
export interface BalancedSamples {
  readonly pattern: PresencePattern;
  readonly mated: readonly FeatureSet[];
  readonly nonMated: readonly FeatureSet[];
}

/**
 * Returns the subject's samples against as many of other people's, presence pattern by presence pattern: otherwise
 * "typed, and did not move the mouse" would pass for a habit of the subject. The newest of the subject's are kept where the
 * background has fewer. Patterns with fewer than 5 samples on either side are left out.
 */
export function chooseSamples(
  samples: readonly FeatureSet[],
  background: readonly FeatureSet[],
  { random, minimumSamples }: { readonly random: Random; readonly minimumSamples: number },
): readonly BalancedSamples[] | FailureToEnrol {
  const own = groupByPattern(samples);
  const others = groupByPattern(background);
  const learnable = [...own].filter(([, group]) => group.length >= MINIMUM_PER_PATTERN);
  const have =
    count(learnable.map(([, group]) => group)) || Math.max(0, ...[...own.values()].map(({ length }) => length));
  if (learnable.length === 0 || have < minimumSamples) return failure("tooFewSamples", have, minimumSamples);

  const balanced = learnable.flatMap(([pattern, group]): BalancedSamples[] => {
    const pool = others.get(pattern) ?? [];
    const size = Math.min(group.length, pool.length);
    if (size < MINIMUM_PER_PATTERN) return [];
    const mated = [...group].sort((left, right) => left.endedAt - right.endedAt).slice(-size);
    return [{ pattern, mated, nonMated: shuffle([...pool], random).slice(0, size) }];
  });
  const paired = count(balanced.map(({ mated }) => mated));
  return paired < minimumSamples ? failure("tooFewBackgroundSamples", paired, minimumSamples) : balanced;
}

/** Returns the typed absence of an enrolment. */
export function failure(reason: FailureToEnrol["reason"], have: number, need: number): FailureToEnrol {
  return { kind: "failureToEnrol", reason, have, need, missing: Math.max(1, need - have) };
}

function groupByPattern(samples: readonly FeatureSet[]): Map<PresencePattern, FeatureSet[]> {
  const groups = new Map<PresencePattern, FeatureSet[]>();
  for (const sample of samples) {
    const pattern = presencePattern(sample);
    if (pattern === "none") continue;
    const group = groups.get(pattern);
    if (group === undefined) groups.set(pattern, [sample]);
    else group.push(sample);
  }
  return groups;
}

function count(groups: readonly (readonly FeatureSet[])[]): number {
  return groups.reduce((sum, group) => sum + group.length, 0);
}
