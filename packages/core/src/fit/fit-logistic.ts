import { cholesky, solveLower, solveUpper } from "../math/cholesky.ts";

const STEPS = 30;
const RIDGE = 1e-6;

/**
 * Weighted logistic regression by Newton's method: returns one weight per column such that sigmoid(row . weights) estimates the
 * probability of label 1; `fixed` is added to each row's sum as it is. Columns should not be collinear; a tiny ridge keeps them apart.
 */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  sampleWeights: readonly number[],
  fixed: readonly number[] = [],
): number[] {
  const d = rows[0]?.length ?? 0;
  const weights = new Float64Array(d);
  for (let step = 0; step < STEPS; step += 1) {
    const gradient = Float64Array.from(weights, (w) => -RIDGE * w);
    const hessian = new Float64Array(d * d);
    for (let i = 0; i < d; i += 1) hessian[i * (d + 1)] = RIDGE;
    rows.forEach((row, r) => {
      let z = fixed[r] ?? 0;
      for (let i = 0; i < d; i += 1) z += (row[i] ?? 0) * (weights[i] ?? 0);
      const p = 1 / (1 + Math.exp(-z));
      const w = sampleWeights[r] ?? 1;
      const error = w * ((labels[r] ?? 0) - p);
      const curve = Math.max(1e-12, w * p * (1 - p));
      for (let i = 0; i < d; i += 1) {
        const x = row[i] ?? 0;
        gradient[i] = (gradient[i] ?? 0) + error * x;
        for (let j = 0; j < d; j += 1) hessian[i * d + j] = (hessian[i * d + j] ?? 0) + curve * x * (row[j] ?? 0);
      }
    });
    const lower = cholesky(hessian, d);
    solveLower(lower, gradient, d);
    solveUpper(lower, gradient, d);
    let largest = 0;
    for (let i = 0; i < d; i += 1) {
      // Far from the optimum Newton overshoots: steps are kept short.
      const move = Math.max(-2, Math.min(2, gradient[i] ?? 0));
      weights[i] = (weights[i] ?? 0) + move;
      largest = Math.max(largest, Math.abs(move));
    }
    if (largest < 1e-9) break;
  }
  return [...weights];
}
