import type { PldaModel } from "../comparison/plda/plda-model.ts";
import { cholesky, solveLower, solveUpper } from "../math/cholesky.ts";
import { symmetricEigen } from "../math/symmetric-eigen.ts";
import { jointDirections } from "./joint-directions.ts";
import { inSixBits } from "./six-bits.ts";

/** How people differ, in directions of a base. */
export interface Adapted {
  readonly vectors: Float64Array;
  readonly between: Float64Array;
  readonly sitting: Float64Array;
  /** Where these people lie on average, in the space of the base. */
  readonly centre: Float64Array;
}

/** Sums over people in the space of a base, each in standard deviations of its people. */
export interface Sums {
  /** Of the products of two looks at each. */
  readonly product: Float64Array;
  readonly mean: Float64Array;
}

/** Returns how these people differ, the base counting for as many people as `prior` says. */
export function adapt(
  { product, mean }: Sums,
  {
    base,
    usual,
    people,
    prior,
  }: { readonly base: PldaModel; readonly usual: Float64Array; readonly people: number; readonly prior: number },
): Adapted {
  const d = usual.length;
  const of = (list: Float32Array, k: number): number => list[k] ?? 0;
  const together = new Float64Array(d * d);
  for (let i = 0; i < d; i += 1)
    for (let j = 0; j < d; j += 1) {
      const seen = (product[i * d + j] ?? 0) / people - ((mean[i] ?? 0) / people) * ((mean[j] ?? 0) / people);
      const known = i === j ? of(base.between, i) + of(base.sitting, i) : 0;
      together[i * d + j] = (people * seen * (usual[i] ?? 0) * (usual[j] ?? 0) + prior * known) / (people + prior);
    }
  const whole = positive(together, d);
  const total = (list: Float32Array): number => list.subarray(0, d).reduce((sum, value) => sum + value, 0);
  const share = total(base.sitting) / (total(base.sitting) + total(base.between));
  const window = new Float64Array(d * d);
  for (let k = 0; k < d; k += 1) window[k * (d + 1)] = 1 - of(base.sitting, k);
  const parts = {
    between: whole.map((value) => (1 - share) * value),
    sitting: whole.map((value) => share * value),
    window,
  };
  return {
    ...jointDirections(parts, d, d),
    centre: mean.map((value, k) => (value / people) * (usual[k] ?? 0)),
  };
}

/** What noise made negative is brought back to nearly nothing. */
function positive(matrix: Float64Array, d: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, d);
  const fixed = new Float64Array(d * d);
  values.forEach((value, k) => {
    const kept = Math.max(1e-3, value);
    const own = vectors.subarray(k * d, k * d + d);
    for (let i = 0; i < d; i += 1) {
      const left = kept * (own[i] ?? 0);
      for (let j = 0; j < d; j += 1) fixed[i * d + j] = (fixed[i * d + j] ?? 0) + left * (own[j] ?? 0);
    }
  });
  return fixed;
}

/** The new directions over the features of the base; their mean is moved by the least that puts the centre to zero. */
export function compose(base: PldaModel, { vectors, between, sitting, centre }: Adapted, id: string): PldaModel {
  const n = base.features.length;
  const all = base.scale.length;
  const d = centre.length;
  const rows = new Float64Array(d * n);
  for (let k = 0; k < d; k += 1)
    for (let f = 0; f < n; f += 1) rows[k * n + f] = (base.projection[f * all + k] ?? 0) * (base.scale[k] ?? 0);
  const directions = new Float64Array(d * n);
  for (let k = 0; k < d; k += 1)
    for (let j = 0; j < d; j += 1) {
      const weight = vectors[k * d + j] ?? 0;
      for (let f = 0; f < n; f += 1)
        directions[k * n + f] = (directions[k * n + f] ?? 0) + weight * (rows[j * n + f] ?? 0);
    }
  const shift = leastShift(rows, centre, n);
  return {
    ...base,
    id,
    mean: base.mean.map((value, f) => value + (shift[f] ?? 0)),
    ...inSixBits(directions, n),
    between: Float32Array.from(between),
    sitting: Float32Array.from(sitting),
  };
}

/** The shortest vector of features that lies at `centre`: R^T (R R^T)^-1 centre. */
function leastShift(rows: Float64Array, centre: Float64Array, n: number): Float64Array {
  const d = centre.length;
  const gram = new Float64Array(d * d);
  for (let i = 0; i < d; i += 1)
    for (let j = 0; j <= i; j += 1) {
      let sum = i === j ? 1e-9 : 0;
      for (let f = 0; f < n; f += 1) sum += (rows[i * n + f] ?? 0) * (rows[j * n + f] ?? 0);
      gram[i * d + j] = sum;
      gram[j * d + i] = sum;
    }
  const lower = cholesky(gram, d);
  const weights = centre.slice();
  solveLower(lower, weights, d);
  solveUpper(lower, weights, d);
  const shift = new Float64Array(n);
  for (let k = 0; k < d; k += 1)
    for (let f = 0; f < n; f += 1) shift[f] = (shift[f] ?? 0) + (weights[k] ?? 0) * (rows[k * n + f] ?? 0);
  return shift;
}
