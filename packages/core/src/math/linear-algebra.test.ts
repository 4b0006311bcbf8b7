import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBase64, toBase64 } from "./base64.ts";
import { cholesky, solveLower, solveUpper } from "./cholesky.ts";
import { createRandom, gaussian } from "./random.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/** A symmetric positive definite matrix: G transposed times G, plus a little. */
function positive(d: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const g = Float64Array.from({ length: d * d }, () => gaussian(random));
  return Float64Array.from({ length: d * d }, (_, at) => {
    const [i, j] = [Math.floor(at / d), at % d];
    let sum = i === j ? 0.1 : 0;
    for (let k = 0; k < d; k += 1) sum += (g[k * d + i] ?? 0) * (g[k * d + j] ?? 0);
    return sum;
  });
}
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const times = (matrix: Float64Array, v: Float64Array): Float64Array =>
  v.map((_, i) => dot(matrix.subarray(i * v.length, (i + 1) * v.length), v));

describe.each([1, 2, 3, 17, 60])("symmetric matrices of %i rows", (d) => {
  const matrix = positive(d, d);
  const { values, vectors } = symmetricEigen(matrix, d);
  const row = (k: number): Float64Array => vectors.slice(k * d, (k + 1) * d);

  test("matrix times eigenvector is eigenvalue times eigenvector, largest first", () => {
    for (let k = 0; k < d; k += 1) {
      const image = times(matrix, row(k));
      image.forEach((value, i) => {
        expect(Math.abs(value - (values[k] ?? 0) * (row(k)[i] ?? 0))).toBeLessThan(1e-10 * (1 + (values[0] ?? 0)));
      });
      if (k > 0) expect(values[k]).toBeLessThanOrEqual(values[k - 1] ?? 0);
    }
  });
  test("eigenvectors are of length one and at right angles", () => {
    for (let k = 0; k < d; k += 1)
      for (let j = 0; j <= k; j += 1) expect(dot(row(k), row(j))).toBeCloseTo(k === j ? 1 : 0, 10);
  });
  test("the Cholesky factor times itself is the matrix, and solving undoes multiplying", () => {
    const lower = cholesky(matrix, d);
    for (let i = 0; i < d; i += 1)
      for (let j = 0; j < d; j += 1)
        expect(dot(lower.slice(i * d, (i + 1) * d), lower.slice(j * d, (j + 1) * d))).toBeCloseTo(
          matrix[i * d + j] ?? 0,
          9,
        );
    const x = Float64Array.from({ length: d }, (_, i) => i - 1.5);
    const solved = times(matrix, x);
    solveLower(lower, solved, d);
    solveUpper(lower, solved, d);
    solved.forEach((value, i) => {
      expect(value).toBeCloseTo(x[i] ?? 0, 6);
    });
  });
});

test("what is not positive definite, of another size or not finite is refused", () => {
  expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow("positive definite");
  expect(() => symmetricEigen(new Float64Array(5), 2)).toThrow(RangeError);
  expect(() => symmetricEigen(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2)).toThrow(RangeError);
});

test("base64 is what others mean by it, and text that is none is undefined", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }),
  );
  for (const text of ["a", "ab=c", "????", "YQ=", "Y Q="]) expect(fromBase64(text)).toBeUndefined();
});
