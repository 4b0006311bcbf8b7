import { minusMean, tooFew } from "./distance.ts";
import type { Fitted, LabSystem, Task } from "./lab-system.ts";
import { FLOOR, type Rows, rowsOf, withoutUpDown } from "./vectors.ts";

interface Neighbours {
  /** The columns that the subject always had. */
  readonly columns: readonly number[];
  /** Training rows, whitened. */
  readonly rows: Rows;
  /** Rows of the lower triangle of the inverse Cholesky factor. */
  readonly whiten: readonly Float64Array[];
}

const MINIMUM_ROWS = 3;
/** More neighbours than this only cost time: an even choice of the training rows is kept. */
const MAXIMUM_NEIGHBOURS = 500;

/**
 * Killourhy & Maxion's second best detector: Mahalanobis distance to the nearest training sample. The covariance is shrunk towards
 * its diagonal (Schaefer & Strimmer 2005), without which few samples have none. On phrases it uses hold and down-down only.
 */
export const nearestMahalanobis: LabSystem = {
  name: "nearest-mahalanobis",
  version: 1,
  usesBackground: false,
  calibrated: false,
  applicable: () => true,
  byDefault: () => true,
  fit,
};

function fit(task: Task): Fitted<Rows, Neighbours> {
  const floor = task.phrase ? FLOOR.phrase : FLOOR.features;
  return {
    prepare: rowsOf(task, withoutUpDownOnPhrases(task)),
    enrol: (pieces) => {
      const rows = pieces.flat();
      if (rows.length < MINIMUM_ROWS) return tooFew(rows.length, MINIMUM_ROWS);
      return { kind: "enrolled", reference: learn(rows, floor) };
    },
    compare: (known, probes) => probes.map((pieces) => minusMean(pieces.flat(), (row) => nearest(row, known))),
  };
}

function withoutUpDownOnPhrases(task: Task): (column: number) => boolean {
  return task.phrase ? withoutUpDown : () => true;
}

function learn(rows: Rows, floor: number): Neighbours {
  const columns = Array.from(rows[0] ?? [], (_, i) => i).filter((i) => rows.every((row) => !Number.isNaN(row[i])));
  const complete = rows.map((row) => Float64Array.from(columns, (i) => row[i] ?? 0));
  const whiten = inverseCholesky(shrunkCovariance(complete, floor));
  const step = Math.max(1, complete.length / MAXIMUM_NEIGHBOURS);
  const count = Math.min(complete.length, MAXIMUM_NEIGHBOURS);
  const kept = Array.from({ length: count }, (_, i) => complete[Math.floor(i * step)] ?? new Float64Array(0));
  return { columns, whiten, rows: kept.map((row) => times(whiten, row)) };
}

function nearest(row: Float64Array, { columns, rows, whiten }: Neighbours): number {
  if (columns.length === 0) return Number.NaN;
  const place = times(
    whiten,
    Float64Array.from(columns, (i) => row[i] ?? Number.NaN),
  );
  let best = Number.POSITIVE_INFINITY;
  for (const other of rows) {
    let sum = 0;
    for (let i = 0; i < place.length && sum < best; i += 1) sum += ((place[i] ?? 0) - (other[i] ?? 0)) ** 2;
    if (sum < best) best = sum;
    if (Number.isNaN(sum)) return Number.NaN;
  }
  return Math.sqrt(best);
}

/** Returns S with its off-diagonal correlations shrunk by the share that minimises their expected squared error. */
export function shrunkCovariance(rows: Rows, floor: number): Float64Array[] {
  const n = rows.length;
  const d = rows[0]?.length ?? 0;
  const mean = Float64Array.from({ length: d }, (_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0) / n);
  const deviation = Float64Array.from({ length: d }, (_, i) => {
    const squares = rows.reduce((sum, row) => sum + ((row[i] ?? 0) - (mean[i] ?? 0)) ** 2, 0);
    return Math.max(Math.sqrt(squares / (n - 1)), floor);
  });
  const z = rows.map((row) => row.map((x, i) => (x - (mean[i] ?? 0)) / (deviation[i] ?? 1)));
  let variances = 0;
  let squares = 0;
  const correlation = Array.from({ length: d }, () => new Float64Array(d));
  for (let i = 0; i < d; i += 1)
    for (let j = 0; j < i; j += 1) {
      const products = z.map((row) => (row[i] ?? 0) * (row[j] ?? 0));
      const average = products.reduce((sum, w) => sum + w, 0) / n;
      const spread = products.reduce((sum, w) => sum + (w - average) ** 2, 0);
      const r = (average * n) / (n - 1);
      variances += (n * spread) / (n - 1) ** 3;
      squares += r * r;
      for (const [a, b] of [[i, j] as const, [j, i] as const]) (correlation[a] ?? mean)[b] = r;
    }
  const shrink = squares === 0 ? 1 : Math.min(1, Math.max(0.001, variances / squares));
  return correlation.map((row, i) =>
    row.map((r, j) => (deviation[i] ?? 0) * (deviation[j] ?? 0) * (i === j ? 1 : (1 - shrink) * r)),
  );
}

/** Returns the inverse of the lower Cholesky factor of a positive definite matrix, row by row. */
function inverseCholesky(matrix: readonly Float64Array[]): Float64Array[] {
  const d = matrix.length;
  const lower: Float64Array[] = [];
  const inverse: Float64Array[] = [];
  for (let i = 0; i < d; i += 1) {
    const row = new Float64Array(d);
    const own = matrix[i] ?? row;
    for (let j = 0; j <= i; j += 1) {
      const other = j === i ? row : (lower[j] ?? row);
      let sum = own[j] ?? 0;
      for (let k = 0; k < j; k += 1) sum -= (row[k] ?? 0) * (other[k] ?? 0);
      row[j] = j === i ? Math.sqrt(Math.max(sum, 1e-12 * (own[i] ?? 1))) : sum / (other[j] ?? 1);
    }
    lower.push(row);
    const back = new Float64Array(d);
    const pivot = row[i] ?? 1;
    for (let j = 0; j < i; j += 1) {
      let sum = 0;
      for (let k = j; k < i; k += 1) sum += (row[k] ?? 0) * (inverse[k]?.[j] ?? 0);
      back[j] = -sum / pivot;
    }
    back[i] = 1 / pivot;
    inverse.push(back);
  }
  return inverse;
}

function times(lower: readonly Float64Array[], vector: Float64Array): Float64Array {
  return Float64Array.from(lower, (row, i) => {
    let sum = 0;
    for (let j = 0; j <= i; j += 1) sum += (row[j] ?? 0) * (vector[j] ?? 0);
    return sum;
  });
}
