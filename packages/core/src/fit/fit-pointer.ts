import { knowPerson, pointerLlr, seenSitting } from "../comparison/pointer/compare-windows.ts";
import {
  halfNormalised,
  POINTER_BRANCHES,
  type PointerBranch,
  type PointerScale,
  type PointerSpace,
  type WindowLength,
} from "../comparison/pointer/pointer-model.ts";
import { BEHAVIOUR_VALUES, WINDOW_VECTOR, windowVector } from "../features/pointer/strokes/window-vector.ts";
import { fitFlooredLine } from "./fit-floored-line.ts";
import { fitKnots, gaussianiseTable } from "./fit-knots.ts";
import { type Directions, jointDirections } from "./joint-directions.ts";
import type { Regularised } from "./regularise.ts";
import { trace } from "./regularise.ts";
import { addScatter, type Covariances, covariances, type Scatter, scatterOf } from "./scatter.ts";
import { groupRows, type WindowsTable, WindowsTableBuilder } from "./windows-table.ts";

/** A person's windows of one length, sitting by sitting, oldest first. */
export interface PersonWindows {
  readonly sittings: readonly (readonly Float64Array[])[];
}

export interface PointerFitOptions {
  readonly length: WindowLength;
  readonly branches?: readonly PointerBranch[];
  /** Latent dimensions. */
  readonly dimensions?: number;
}

const FOLDS = 4;
export const FEWEST_PEOPLE: number = 2 * FOLDS;

/**
 * Learns windows of one length from people who consented to it: what is usual, the directions in which people differ from each
 * other more than from themselves, and the calibration, on people the directions do not know. `overlapping` windows may be used to
 * learn; `separate` ones are what is compared. Deterministic. Throws RangeError for fewer than 8 people.
 */
export function fitPointerScale(
  overlapping: readonly PersonWindows[],
  separate: readonly PersonWindows[],
  { length, branches = POINTER_BRANCHES, dimensions = 60 }: PointerFitOptions,
): PointerScale {
  const table = tableOf(overlapping);
  const people = new Set(table.subject).size;
  if (people < FEWEST_PEOPLE)
    throw new RangeError(`a pointer background needs at least ${FEWEST_PEOPLE} people, got ${people}: record more`);
  const { knots, usable } = fitKnots(table);
  const all = [...usable.keys()];
  const wide = gaussianiseTable(table, knots, all);
  const parts = scatterByFold(wide);
  const whole = covariances(addScatter(parts), wide.columns);
  const trials = gaussianiseTable(tableOf(separate), knots, all);
  const spaces = branches.map((branch) => {
    const kept = (branch === "full" ? all : BEHAVIOUR_VALUES).filter((i) => usable[i] === 1);
    return fitSpace({ branch, kept, dimensions: Math.min(dimensions, kept.length), parts, whole, trials });
  });
  return { length, knots, mean: Float32Array.from(whole.mean), spaces };
}

function tableOf(people: readonly PersonWindows[]): WindowsTable {
  const builder = new WindowsTableBuilder(WINDOW_VECTOR.length);
  let sitting = 0;
  people.forEach(({ sittings }, subject) => {
    for (const windows of sittings) {
      for (const sums of windows) builder.add(windowVector(sums), { subject, sitting, population: 0, size: 1 });
      sitting += 1;
    }
  });
  return builder.build();
}

function foldOf(subject: number): number {
  return subject % FOLDS;
}

function scatterByFold(table: WindowsTable): Scatter[] {
  return Array.from({ length: FOLDS }, (_, fold) =>
    scatterOf(
      table,
      [...table.subject.keys()].filter((row) => foldOf(table.subject[row] ?? 0) === fold),
    ),
  );
}

interface Ingredients {
  readonly branch: PointerBranch;
  readonly kept: readonly number[];
  readonly dimensions: number;
  readonly parts: readonly Scatter[];
  readonly whole: Covariances;
  readonly trials: WindowsTable;
}

function fitSpace({ branch, kept, dimensions, parts, whole, trials }: Ingredients): PointerSpace {
  const solve = (covariance: Covariances): Directions =>
    jointDirections(regularisePointer(subset(covariance, kept, trials.columns), kept.length), kept.length, dimensions);
  const mated: number[] = [];
  const nonMated: number[] = [];
  parts.forEach((_, fold) => {
    const others = covariances(addScatter(parts.filter((_, i) => i !== fold)), trials.columns);
    judge(trials, { fold, kept, mean: others.mean, directions: solve(others), mated, nonMated });
  });
  const calibration = fitFlooredLine(mated, nonMated);
  return { branch, values: Uint16Array.from(kept), ...packDirections(solve(whole), kept.length), calibration };
}

/**
 * What a fit on few people gets wrong, put right: people differ in more directions than few of them show, so part of the
 * covariance between people (and of that between sittings) takes the shape of that between windows; sittings vary more than a
 * few second visits show; and a ridge, because the values are many and overlap. Measured on people held out.
 */
function regularisePointer({ between, sitting, window, people, furtherSittings }: Covariances, d: number): Regularised {
  const ofWindow = trace(window, d);
  const shape = window.map((value, i) => value + (i % (d + 1) === 0 ? (0.1 * ofWindow) / d : 0));
  const ofShape = trace(shape, d);
  const blend = (matrix: Float64Array, share: number, times: number): Float64Array => {
    const size = (share * trace(matrix, d)) / ofShape;
    return matrix.map((value, i) => times * ((1 - share) * value + size * (shape[i] ?? 0)));
  };
  const ridge = ((0.1 + 20 / people) * ofWindow) / d;
  const steady = window.map((value, i) => value + (i % (d + 1) === 0 ? ridge : 0));
  const persons = blend(between, 20 / (20 + people), 1);
  if (furtherSittings === 0)
    return { between: persons.map((v) => v * 0.7), sitting: persons.map((v) => v * 0.3), window: steady };
  const sittings = blend(sitting, 50 / (50 + furtherSittings), 1 + 100 / furtherSittings);
  return { between: persons, sitting: sittings, window: steady };
}

function subset(covariance: Covariances, kept: readonly number[], d: number): Covariances {
  const n = kept.length;
  if (n === d) return covariance;
  const square = (matrix: Float64Array): Float64Array => {
    const part = new Float64Array(n * n);
    kept.forEach((from, i) => {
      kept.forEach((to, j) => {
        part[i * n + j] = matrix[from * d + to] ?? 0;
      });
    });
    return part;
  };
  const { between, sitting, window } = covariance;
  return { ...covariance, between: square(between), sitting: square(sitting), window: square(window) };
}

interface Judging {
  readonly fold: number;
  readonly kept: readonly number[];
  readonly mean: Float64Array;
  readonly directions: Directions;
  readonly mated: number[];
  readonly nonMated: number[];
}

/** Enrols the first sitting of the people of a fold and compares the windows of their later ones with each. */
function judge(table: WindowsTable, { fold, kept, mean, directions, mated, nonMated }: Judging): void {
  const rows = [...table.subject.keys()].filter((row) => foldOf(table.subject[row] ?? 0) === fold);
  const people = [...groupRows(table.subject, rows).values()].map((own) =>
    [...groupRows(table.sitting, own).values()].map((sitting) =>
      sitting.map((row) => project(table, row, { kept, mean, directions })),
    ),
  );
  const able = people.filter((sittings) => sittings.length > 1);
  able.forEach(([first = []], i) => {
    const known = knowPerson(directions, [seenSitting(first)]);
    able.forEach((sittings, j) => {
      for (const window of sittings.slice(1).flat())
        (i === j ? mated : nonMated).push(pointerLlr(directions, known, { mean: window, windows: 1 }));
    });
  });
}

function project(
  table: WindowsTable,
  row: number,
  { kept, mean, directions }: Pick<Judging, "kept" | "mean" | "directions">,
): Float64Array {
  const { vectors, between } = directions;
  const latent = new Float64Array(between.length);
  const n = kept.length;
  for (let k = 0; k < latent.length; k += 1) {
    let sum = 0;
    for (let f = 0; f < n; f += 1) {
      const column = kept[f] ?? 0;
      sum += ((table.values[row * table.columns + column] ?? 0) - (mean[column] ?? 0)) * (vectors[k * n + f] ?? 0);
    }
    latent[k] = sum;
  }
  return halfNormalised(latent, between);
}

function packDirections(
  { vectors, between, sitting }: Directions,
  d: number,
): Pick<PointerSpace, "projection" | "scale" | "between" | "sitting"> {
  const dimensions = between.length;
  const scale = new Float32Array(dimensions);
  const projection = new Int8Array(d * dimensions);
  for (let k = 0; k < dimensions; k += 1) {
    let largest = 1e-30;
    for (let f = 0; f < d; f += 1) largest = Math.max(largest, Math.abs(vectors[k * d + f] ?? 0));
    scale[k] = largest / 127;
    for (let f = 0; f < d; f += 1)
      projection[f * dimensions + k] = Math.round(((vectors[k * d + f] ?? 0) / largest) * 127);
  }
  return { projection, scale, between: Float32Array.from(between), sitting: Float32Array.from(sitting) };
}
