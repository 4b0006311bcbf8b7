import { cholesky, solveLower, solveUpper } from "../math/cholesky.ts";
import { symmetricEigen } from "../math/symmetric-eigen.ts";
import type { Regularised } from "./regularise.ts";

/** The directions in which people differ most, compared with what one person varies. */
export interface Directions {
  /** Row k = direction k, of `d` numbers; sitting + window variance along it is 1. */
  readonly vectors: Float64Array;
  readonly between: Float64Array;
  readonly sitting: Float64Array;
}

/** Solves B v = w (S + W) v for the `count` largest w. The matrices are d x d, row-major. */
export function jointDirections({ between, sitting, window }: Regularised, d: number, count: number): Directions {
  const within = window.map((value, i) => value + (sitting[i] ?? 0));
  const lower = cholesky(within, d);
  // L^-1 B L^-T: solve for the rows, turn, solve again.
  const half = between.slice();
  solveLower(lower, half, d);
  const turned = transpose(half, d);
  solveLower(lower, turned, d);
  const { values, vectors } = symmetricEigen(turned, d);
  const chosen = vectors.slice(0, count * d);
  solveUpper(lower, chosen, d);
  const along = new Float64Array(count);
  for (let k = 0; k < count; k += 1) {
    const v = chosen.subarray(k * d, k * d + d);
    let sum = 0;
    for (let i = 0; i < d; i += 1) {
      let row = 0;
      for (let j = 0; j < d; j += 1) row += (sitting[i * d + j] ?? 0) * (v[j] ?? 0);
      sum += row * (v[i] ?? 0);
    }
    along[k] = Math.min(0.95, Math.max(0.02, sum));
  }
  return { vectors: chosen, between: values.slice(0, count).map((value) => Math.max(1e-4, value)), sitting: along };
}

function transpose(matrix: Float64Array, d: number): Float64Array {
  const turned = new Float64Array(d * d);
  for (let i = 0; i < d; i += 1) for (let j = 0; j < d; j += 1) turned[j * d + i] = matrix[i * d + j] ?? 0;
  return turned;
}
