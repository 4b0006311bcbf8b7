import { symmetricEigen } from "../../math/symmetric-eigen.ts";
import { effectiveSamples, type PhraseTemplate, priorCovariance } from "./template.ts";

/** How many repetitions the expectation of people in general is worth. */
const PRIOR_SAMPLES = 10;
const SMALLEST_EIGENVALUE = 1e-6;
/** Deviations count up to this many standard deviations. */
export const CAP = 4;

/** In what units a person's deviations are measured. */
export interface Metric {
  readonly keys: number;
  readonly effective: number;
  readonly covariance: Float64Array;
  /** Standard deviation of each log time. */
  readonly spread: Float64Array;
  /** Symmetric whitening (row-major): R^(-1/2) diag(1 / spread), R the correlations. */
  readonly whiten: Float64Array;
}

/** Returns the covariance of a person's log times: what was seen, with what is usual counting as ten repetitions. */
export function metricOf(template: PhraseTemplate): Metric {
  const keys = template.zones.length;
  const size = template.residual.length;
  const effective = effectiveSamples(template);
  const covariance = new Float64Array(size * size);
  const own = effective / template.weight;
  const scale = (1 + 1 / effective) / (PRIOR_SAMPLES + effective);
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j < size; j += 1)
      covariance[i * size + j] =
        scale * (PRIOR_SAMPLES * priorCovariance(i, j, keys) + own * (template.scatter[i * size + j] ?? 0));
  const spread = Float64Array.from({ length: size }, (_, i) => Math.sqrt(covariance[i * (size + 1)] ?? 1));
  return { keys, effective, covariance, spread, whiten: whitening(covariance, spread) };
}

function whitening(covariance: Float64Array, spread: Float64Array): Float64Array {
  const size = spread.length;
  const correlation = covariance.map(
    (value, k) => value / ((spread[Math.floor(k / size)] ?? 1) * (spread[k % size] ?? 1)),
  );
  const { values, vectors } = symmetricEigen(correlation, size);
  const whiten = new Float64Array(size * size);
  for (let k = 0; k < size; k += 1) {
    const strength = Math.max(values[k] ?? 0, SMALLEST_EIGENVALUE) ** -0.5;
    for (let i = 0; i < size; i += 1) {
      const left = strength * (vectors[k * size + i] ?? 0);
      for (let j = 0; j < size; j += 1)
        whiten[i * size + j] = (whiten[i * size + j] ?? 0) + (left * (vectors[k * size + j] ?? 0)) / (spread[j] ?? 1);
    }
  }
  return whiten;
}

/** A probe's deviations from a person's habit, in three units. What is missing is 0 and counted in `known`. */
export interface Deviations {
  /** ln units; NaN where missing. */
  readonly raw: Float64Array;
  /** Absolute, in standard deviations, capped; NaN where missing. */
  readonly single: Float64Array;
  /** The same of the whitened deviations; what is missing is taken to be as usual. */
  readonly joint: Float64Array;
  readonly known: number;
}

export function deviations({ spread, whiten }: Metric, centre: Float64Array, row: Float64Array): Deviations {
  const size = spread.length;
  const raw = new Float64Array(size);
  const single = new Float64Array(size);
  const joint = new Float64Array(size);
  let known = 0;
  for (let j = 0; j < size; j += 1) {
    const value = (row[j] ?? Number.NaN) - (centre[j] ?? Number.NaN);
    raw[j] = value;
    single[j] = Math.min(Math.abs(value) / (spread[j] ?? 1), CAP);
    if (Number.isNaN(value)) continue;
    known += 1;
    for (let i = 0; i < size; i += 1) joint[i] = (joint[i] ?? 0) + (whiten[i * size + j] ?? 0) * value;
  }
  for (let i = 0; i < size; i += 1) joint[i] = Math.min(Math.abs(joint[i] ?? 0), CAP);
  return { raw, single, joint, known };
}

/** Distance of a probe (0 = exactly as usual; lower = more likely the person): half per time, half jointly. NaN for nothing. */
export function distanceOf({ single, joint, known }: Deviations): number {
  let one = 0;
  let all = 0;
  for (let j = 0; j < single.length; j += 1) {
    const value = single[j] ?? Number.NaN;
    if (!Number.isNaN(value)) one += value;
    all += joint[j] ?? 0;
  }
  return (0.5 * (one + all)) / known;
}
