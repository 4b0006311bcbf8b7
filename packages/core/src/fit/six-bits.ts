import { MOST_STEPS } from "../comparison/plda/plda-model.ts";

/** Directions as a model keeps them: six bits per number, each dimension with its own step. */
export interface SixBits {
  /** Feature by feature, as many numbers as dimensions each. */
  readonly projection: Int8Array;
  readonly scale: Float32Array;
}

/** Returns directions (row k = dimension k, `d` numbers each) in six bits per number. */
export function inSixBits(vectors: Float64Array, d: number): SixBits {
  const dimensions = vectors.length / d;
  const scale = new Float32Array(dimensions);
  const projection = new Int8Array(d * dimensions);
  for (let k = 0; k < dimensions; k += 1) {
    const row = vectors.subarray(k * d, k * d + d);
    const step = bestStep(row);
    scale[k] = step;
    for (let f = 0; f < d; f += 1) projection[f * dimensions + k] = inSteps(row[f] ?? 0, step);
  }
  return { projection, scale };
}

function inSteps(value: number, step: number): number {
  return Math.max(-MOST_STEPS, Math.min(MOST_STEPS, Math.round(value / step)));
}

/** The step with which rounding, and cutting off what is larger than the most steps, loses least of a direction. */
function bestStep(row: Float64Array): number {
  const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / MOST_STEPS;
  let [best, least] = [largest, Number.POSITIVE_INFINITY];
  for (let share = 0.3; share <= 1; share += 0.05) {
    const step = largest * share;
    const loss = row.reduce((sum, value) => sum + (value - step * inSteps(value, step)) ** 2, 0);
    if (loss < least) [best, least] = [step, loss];
  }
  return best;
}
