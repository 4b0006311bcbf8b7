/**
 * Returns the lower Cholesky factor (row-major, zeros above) of a symmetric positive definite d x d matrix.
 * Throws `RangeError` when it is not positive definite: add a ridge.
 */
export function cholesky(matrix: Float64Array, d: number): Float64Array {
  const lower = new Float64Array(d * d);
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * d + j] ?? 0;
      const rowI = i * d;
      const rowJ = j * d;
      for (let k = 0; k < j; k += 1) sum -= (lower[rowI + k] ?? 0) * (lower[rowJ + k] ?? 0);
      if (i === j) {
        if (!(sum > 0)) throw new RangeError(`"matrix" is not positive definite at row ${i}`);
        lower[rowI + i] = Math.sqrt(sum);
      } else lower[rowI + j] = sum / (lower[rowJ + j] ?? 0);
    }
  }
  return lower;
}

/** Solves L x = b for each row b of a row-major n x d block, in place. `lower` is d x d. */
export function solveLower(lower: Float64Array, rows: Float64Array, d: number): void {
  for (let offset = 0; offset < rows.length; offset += d) {
    for (let i = 0; i < d; i += 1) {
      let sum = rows[offset + i] ?? 0;
      const row = i * d;
      for (let k = 0; k < i; k += 1) sum -= (lower[row + k] ?? 0) * (rows[offset + k] ?? 0);
      rows[offset + i] = sum / (lower[row + i] ?? 0);
    }
  }
}

/** Solves L^T x = b for each row b of a row-major n x d block, in place. */
export function solveUpper(lower: Float64Array, rows: Float64Array, d: number): void {
  for (let offset = 0; offset < rows.length; offset += d) {
    for (let i = d - 1; i >= 0; i -= 1) {
      const value = (rows[offset + i] ?? 0) / (lower[i * d + i] ?? 0);
      rows[offset + i] = value;
      const row = i * d;
      for (let k = 0; k < i; k += 1) rows[offset + k] = (rows[offset + k] ?? 0) - (lower[row + k] ?? 0) * value;
    }
  }
}
