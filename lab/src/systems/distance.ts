import type { FailureToEnrol } from "@habitus/core";
import type { Fitted, LabSystem, ProbeScore, Task } from "./lab-system.ts";
import { everyColumn, FLOOR, type Rows, rowsOf } from "./vectors.ts";

interface Centre {
  readonly mean: Float64Array;
  /** Mean absolute deviation. */
  readonly deviation: Float64Array;
}

type Distance = (row: Float64Array, centre: Centre) => number;

const MINIMUM_ROWS = 2;

/** Killourhy & Maxion's best detector: sum of |x - mean| / mean absolute deviation. */
export const scaledManhattan = distanceSystem("scaled-manhattan", (row, { mean, deviation }) =>
  average(row, (x, i) => Math.abs(x - (mean[i] ?? Number.NaN)) / (deviation[i] ?? 1)),
);
/** Sum of |x - mean|. For the check of the harness. */
export const manhattan = distanceSystem("manhattan", (row, { mean }) =>
  average(row, (x, i) => Math.abs(x - (mean[i] ?? Number.NaN))),
);
/** Square root of the sum of squares. For the check of the harness. */
export const euclidean = distanceSystem("euclidean", (row, { mean }) =>
  Math.sqrt(average(row, (x, i) => (x - (mean[i] ?? Number.NaN)) ** 2)),
);

/** A detector that needs nobody else: the score is minus the distance, averaged over a probe's rows. */
function distanceSystem(name: string, distance: Distance): LabSystem {
  return {
    name,
    version: 1,
    usesBackground: false,
    calibrated: false,
    applicable: () => true,
    byDefault: (experiment) => name === "scaled-manhattan" || experiment === "cmu",
    fit: (task) => fit(task, distance),
  };
}

function fit(task: Task, distance: Distance): Fitted<Rows, Centre> {
  const floor = task.phrase ? FLOOR.phrase : FLOOR.features;
  return {
    prepare: rowsOf(task, everyColumn),
    enrol: (pieces) => {
      const rows = pieces.flat();
      if (rows.length < MINIMUM_ROWS) return tooFew(rows.length, MINIMUM_ROWS);
      return { kind: "enrolled", reference: centreOf(rows, floor) };
    },
    compare: (centre, probes) => probes.map((pieces) => minusMean(pieces.flat(), (row) => distance(row, centre))),
  };
}

/** Returns a failure to enrol for too few rows. */
export function tooFew(have: number, need: number): FailureToEnrol {
  return { kind: "failureToEnrol", reason: "tooFewSamples", have, need, missing: need - have };
}

/** Returns minus the mean of what can be computed of the rows, or undefined when nothing can. */
export function minusMean(rows: Rows, distance: (row: Float64Array) => number): ProbeScore | undefined {
  let sum = 0;
  let count = 0;
  for (const row of rows) {
    const value = distance(row);
    if (!Number.isFinite(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? undefined : { score: -sum / count, llr: 0 };
}

function centreOf(rows: Rows, floor: number): Centre {
  const columns = rows[0]?.length ?? 0;
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  for (let i = 0; i < columns; i += 1) {
    const column = rows.map((row) => row[i] ?? Number.NaN).filter((x) => !Number.isNaN(x));
    mean[i] = column.reduce((sum, x) => sum + x, 0) / column.length; // NaN where the subject never had it
    const spread = column.reduce((sum, x) => sum + Math.abs(x - (mean[i] ?? 0)), 0) / column.length;
    deviation[i] = Math.max(spread, floor);
  }
  return { mean, deviation };
}

/** Mean over the columns that both sides have; NaN when there is none. For complete rows it orders as the sum does. */
function average(row: Float64Array, term: (x: number, column: number) => number): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < row.length; i += 1) {
    const value = term(row[i] ?? Number.NaN, i);
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return sum / count;
}
