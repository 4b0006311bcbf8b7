/**
 * Returns the lower triangular matrix whose product with its own transpose is `matrix`: symmetric, positive definite,
 * `size` rows of `size` values in one array, of which only the lower triangle is read. Throws a `RangeError` otherwise.
 */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  if (matrix.length !== size * size)
    throw new RangeError(`matrix must have ${size * size} values, got ${matrix.length}`);
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let rest = matrix[i * size + j] ?? Number.NaN;
      for (let k = 0; k < j; k += 1) rest -= (lower[i * size + k] ?? 0) * (lower[j * size + k] ?? 0);
      if (i !== j) lower[i * size + j] = rest / (lower[j * size + j] ?? Number.NaN);
      else if (rest > 0) lower[i * size + i] = Math.sqrt(rest);
      else throw new RangeError(`matrix must be positive definite, row ${i} leaves ${rest}`);
    }
  }
  return lower;
}
