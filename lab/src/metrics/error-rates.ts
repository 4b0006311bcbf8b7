import { type ScoreGroups, total } from "./score-groups.ts";

type Sums = Pick<ScoreGroups, "mated" | "nonMated">;

/** Rates at one threshold. A comparison is accepted when its score is at least the threshold. */
export interface Rates {
  readonly fmr: number;
  readonly fnmr: number;
}

/**
 * Returns the false match and false non-match rates from the lowest threshold (all accepted) to the highest (none), one point
 * after each group is rejected. Equal scores are rejected together.
 */
export function errorRates({ mated, nonMated }: Sums): { readonly fmr: Float64Array; readonly fnmr: Float64Array } {
  const allMated = total(mated);
  const allNonMated = total(nonMated);
  const fmr = new Float64Array(mated.length + 1).fill(1, 0, 1);
  const fnmr = new Float64Array(mated.length + 1);
  let rejectedMated = 0;
  let rejectedNonMated = 0;
  for (let g = 0; g < mated.length; g += 1) {
    rejectedMated += mated[g] ?? 0;
    rejectedNonMated += nonMated[g] ?? 0;
    fmr[g + 1] = 1 - rejectedNonMated / allNonMated;
    fnmr[g + 1] = rejectedMated / allMated;
  }
  return { fmr, fnmr };
}

/**
 * Returns the equal error rate: where the straight line between two neighbouring points of `errorRates` has FMR = FNMR. Not the
 * convex hull's, which would report thresholds nobody can set. NaN without mated or without non-mated comparisons.
 */
export function equalErrorRate({ mated, nonMated }: Sums): number {
  const allMated = total(mated);
  const allNonMated = total(nonMated);
  if (!(allMated > 0 && allNonMated > 0)) return Number.NaN;
  let fnmr = 0;
  let fmr = 1;
  for (let g = 0; g < mated.length; g += 1) {
    const nextFnmr = fnmr + (mated[g] ?? 0) / allMated;
    const nextFmr = fmr - (nonMated[g] ?? 0) / allNonMated;
    if (nextFnmr >= nextFmr) {
      const gap = fmr - fnmr;
      const share = gap / (gap + nextFnmr - nextFmr);
      return fnmr + share * (nextFnmr - fnmr);
    }
    fnmr = nextFnmr;
    fmr = nextFmr;
  }
  return fnmr;
}

/** Returns FNMR at the lowest threshold whose FMR is at most `fmr`: no interpolation, ties rejected together. */
export function fnmrAtFmr({ mated, nonMated }: Sums, fmr: number): number {
  const allMated = total(mated);
  const allNonMated = total(nonMated);
  if (!(allMated > 0 && allNonMated > 0)) return Number.NaN;
  let rejected = 0;
  let accepted = allNonMated;
  const allowed = fmr * allNonMated * (1 + 1e-9); // sums of weights are not exact
  for (let g = 0; g < mated.length && accepted > allowed; g += 1) {
    rejected += mated[g] ?? 0;
    accepted -= nonMated[g] ?? 0;
  }
  return rejected / allMated;
}

/** Returns the area under the ROC curve: the share of (mated, non-mated) pairs in the right order, a tie counting half. */
export function areaUnderCurve({ mated, nonMated }: Sums): number {
  const allMated = total(mated);
  let above = allMated;
  let area = 0;
  for (let g = 0; g < mated.length; g += 1) {
    const here = mated[g] ?? 0;
    above -= here;
    area += (nonMated[g] ?? 0) * (above + here / 2);
  }
  return area / (allMated * total(nonMated));
}

/** Returns the lowest threshold among the scores whose FMR is at most `fmr`; +Infinity where only "nobody" reaches it. */
export function thresholdAtFmr(nonMatedScores: Float64Array, fmr: number): number {
  const sorted = Float64Array.from(nonMatedScores).sort();
  const allowed = Math.floor(fmr * sorted.length * (1 + 1e-9));
  if (allowed >= sorted.length) return Number.NEGATIVE_INFINITY;
  // The highest score that must still be rejected; the threshold is just above it.
  const last = sorted[sorted.length - 1 - allowed];
  return last === undefined ? Number.POSITIVE_INFINITY : nextAbove(last);
}

function nextAbove(value: number): number {
  if (!Number.isFinite(value)) return value;
  return value + Math.max(Math.abs(value) * Number.EPSILON, Number.MIN_VALUE);
}
