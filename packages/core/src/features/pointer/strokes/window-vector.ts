import { HABIT_GROUPS, HABITS } from "./habit-counts.ts";
import { COUNT_GROUPS, COUNTS, DEVICE_GROUP } from "./stroke-counts.ts";
import { DEVICE_FEATURES, STROKE_FEATURES } from "./stroke-features.ts";

const FEATURES = STROKE_FEATURES.length;
const SQUARES = 1 + FEATURES;
const TALLIES = 1 + 2 * FEATURES;
/** So many strokes' worth of usual spread, and of usual counts, is added: few strokes then say little. */
const PRIOR_STROKES = 2;
const PRIOR_COUNTS = 20;
const ALL_COUNTS = COUNTS + HABITS;
/** All groups of counts, in the order of the sums. Of what is counted once a stroke, fewer usual counts are added. */
const GROUPS = [
  ...COUNT_GROUPS.map((group) => ({ ...group, usual: PRIOR_COUNTS })),
  ...HABIT_GROUPS.map((group) => ({ ...group, usual: group.name.startsWith("step") ? PRIOR_COUNTS : PRIOR_STROKES })),
];

/** Usual variance of a feature within its range, which is 2 wide. Of counts, all of a group are as usual: measured, more is not gained. */
const USUAL_VARIANCE = 0.1;

/** Means, spreads (log of standard deviation) and counts (root of the share), in the order of `windowVector`. */
export const WINDOW_VECTOR: readonly string[] = [
  ...STROKE_FEATURES.map((name) => `mean.${name}`),
  ...STROKE_FEATURES.map((name) => `spread.${name}`),
  ...GROUPS.flatMap(({ name, size }) => Array.from({ length: size }, (_, i) => `${name}.${i}`)),
];

const deviceFeatures: ReadonlySet<string> = new Set(DEVICE_FEATURES);
/** Indices of `WINDOW_VECTOR` that are not of the polling rate. */
export const BEHAVIOUR_VALUES: readonly number[] = [...WINDOW_VECTOR.keys()].filter((i) => {
  const [kind = "", name = ""] = (WINDOW_VECTOR[i] ?? "").split(".");
  return kind !== DEVICE_GROUP && !deviceFeatures.has(name);
});

/** Returns the 301 values of a window of one stroke or more, all finite. */
export function windowVector(sums: Float64Array): Float64Array {
  const vector = new Float64Array(2 * FEATURES + ALL_COUNTS);
  const strokes = sums[0] ?? 0;
  for (let f = 0; f < FEATURES; f += 1) {
    const mean = (sums[1 + f] ?? 0) / strokes;
    const variance = Math.max(0, (sums[SQUARES + f] ?? 0) / strokes - mean * mean);
    vector[f] = mean;
    vector[FEATURES + f] =
      0.5 * Math.log((variance * strokes + PRIOR_STROKES * USUAL_VARIANCE) / (strokes + PRIOR_STROKES));
  }
  let from = 0;
  for (const { size, usual } of GROUPS) {
    let total = usual;
    for (let i = from; i < from + size; i += 1) total += sums[TALLIES + i] ?? 0;
    for (let i = from; i < from + size; i += 1)
      vector[2 * FEATURES + i] = Math.sqrt(((sums[TALLIES + i] ?? 0) + usual / size) / total);
    from += size;
  }
  return vector;
}
