import { CAP, type Deviations, type Metric } from "./metric.ts";

/** What is told of a comparison before it is weighed: the same numbers for each phrase, however long. */
export const PHRASE_TRAITS = [
  "holds",
  "latencies",
  "holdsJointly",
  "latenciesJointly",
  "slower",
  "faster",
  "holdsLonger",
  "holdsShorter",
  "rhythm",
  "holdPattern",
  "morePronounced",
  "flatter",
  "worstTimes",
  "worstJointly",
  "bestTimes",
] as const;

/** Log units, and a slope: more than this is a different person in any case. */
const LARGEST_TEMPO = 1.5;
const SLOPE_RIDGE = 0.3;
const WORST = 3;

/**
 * Returns the traits of a comparison (0 = as usual, larger = stranger): how far holds and latencies lie from the habit, tempo, what is
 * left of the rhythm without the tempo, how pronounced the pattern of long and short latencies is, the worst and the best times.
 */
export function traitsOf(
  { keys, spread }: Metric,
  { centre, row }: { readonly centre: Float64Array; readonly row: Float64Array },
  { raw, single, joint }: Deviations,
): Float64Array {
  const holds = raw.subarray(0, keys);
  const latencies = raw.subarray(keys);
  const tempo = bounded(medianOf(latencies));
  const length = bounded(medianOf(holds));
  const slope = bounded(slopeOf(centre.subarray(keys), row.subarray(keys)) - 1);
  const worst = Math.min(WORST, single.length);
  const sorted = ascending(single);
  return Float64Array.of(
    meanOf(single.subarray(0, keys)),
    meanOf(single.subarray(keys)),
    meanOf(joint.subarray(0, keys)),
    meanOf(joint.subarray(keys)),
    Math.max(tempo, 0),
    Math.max(-tempo, 0),
    Math.max(length, 0),
    Math.max(-length, 0),
    pattern(latencies, tempo, spread.subarray(keys)),
    pattern(holds, length, spread.subarray(0, keys)),
    Math.max(slope, 0),
    Math.max(-slope, 0),
    meanOf(sorted.subarray(-worst)),
    meanOf(ascending(joint).subarray(-worst)),
    meanOf(sorted.subarray(0, Math.ceil(single.length / 3))),
  );
}

function bounded(value: number): number {
  return Math.max(-LARGEST_TEMPO, Math.min(LARGEST_TEMPO, value));
}

/** Mean absolute deviation in standard deviations after the common part has been taken away. */
function pattern(raw: Float64Array, common: number, spread: Float64Array): number {
  return meanOf(raw.map((value, j) => Math.min(Math.abs(value - common) / (spread[j] ?? 1), CAP)));
}

/** Slope of the probe's log latencies against the habit's: 1 = the same contrast of long and short ones. */
function slopeOf(centre: Float64Array, row: Float64Array): number {
  const x = centre.map((value, j) => (Number.isFinite(row[j]) ? value : Number.NaN));
  const y = row.map((value, j) => (Number.isFinite(centre[j]) ? value : Number.NaN));
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  let products = 0;
  let squares = 0;
  for (let k = 0; k < x.length; k += 1) {
    const deviation = (x[k] ?? Number.NaN) - meanX;
    if (Number.isNaN(deviation)) continue;
    products += deviation * ((y[k] ?? 0) - meanY);
    squares += deviation * deviation;
  }
  return (products + SLOPE_RIDGE) / (squares + SLOPE_RIDGE);
}

/** Mean of what is there; 0 when nothing is. */
function meanOf(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

function ascending(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  let known = sorted.length;
  // Sorting puts what is missing last.
  while (known > 0 && Number.isNaN(sorted[known - 1])) known -= 1;
  return sorted.subarray(0, known);
}

function medianOf(values: Float64Array): number {
  const sorted = ascending(values);
  const middle = (sorted.length - 1) / 2;
  if (sorted.length === 0) return 0;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
