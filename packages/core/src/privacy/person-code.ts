import type { Expected } from "../comparison/plda/compare-sitting.ts";
import type { PldaModel } from "../comparison/plda/plda-model.ts";
import { type KeyedRotation, keyedRotation } from "./keyed-rotation.ts";

/** How a person becomes a code: so many bits, each the sign of one coordinate of where they lie, in a space that the key turned. */
export interface Coder {
  readonly bits: number;
  readonly rotation: KeyedRotation;
}

/** What is kept of a person: the direction in signs, and in one of `LEVELS` how far from everybody they lie. */
export interface PersonCode {
  readonly code: Uint8Array;
  readonly level: number;
}

export const LEAST_BITS = 64;
export const MOST_BITS = 4096;
/** Shares of the usual length; between two of them the nearer one is taken. */
const LEVELS = [0.74, 0.9, 1.1, 1.35] as const;

/** Returns what makes codes of this key. Throws a `RangeError` unless `bits` is a multiple of 8 from 64 to 4,096. */
export function createCoder(model: Pick<PldaModel, "between">, key: Uint8Array, bits: number): Coder {
  if (!(bits >= LEAST_BITS && bits <= MOST_BITS && bits % 8 === 0))
    throw new RangeError(`"bits" expected a multiple of 8 from ${LEAST_BITS} to ${MOST_BITS}, got ${bits}`);
  return { bits, rotation: keyedRotation(key, model.between.length) };
}

/** Returns where a person lies, each dimension weighed by how well it tells one window of theirs from a stranger's. */
export function directionOf(model: PldaModel, { mean, variance }: Pick<Expected, "mean" | "variance">): Float64Array {
  return mean.map((value, k) => value / Math.sqrt(weightOf(model, variance, k)));
}

/** Returns the code of a person who is known so well. */
export function codePerson(model: PldaModel, coder: Coder, expected: Expected): PersonCode {
  const direction = directionOf(model, expected);
  const ratio = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0)) / usualLength(model, expected);
  const off = LEVELS.map((level) => Math.abs(Math.log(Math.max(1e-9, ratio) / level)));
  return { code: signsOf(coder, direction), level: off.indexOf(Math.min(...off)) };
}

/**
 * Returns what the code leads to expect of its person: the linear estimate from signs (one-bit compressed sensing, Plan & Vershynin 2013), each
 * dimension drawn to the mean of people as far as its noise asks for (Wiener), and what remains unknown added to the variance. `known`
 * says how well the person was known. With another key than the one it was made with the result is noise.
 */
export function expectFromCode(
  model: PldaModel,
  coder: Coder,
  { code, level, known }: PersonCode & { readonly known: Expected },
): Expected {
  const { variance, calibration } = known;
  const signs = turnSignsBack(coder, code);
  const usual = usualLength(model, known);
  const length = usual * (LEVELS[level] ?? 1);
  const size = coder.rotation.size;
  const unit = Math.sqrt((Math.PI / 2) * size) / coder.bits;
  const full = Math.max(1, coder.bits / size);
  const noise = Math.PI / 2 / coder.bits - 1 / (size * full);
  const mean = new Float64Array(variance.length);
  const wider = variance.map((own, k) => {
    const weight = weightOf(model, variance, k);
    const prior = knownVariance(model, variance, k) / weight / usual ** 2;
    const gain = prior / (prior + noise);
    mean[k] = length * gain * unit * (signs[k] ?? 0) * Math.sqrt(weight);
    return own + length ** 2 * prior * (1 - gain) * weight;
  });
  return { mean, variance: wider, calibration };
}

/** Bits as plus and minus one, turned back and added up. */
function turnSignsBack({ bits, rotation }: Coder, code: Uint8Array): Float64Array {
  const sum = new Float64Array(rotation.size);
  for (let index = 0; index * rotation.size < bits; index += 1) {
    const from = index * rotation.size;
    const signs = Float64Array.from({ length: rotation.size }, (_, i) => {
      const bit = from + i;
      if (bit >= bits) return 0;
      return ((code[bit >> 3] ?? 0) >> (bit & 7)) & 1 ? 1 : -1;
    });
    rotation.turnBack(signs, index).forEach((value, k) => {
      sum[k] = (sum[k] ?? 0) + value;
    });
  }
  return sum;
}

/** Returns bit i = whether coordinate i of the turned vector is above 0. The vector's length is not in it. */
export function signsOf({ bits, rotation }: Coder, direction: Float64Array): Uint8Array {
  const code = new Uint8Array(bits / 8);
  for (let index = 0; index * rotation.size < bits; index += 1) {
    const turned = rotation.turn(direction, index);
    const from = index * rotation.size;
    for (let i = 0; i < rotation.size && from + i < bits; i += 1)
      if ((turned[i] ?? 0) > 0) code[(from + i) >> 3] = (code[(from + i) >> 3] ?? 0) | (1 << ((from + i) & 7));
  }
  return code;
}

/** Returns the share of bits in which two codes of one length agree: about a half for strangers, and for one person under two keys. */
export function agreement(left: Uint8Array, right: Uint8Array): number {
  if (left.length !== right.length || left.length === 0)
    throw new RangeError(`codes must be of one length, got ${8 * left.length} and ${8 * right.length} bits`);
  let differ = 0;
  for (let i = 0; i < left.length; i += 1)
    for (let rest = (left[i] ?? 0) ^ (right[i] ?? 0); rest > 0; rest &= rest - 1) differ += 1;
  return 1 - differ / (8 * left.length);
}

/** How one window varies about what is expected of it. */
function weightOf({ sitting }: PldaModel, variance: Float64Array, k: number): number {
  return Math.max(1e-6, (variance[k] ?? 0) + 1 - (sitting[k] ?? 0));
}

/** How what is expected varies from person to person: what people differ in, less what is not known of this one. */
function knownVariance({ between, sitting }: PldaModel, variance: Float64Array, k: number): number {
  return Math.max(1e-9, (between[k] ?? 0) + (sitting[k] ?? 0) - (variance[k] ?? 0));
}

function usualLength(model: PldaModel, { variance }: Pick<Expected, "variance">): number {
  return Math.sqrt(
    variance.reduce((sum, _, k) => sum + knownVariance(model, variance, k) / weightOf(model, variance, k), 0),
  );
}
