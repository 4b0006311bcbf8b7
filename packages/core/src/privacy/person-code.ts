import type { Expected } from "../comparison/plda/compare-sitting.ts";
import type { PldaModel } from "../comparison/plda/plda-model.ts";
import type { SittingSum } from "../comparison/plda/person.ts";
import { type KeyedRotation, keyedRotation } from "./keyed-rotation.ts";

/** How a vector becomes a code: so many bits, each the sign of one coordinate of a rotation that the key draws. */
export interface Coder {
  readonly bits: number;
  readonly rotation: KeyedRotation;
  /** What each dimension weighs. */
  readonly weights: Float64Array;
}

/** Directions in which people are told apart well count for more (measured: this power of their correlation loses least). */
const POWER = 0.75;
/** The weights are for everybody alike: those of five windows enrolled, one compared. */
const USUAL_WINDOWS = 5;
export const LEAST_BITS = 64;
export const MOST_BITS = 4096;

/** Returns what makes codes of this key. Throws a `RangeError` unless `bits` is a multiple of 8 from 64 to 4,096. */
export function createCoder(model: PldaModel, key: Uint8Array, bits: number): Coder {
  if (!(bits >= LEAST_BITS && bits <= MOST_BITS && bits % 8 === 0))
    throw new RangeError(`"bits" expected a multiple of 8 from ${LEAST_BITS} to ${MOST_BITS}, got ${bits}`);
  const weights = Float64Array.from(model.between, (b, k) => {
    const s = model.sitting[k] ?? 0;
    return (b / Math.sqrt((b + s + (1 - s) / USUAL_WINDOWS) * (b + 1))) ** POWER;
  });
  return { bits, rotation: keyedRotation(key, model.between.length), weights };
}

/** Returns where a probe lies as the code sees it: per dimension in standard deviations of anybody's, weighted. */
export function probeDirection({ between, sitting }: PldaModel, { sum, windows }: SittingSum, coder: Coder): Float64Array {
  return sum.map((value, k) => {
    const s = sitting[k] ?? 0;
    const anybody = (between[k] ?? 0) + s + (1 - s) / windows;
    return ((coder.weights[k] ?? 0) * value) / windows / Math.sqrt(anybody);
  });
}

/** Returns where a person lies as the code sees it, likewise. */
export function personDirection(model: PldaModel, expected: Expected, coder: Coder): Float64Array {
  return expected.mean.map((mean, k) => ((coder.weights[k] ?? 0) * mean) / Math.sqrt(knownVariance(model, expected, k)));
}

/** How much of what people differ in is known of a person, per dimension: the variance of what is expected of them, from person to person. */
export function knownVariance({ between, sitting }: PldaModel, { variance }: Pick<Expected, "variance">, k: number): number {
  return Math.max(1e-6, (between[k] ?? 0) + (sitting[k] ?? 0) - (variance[k] ?? 0));
}

/** Returns the code of a direction: bit i is the sign of coordinate i of the turned vector. Its length is not in it. */
export function codeOf({ bits, rotation }: Coder, direction: Float64Array): Uint8Array {
  const code = new Uint8Array(bits / 8);
  for (let index = 0; index * rotation.size < bits; index += 1) {
    const turned = rotation.turn(direction, index);
    const from = index * rotation.size;
    for (let i = 0; i < rotation.size && from + i < bits; i += 1)
      if ((turned[i] ?? 0) > 0) code[(from + i) >> 3] = (code[(from + i) >> 3] ?? 0) | (1 << ((from + i) & 7));
  }
  return code;
}

/** Returns the share of bits in which two codes of one length agree: a half for strangers, and for one person under two keys. */
export function agreement(left: Uint8Array, right: Uint8Array): number {
  if (left.length !== right.length || left.length === 0)
    throw new RangeError(`codes must be of one length, got ${8 * left.length} and ${8 * right.length} bits`);
  let differ = 0;
  for (let i = 0; i < left.length; i += 1) {
    let rest = (left[i] ?? 0) ^ (right[i] ?? 0);
    for (; rest > 0; rest &= rest - 1) differ += 1;
  }
  return 1 - differ / (8 * left.length);
}
