import fc from "fast-check";
import { expect, test } from "vitest";
import { cholesky } from "./cholesky.ts";

test("the factor is that of the textbook example", () => {
  // [2 0 0; 6 1 0; -8 5 3] times its transpose
  const matrix = Float64Array.from([4, 12, -16, 12, 37, -43, -16, -43, 98]);
  expect(Array.from(cholesky(matrix, 3))).toEqual([2, 0, 0, 6, 1, 0, -8, 5, 3]);
});

test("factor times transpose is the matrix", () => {
  const entries = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(entries, (a) => {
      const product = (left: ArrayLike<number>, i: number, j: number): number =>
        [0, 1, 2, 3].reduce((sum, k) => sum + (left[i * 4 + k] ?? 0) * (left[j * 4 + k] ?? 0), 0);
      const matrix = Float64Array.from({ length: 16 }, (_, n) => product(a, n >> 2, n % 4) + (n % 5 === 0 ? 1 : 0));
      const lower = cholesky(matrix, 4);
      matrix.forEach((value, n) => expect(product(lower, n >> 2, n % 4)).toBeCloseTo(value, 8));
    }),
  );
});

test("what is not positive definite is refused", () => {
  expect(() => cholesky(Float64Array.from([1, 2, 2, 1]), 2)).toThrow(/positive definite/);
  expect(() => cholesky(Float64Array.from([0]), 1)).toThrow(RangeError);
  expect(() => cholesky(Float64Array.from([1, 0]), 2)).toThrow(/4 values, got 2/);
});
