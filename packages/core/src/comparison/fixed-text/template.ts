import type { KeyZone } from "../../events/key-zone.ts";
import { timingCount } from "../../features/fixed-text/phrase.ts";

/** Repetitions after which one counts half. */
const HALF_LIFE = 20;
export const DECAY = 0.5 ** (1 / HALF_LIFE);
/** Spread of one person's log times about their habit and how they hang together, nearly the same for all phrases and devices. */
const HOLD_SPREAD = 0.18;
const LATENCY_SPREAD = 0.3;
const HOLDS_TOGETHER = 0.15;
const LATENCIES_TOGETHER = 0.2;
/** Deviations count up to this many spreads. */
const CLIP = 2;

/** Where somebody's log times lie, and how sure that is. NaN where a time was never seen. */
export interface Centre {
  readonly mean: Float64Array;
  /** Variance of each mean. */
  readonly variance: Float64Array;
  /** Number of the attempt it stands for, from 1. */
  readonly at: number;
}

/**
 * How somebody types a phrase. Sums instead of samples: each new repetition makes the older ones weigh 0.5^(1/20) of what they
 * did. `anchor` moves with what is known to be the person's, `working` also with what merely looks like it.
 */
export interface PhraseTemplate {
  readonly zones: readonly KeyZone[];
  readonly anchor: Centre;
  readonly working: Centre;
  /** Weighted sum of products of deviations from the anchor (row-major), and of the deviations. */
  readonly scatter: Float64Array;
  readonly residual: Float64Array;
  /** Sum of the weights and of their squares. */
  readonly weight: number;
  readonly weightSquares: number;
  /** Repetitions learnt from; attempts so far, those of others included. */
  readonly samples: number;
  readonly attempts: number;
}

/** Returns the spread (ln units) expected of time `index` of a phrase of that many keys. */
export function spreadOf(index: number, keys: number): number {
  return index < keys ? HOLD_SPREAD : LATENCY_SPREAD;
}

/** Covariance expected of times `i` and `j` before anything is known of a person. */
export function priorCovariance(i: number, j: number, keys: number): number {
  const [left, right] = [i < keys, j < keys];
  const together = left === right ? (left ? HOLDS_TOGETHER : LATENCIES_TOGETHER) : 0;
  return (i === j ? 1 : together) * spreadOf(i, keys) * spreadOf(j, keys);
}

export function effectiveSamples({ weight, weightSquares }: PhraseTemplate): number {
  return (weight * weight) / weightSquares;
}

/**
 * Returns the template of repetitions (log times, oldest first): weighted medians and the scatter about them, deviations beyond two
 * spreads cut off. `attempts[i]` is the number of the attempt that repetition i was.
 */
export function fitTemplate(
  rows: readonly Float64Array[],
  zones: readonly KeyZone[],
  attempts: readonly number[] = rows.map((_, i) => i + 1),
): PhraseTemplate {
  const keys = zones.length;
  const size = timingCount(keys);
  const weights = rows.map((_, i) => DECAY ** (rows.length - 1 - i));
  const weight = weights.reduce((sum, w) => sum + w, 0);
  const mean = Float64Array.from({ length: size }, (_, j) => weightedMedian(rows, weights, j));
  const scatter = new Float64Array(size * size);
  const residual = new Float64Array(size);
  const deviation = new Float64Array(size);
  rows.forEach((row, i) => {
    deviate(row, mean, deviation, keys);
    addScatter({ scatter, residual }, deviation, weights[i] ?? 0);
  });
  const variance = Float64Array.from({ length: size }, (_, j) => spreadOf(j, keys) ** 2 / rows.length);
  const at = attempts.reduce((sum, attempt, i) => sum + attempt * (weights[i] ?? 0), 0) / weight;
  const centre = { mean, variance, at };
  return {
    zones,
    anchor: centre,
    working: centre,
    scatter,
    residual,
    weight,
    weightSquares: weights.reduce((sum, w) => sum + w * w, 0),
    samples: rows.length,
    attempts: attempts.at(-1) ?? 0,
  };
}

/** Writes the deviations, cut off at two spreads; 0 where something is missing. */
export function deviate(row: Float64Array, mean: Float64Array, into: Float64Array, keys: number): void {
  for (let j = 0; j < mean.length; j += 1) {
    const most = CLIP * spreadOf(j, keys);
    const value = (row[j] ?? Number.NaN) - (mean[j] ?? Number.NaN);
    into[j] = Number.isNaN(value) ? 0 : Math.max(-most, Math.min(most, value));
  }
}

export interface Sums {
  readonly scatter: Float64Array;
  readonly residual: Float64Array;
}

/** Adds a deviation to the sums in place. */
export function addScatter({ scatter, residual }: Sums, deviation: Float64Array, weight: number): void {
  const size = deviation.length;
  for (let i = 0; i < size; i += 1) {
    const left = weight * (deviation[i] ?? 0);
    residual[i] = (residual[i] ?? 0) + left;
    if (left === 0) continue;
    for (let j = 0; j < size; j += 1) scatter[i * size + j] = (scatter[i * size + j] ?? 0) + left * (deviation[j] ?? 0);
  }
}

/** Lower weighted median of a column: the first value up to which half of the weight lies. NaN when nothing is there. */
export function weightedMedian(rows: readonly Float64Array[], weights: readonly number[], column: number): number {
  const values = Float64Array.from(rows, (row) => row[column] ?? Number.NaN);
  const order = Uint32Array.from(values.keys())
    .filter((i) => !Number.isNaN(values[i]))
    .sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const half = order.reduce((sum, i) => sum + (weights[i] ?? 0), 0) / 2;
  let below = 0;
  for (const i of order) {
    below += weights[i] ?? 0;
    if (below >= half) return values[i] ?? Number.NaN;
  }
  return values[order.at(-1) ?? -1] ?? Number.NaN;
}

/** Lower median of each column; NaN where nothing is there. */
export function medians(rows: readonly Float64Array[]): Float64Array {
  return Float64Array.from({ length: rows[0]?.length ?? 0 }, (_, j) => {
    const sorted = Float64Array.from(rows, (row) => row[j] ?? Number.NaN).sort();
    let known = sorted.length;
    // Sorting puts what is missing last.
    while (known > 0 && Number.isNaN(sorted[known - 1])) known -= 1;
    return sorted[Math.ceil(known / 2) - 1] ?? Number.NaN;
  });
}
