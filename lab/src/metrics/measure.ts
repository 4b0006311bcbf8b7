import { type Figure, figure, resampleSubjects, rounded } from "./bootstrap.ts";
import { llrCost, minCllr } from "./cllr.ts";
import { areaUnderCurve, equalErrorRate, fnmrAtFmr, thresholdAtFmr } from "./error-rates.ts";
import { gini, perSubject, type SubjectErrors, weightedMean } from "./per-subject.ts";
import { groupScores, type ScoreGroups } from "./score-groups.ts";
import type { ScoreSet } from "./score-set.ts";

export const METRICS = [
  "eerPooled",
  "eerPerSubject",
  "auc",
  "fnmrAtFmr1",
  "fnmrAtFmr01",
  "fnmrAtFmr001",
  "cllr",
  "minCllr",
] as const;
export type Metric = (typeof METRICS)[number];

export interface Measured {
  readonly figures: Readonly<Record<Metric, Figure>>;
  readonly replicates: Readonly<Record<Metric, Float64Array>>;
  readonly resamples: number;
  readonly mated: number;
  readonly nonMated: number;
  /** At the threshold of `thresholdAtFmr1`, one for everybody. */
  readonly subjects: readonly SubjectErrors[];
  readonly thresholdAtFmr1: number;
  readonly giniFnmr: number | null;
  readonly shareAboveFnmr20: number | null;
}

/** FMR 0.01 % needs this many expected errors (rule of 30, Doddington et al. 2000). */
const RULE_OF_30 = 30;

/**
 * Measures a set of comparisons. Intervals: subjects are drawn again (bootstrap), a mated comparison weighs as often as its subject was
 * drawn, a non-mated one as the product of both subjects' draws, since a person is in it on either side. FNMR at FMR 0.01 % is
 * null unless at least 30 false matches are expected there.
 */
export function measure(set: ScoreSet, { seed }: { readonly seed: number }): Measured {
  const groups = groupScores(set);
  const count = set.score.length;
  const resamples = Math.min(1000, Math.max(200, Math.round(1e8 / Math.max(count, 1))));
  const mated = set.mated.reduce((sum, one) => sum + one, 0);
  const nonMatedScores = set.score.filter((_, i) => set.mated[i] === 0);
  const threshold = thresholdAtFmr(nonMatedScores, 0.01);
  const subjects = perSubject(set, threshold);
  const eers = subjects.map(({ eer }) => eer);
  const weighted = weigher(set, groups);
  const enough = nonMatedScores.length * 1e-4 >= RULE_OF_30;
  const all = (weights: Float64Array): Record<Metric, number> => {
    const cllr = weighted(weights);
    return {
      eerPooled: equalErrorRate(groups),
      eerPerSubject: weightedMean(eers, weights),
      auc: areaUnderCurve(groups),
      fnmrAtFmr1: fnmrAtFmr(groups, 0.01),
      fnmrAtFmr01: fnmrAtFmr(groups, 0.001),
      fnmrAtFmr001: enough ? fnmrAtFmr(groups, 0.0001) : Number.NaN,
      cllr,
      minCllr: mated > 0 && nonMatedScores.length > 0 ? minCllr(groups) : Number.NaN,
    };
  };
  const once = all(new Float64Array(set.subjects.length + 1).fill(1));
  const replicates = record(() => new Float64Array(resamples));
  let r = 0;
  resampleSubjects(set.subjects.length, { resamples, seed }, (weights) => {
    const values = count > 0 ? all(weights) : once;
    for (const metric of METRICS) replicates[metric][r] = values[metric];
    r += 1;
  });
  const fnmrs = subjects.map(({ fnmr }) => fnmr).filter(Number.isFinite);
  const share = fnmrs.filter((fnmr) => fnmr > 0.2).length / fnmrs.length;
  return {
    figures: record((metric) => figure(once[metric], replicates[metric])),
    replicates,
    resamples,
    mated,
    nonMated: nonMatedScores.length,
    subjects,
    thresholdAtFmr1: threshold,
    giniFnmr: orNull(gini(fnmrs)),
    shareAboveFnmr20: orNull(share),
  };
}

/** Returns the differences of two systems' figures with paired intervals: both were resampled with the same draws. */
export function pairedDifference(one: Measured, other: Measured, metric: Metric): Figure {
  const draws = Math.min(one.resamples, other.resamples);
  const differences = Float64Array.from(
    { length: draws },
    (_, r) => (one.replicates[metric][r] ?? Number.NaN) - (other.replicates[metric][r] ?? Number.NaN),
  );
  return figure((one.figures[metric].value ?? Number.NaN) - (other.figures[metric].value ?? Number.NaN), differences);
}

/** Returns a function that puts weighted sums into `groups` and returns the weighted Cllr. */
function weigher(set: ScoreSet, groups: ScoreGroups): (weights: Float64Array) => number {
  const { order, start, mated: matedSums, nonMated: nonMatedSums } = groups;
  const mated = Uint8Array.from(order, (i) => set.mated[i] ?? 0);
  const claimed = Uint32Array.from(order, (i) => set.claimed[i] ?? 0);
  const owner = Uint32Array.from(order, (i) => set.owner[i] ?? 0);
  const cost = Float64Array.from(order, (i) => llrCost(set.llr[i] ?? 0, set.mated[i] === 1));
  return (weights) => {
    let matedCost = 0;
    let nonMatedCost = 0;
    let allMated = 0;
    let allNonMated = 0;
    for (let g = 0; g < groups.groups; g += 1) {
      let m = 0;
      let n = 0;
      const end = start[g + 1] as number; // the list has one entry more than groups
      for (let i = start[g] as number; i < end; i += 1) {
        const weight = weights[claimed[i] as number] as number; // all three lists are as long as `order`
        if (mated[i] === 1) {
          m += weight;
          matedCost += weight * (cost[i] as number);
        } else {
          const both = weight * (weights[owner[i] as number] as number);
          n += both;
          nonMatedCost += both * (cost[i] as number);
        }
      }
      matedSums[g] = m;
      nonMatedSums[g] = n;
      allMated += m;
      allNonMated += n;
    }
    return (matedCost / allMated + nonMatedCost / allNonMated) / 2;
  };
}

function record<Value>(make: (metric: Metric) => Value): Record<Metric, Value> {
  // Safe: every metric gets its entry in this very line.
  return Object.fromEntries(METRICS.map((metric) => [metric, make(metric)])) as Record<Metric, Value>;
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? rounded(value) : null;
}
