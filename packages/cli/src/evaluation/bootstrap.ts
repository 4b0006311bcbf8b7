import { integer, type Random } from "@habitus/core";

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Returns the measure of all subjects with its 95 % interval (percentile method): as many subjects as there are are drawn again,
 * with replacement, and the measure is told how often each was drawn. Draws for which it is NaN are left out.
 */
export function bootstrap(
  subjects: number,
  measure: (weights: ArrayLike<number>) => number,
  { random, resamples }: { readonly random: Random; readonly resamples: number },
): Interval {
  const replicates: number[] = [];
  const weights = new Float64Array(subjects);
  for (let r = 0; r < resamples; r += 1) {
    weights.fill(0);
    for (let i = 0; i < subjects; i += 1) {
      const drawn = integer(random, subjects);
      weights[drawn] = (weights[drawn] ?? 0) + 1;
    }
    const replicate = measure(weights);
    if (Number.isFinite(replicate)) replicates.push(replicate);
  }
  replicates.sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (replicates.length - 1);
    const low = replicates[Math.floor(place)] ?? Number.NaN;
    return low + (place % 1) * ((replicates[Math.ceil(place)] ?? low) - low);
  };
  return { value: measure(weights.fill(1)), low: at(0.025), high: at(0.975) };
}
