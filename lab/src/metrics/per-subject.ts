import { equalErrorRate } from "./error-rates.ts";
import { groupScores } from "./score-groups.ts";
import type { ScoreSet } from "./score-set.ts";

export interface SubjectErrors {
  readonly subject: string;
  readonly mated: number;
  readonly nonMated: number;
  /** With the subject's own threshold, chosen on these very scores: flattering, therefore always labelled. */
  readonly eer: number;
  /** At one threshold for everybody. */
  readonly fnmr: number;
  readonly fmr: number;
}

/** Returns the errors subject by subject (of the references), in the order of `set.subjects`; NaN where there is no comparison. */
export function perSubject(set: ScoreSet, threshold: number): SubjectErrors[] {
  const rows: number[][] = set.subjects.map(() => []);
  for (let i = 0; i < set.claimed.length; i += 1) rows[set.claimed[i] ?? 0]?.push(i);
  return set.subjects.map((subject, s) => {
    const own = rows[s] ?? [];
    const score = Float64Array.from(own, (i) => set.score[i] ?? 0);
    const mated = Uint8Array.from(own, (i) => set.mated[i] ?? 0);
    let allMated = 0;
    let rejected = 0;
    let accepted = 0;
    for (let i = 0; i < own.length; i += 1) {
      const accepts = (score[i] ?? 0) >= threshold;
      if (mated[i] === 1) {
        allMated += 1;
        if (!accepts) rejected += 1;
      } else if (accepts) accepted += 1;
    }
    const nonMated = own.length - allMated;
    const eer = equalErrorRate(groupScores({ score, mated }));
    return { subject, mated: allMated, nonMated, eer, fnmr: rejected / allMated, fmr: accepted / nonMated };
  });
}

/** Returns the Gini coefficient: 0 when all have the same share of the errors, near 1 when one has them all. NaN if there are none. */
export function gini(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const sum = sorted.reduce((all, value) => all + value, 0);
  if (sum === 0) return Number.NaN;
  const ranked = sorted.reduce((all, value, i) => all + (i + 1) * value, 0);
  return (2 * ranked) / (sorted.length * sum) - (sorted.length + 1) / sorted.length;
}

/** Returns the weighted mean of the values that are numbers. */
export function weightedMean(values: readonly number[], weights?: Float64Array): number {
  let sum = 0;
  let all = 0;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const weight = weights?.[i] ?? 1;
    sum += weight * value;
    all += weight;
  });
  return sum / all;
}
