import { createRandom, integer } from "@habitus/core";

/** A figure with its 95 % interval; null where it cannot be computed. Rates are fractions of 1. */
export interface Figure {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * Calls `measure` once for each resample with how often each subject was drawn: as many draws as subjects, with replacement.
 * The same seed and number of subjects give the same draws, so that two systems can be compared draw by draw.
 */
export function resampleSubjects(
  subjects: number,
  { resamples, seed }: { readonly resamples: number; readonly seed: number },
  measure: (weights: Float64Array) => void,
): void {
  const random = createRandom(seed);
  // One more place, always of weight 1, for probes of people who are not among the subjects.
  const weights = new Float64Array(subjects + 1);
  for (let r = 0; r < resamples; r += 1) {
    weights.fill(0, 0, subjects);
    weights[subjects] = 1;
    for (let i = 0; i < subjects; i += 1) {
      const drawn = integer(random, subjects);
      weights[drawn] = (weights[drawn] ?? 0) + 1;
    }
    measure(weights);
  }
}

/** Returns the value with the 2.5th and 97.5th percentile of its replicates (percentile method); NaN replicates are left out. */
export function figure(value: number, replicates: readonly number[] | Float64Array): Figure {
  if (!Number.isFinite(value)) return { value: null, low: null, high: null };
  const usable = Float64Array.from(replicates).filter(Number.isFinite).sort();
  if (usable.length < 20) return { value: rounded(value), low: null, high: null };
  return { value: rounded(value), low: rounded(quantile(usable, 0.025)), high: rounded(quantile(usable, 0.975)) };
}

/** Returns a quantile of ascending values by linear interpolation (type 7 of Hyndman & Fan 1996); NaN of none. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low === high ? low : low + (place - below) * (high - low);
}

/** Six digits: more would only show the noise of floating point. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
