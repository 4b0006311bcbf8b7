import { dot, type KnownPeople, meanOf } from "../comparison/pointer/known-people.ts";
import { cholesky, solveLower, solveUpper } from "../math/cholesky.ts";

/** Share of the covariance that is replaced by the same variance for everything. */
const SHRINKAGE = 0.1;

/**
 * Learns to tell these people apart (linear discriminant analysis with a shrunk covariance, Friedman 1989): each is a list of window
 * vectors. For a place where everybody who might sit down is known; of strangers it knows nothing.
 */
export function fitKnownPeople(people: readonly (readonly Float64Array[])[]): KnownPeople {
  const d = people.find((windows) => windows.length > 0)?.[0]?.length ?? 0;
  const means = people.map((windows) => meanOf(windows, d));
  const within = new Float64Array(d * d);
  let freedom = 0;
  people.forEach((windows, p) => {
    const mean = means[p] ?? new Float64Array(d);
    for (const window of windows) addOuter(within, window, mean);
    freedom += Math.max(0, windows.length - 1);
  });
  let trace = 0;
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j < i; j += 1) within[i * d + j] = within[j * d + i] ?? 0;
    trace += (within[i * (d + 1)] ?? 0) / Math.max(1, freedom);
  }
  for (let i = 0; i < within.length; i += 1) within[i] = ((1 - SHRINKAGE) * (within[i] ?? 0)) / Math.max(1, freedom);
  for (let i = 0; i < d; i += 1) within[i * (d + 1)] = (within[i * (d + 1)] ?? 0) + (SHRINKAGE * trace) / d + 1e-9;
  const lower = cholesky(within, d);
  const weights = means.map((mean) => solve(lower, mean, d));
  const offsets = means.map((mean, p) => -dot(mean, weights[p] ?? mean) / 2);
  return { weights, offsets };
}

function addOuter(into: Float64Array, window: Float64Array, mean: Float64Array): void {
  const d = window.length;
  const off = window.map((value, i) => value - (mean[i] ?? 0));
  for (let i = 0; i < d; i += 1) {
    const a = off[i] ?? 0;
    for (let j = i; j < d; j += 1) into[i * d + j] = (into[i * d + j] ?? 0) + a * (off[j] ?? 0);
  }
}

function solve(lower: Float64Array, right: Float64Array, d: number): Float64Array {
  const x = right.slice();
  solveLower(lower, x, d);
  solveUpper(lower, x, d);
  return x;
}
