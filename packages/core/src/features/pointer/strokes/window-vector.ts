import { COUNT_GROUPS, COUNTS, DEVICE_GROUP } from "./stroke-counts.ts";
import { DEVICE_FEATURES, STROKE_FEATURES } from "./stroke-features.ts";
import { WINDOW_SUMS } from "./window-sums.ts";

const FEATURES = STROKE_FEATURES.length;
const SQUARES = 1 + FEATURES;
const TALLIES = 1 + 2 * FEATURES;
/** So many strokes' worth of usual spread, and of usual counts, is added: few strokes then say little. */
const PRIOR_STROKES = 2;
const PRIOR_COUNTS = 20;

/** What is usual: the variance of each feature and the share of each count in its group. */
export interface WindowPrior {
  readonly variance: ArrayLike<number>;
  readonly share: ArrayLike<number>;
}

/** Means, spreads (log of standard deviation) and counts (root of the share), in the order of `windowVector`. */
export const WINDOW_VECTOR: readonly string[] = [
  ...STROKE_FEATURES.map((name) => `mean.${name}`),
  ...STROKE_FEATURES.map((name) => `spread.${name}`),
  ...COUNT_GROUPS.flatMap(({ name, size }) => Array.from({ length: size }, (_, i) => `${name}.${i}`)),
];

const deviceFeatures: ReadonlySet<string> = new Set(DEVICE_FEATURES);
/** Indices of `WINDOW_VECTOR` that are not of the polling rate. */
export const BEHAVIOUR_VALUES: readonly number[] = [...WINDOW_VECTOR.keys()].filter((i) => {
  const [kind = "", name = ""] = (WINDOW_VECTOR[i] ?? "").split(".");
  return kind !== DEVICE_GROUP && !deviceFeatures.has(name);
});

/** Returns the 246 values of a window of one stroke or more. */
export function windowVector(sums: Float64Array, prior: WindowPrior): Float64Array {
  const vector = new Float64Array(2 * FEATURES + COUNTS);
  const strokes = sums[0] ?? 0;
  for (let f = 0; f < FEATURES; f += 1) {
    const mean = (sums[1 + f] ?? 0) / strokes;
    const variance = Math.max(0, (sums[SQUARES + f] ?? 0) / strokes - mean * mean);
    const usual = prior.variance[f] ?? 0;
    vector[f] = mean;
    vector[FEATURES + f] = 0.5 * Math.log((variance * strokes + PRIOR_STROKES * usual) / (strokes + PRIOR_STROKES));
  }
  let from = 0;
  for (const { size } of COUNT_GROUPS) {
    let total = PRIOR_COUNTS;
    for (let i = from; i < from + size; i += 1) total += sums[TALLIES + i] ?? 0;
    for (let i = from; i < from + size; i += 1)
      vector[2 * FEATURES + i] = Math.sqrt(((sums[TALLIES + i] ?? 0) + PRIOR_COUNTS * (prior.share[i] ?? 0)) / total);
    from += size;
  }
  return vector;
}

/** Returns what is usual among these strokes or windows; every spread is above 0, every share too. */
export function fitPrior(windows: Iterable<Float64Array>): { variance: Float32Array; share: Float32Array } {
  const total = new Float64Array(WINDOW_SUMS);
  for (const sums of windows) for (let i = 0; i < WINDOW_SUMS; i += 1) total[i] = (total[i] ?? 0) + (sums[i] ?? 0);
  const strokes = Math.max(1, total[0] ?? 0);
  const variance = Float32Array.from({ length: FEATURES }, (_, f) => {
    const mean = (total[1 + f] ?? 0) / strokes;
    return Math.max(1e-4, (total[SQUARES + f] ?? 0) / strokes - mean * mean);
  });
  const share = new Float32Array(COUNTS);
  let from = 0;
  for (const { size } of COUNT_GROUPS) {
    let counted = size;
    for (let i = from; i < from + size; i += 1) counted += total[TALLIES + i] ?? 0;
    for (let i = from; i < from + size; i += 1) share[i] = ((total[TALLIES + i] ?? 0) + 1) / counted;
    from += size;
  }
  return { variance, share };
}
