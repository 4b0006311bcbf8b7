import { chachaBlock } from "./chacha.ts";

/** Three rounds make the rotation of any vector look uniformly drawn (Andoni et al., Practical and optimal LSH for angular distance, 2015). */
const ROUNDS = 3;
/** Says what the key stream is for, and in which version: another purpose is another rotation. */
const PURPOSE = "habitus-rot1";

/** Random rotations of a space of `size` dimensions, a power of two; all of one key are as good as independent. */
export interface KeyedRotation {
  readonly size: number;
  /** Returns the vector, filled up with zeros, turned by rotation number `index`. */
  readonly turn: (vector: Float64Array, index: number) => Float64Array;
  /** Undoes `turn`: whoever has the key can. */
  readonly turnBack: (vector: Float64Array, index: number) => Float64Array;
}

/**
 * Returns the rotations that belong to a key of 32 bytes: three rounds of random signs and a Hadamard transform each. Only signs, sums and a power of
 * two are used, so that every machine comes to the same bits. The dimensions are those of the vectors.
 */
export function keyedRotation(key: Uint8Array, dimensions: number): KeyedRotation {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, dimensions)));
  const scale = 1 / Math.sqrt(size);
  const known = new Map<number, Int8Array[]>();
  const signsOf = (index: number): Int8Array[] => {
    const signs = known.get(index) ?? drawSigns(key, size, index);
    known.set(index, signs);
    return signs;
  };
  return {
    size,
    turn(vector, index) {
      const turned = new Float64Array(size);
      turned.set(vector);
      for (const signs of signsOf(index)) {
        applySigns(turned, signs);
        hadamard(turned, scale);
      }
      return turned;
    },
    turnBack(vector, index) {
      const turned = vector.slice();
      for (const signs of [...signsOf(index)].reverse()) {
        hadamard(turned, scale);
        applySigns(turned, signs);
      }
      return turned;
    },
  };
}

function drawSigns(key: Uint8Array, size: number, index: number): Int8Array[] {
  const nonce = Uint8Array.from(PURPOSE, (letter) => letter.charCodeAt(0));
  const bytes = Math.ceil((ROUNDS * size) / 8);
  const blocks = Math.ceil(bytes / 64);
  const stream = new Uint8Array(blocks * 64);
  for (let block = 0; block < blocks; block += 1)
    stream.set(chachaBlock(key, nonce, index * blocks + block), 64 * block);
  return Array.from({ length: ROUNDS }, (_, round) =>
    Int8Array.from({ length: size }, (_, i) => {
      const bit = round * size + i;
      return ((stream[bit >> 3] ?? 0) >> (bit & 7)) & 1 ? 1 : -1;
    }),
  );
}

function applySigns(vector: Float64Array, signs: Int8Array): void {
  for (let i = 0; i < vector.length; i += 1) vector[i] = (vector[i] ?? 0) * (signs[i] ?? 1);
}

/** The Walsh-Hadamard transform in place, scaled to keep lengths: its own inverse. */
function hadamard(vector: Float64Array, scale: number): void {
  const n = vector.length;
  for (let half = 1; half < n; half *= 2)
    for (let from = 0; from < n; from += 2 * half)
      for (let i = from; i < from + half; i += 1) {
        const left = vector[i] ?? 0;
        const right = vector[i + half] ?? 0;
        vector[i] = left + right;
        vector[i + half] = left - right;
      }
  for (let i = 0; i < n; i += 1) vector[i] = (vector[i] ?? 0) * scale;
}
