import { integer, type Random } from "@habitus/core";

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Returns the measure of all subjects with its 95 % interval: subjects are drawn again, with replacement (percentile method). */
export function bootstrap<Subject>(
  subjects: readonly Subject[],
  measure: (subjects: readonly Subject[]) => number,
  { random, resamples }: { readonly random: Random; readonly resamples: number },
): Interval {
  const replicates: number[] = [];
  for (let r = 0; r < resamples; r += 1) {
    const drawn = subjects.flatMap(() => subjects[integer(random, subjects.length)] ?? []);
    const replicate = measure(drawn);
    if (Number.isFinite(replicate)) replicates.push(replicate);
  }
  replicates.sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (replicates.length - 1);
    const low = replicates[Math.floor(place)] ?? Number.NaN;
    return low + (place % 1) * ((replicates[Math.ceil(place)] ?? low) - low);
  };
  return { value: measure(subjects), low: at(0.025), high: at(0.975) };
}
