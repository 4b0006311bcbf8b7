import { KNOTS } from "../comparison/plda/gaussianise.ts";
import type { PldaCalibration, PldaModel } from "../comparison/plda/plda-model.ts";
import { fitCalibration } from "./fit-calibration.ts";
import { fitKnots, gaussianiseTable } from "./fit-knots.ts";
import { type Directions, jointDirections } from "./joint-directions.ts";
import { regularise, type Strength } from "./regularise.ts";
import { addScatter, type Covariances, covariances, type Scatter, scatterOf } from "./scatter.ts";
import { inSixBits } from "./six-bits.ts";
import type { WindowsTable } from "./windows-table.ts";

export interface PldaFitOptions {
  readonly id: string;
  readonly extractor: string;
  /** Keystrokes (or strokes) of a window of size 1. */
  readonly unit: number;
  /** Latent dimensions; at most as many as features remain. */
  readonly dimensions: number;
  /** Features kept, those that tell people apart best. */
  readonly features: number;
  /** How much a fit on few people is steadied; without it, as for typing. */
  readonly strength?: Strength;
  /** Windows of other people to calibrate on, where those learnt from are not like the ones to be judged; without it, cross-fitted. */
  readonly calibrateOn?: WindowsTable | undefined;
  /** Called with the share done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

const FOLDS = 4;

/**
 * Learns a `PldaModel` from windows of people who consented to it. Deterministic. Population 0 gives the mean; each population
 * weighs with the square root of its people. Calibration is cross-fitted over people, so that nobody is judged by a model
 * that knows him. Throws RangeError where there are fewer than 8 people with two windows each.
 */
export function fitPlda(table: WindowsTable, options: PldaFitOptions): PldaModel {
  const progress = options.onProgress ?? ((): void => undefined);
  const people = new Set(table.subject).size;
  if (people < 2 * FOLDS)
    throw new RangeError(
      `a background needs at least ${2 * FOLDS} people, got ${people}: enrol more, or use the one that is shipped`,
    );
  const { knots, usable } = fitKnots(table);
  const candidates = [...usable.keys()].filter((f) => usable[f] === 1);
  progress(0.1);
  const wide = gaussianiseTable(table, knots, candidates);
  const parts = scatterByFold(wide, (share) => progress(0.1 + 0.5 * share));
  const all = solve(parts, wide.columns, options, undefined);
  const kept = mostTelling(all, Math.min(options.features, candidates.length));
  progress(0.7);
  const narrow = subset(parts, kept, wide.columns);
  const solved = solve(narrow, kept.length, options, undefined);
  progress(0.75);
  const features = kept.map((i) => candidates[i] ?? 0);
  const trials = gaussianiseTable(table, knots, features);
  const calibration =
    options.calibrateOn === undefined
      ? crossCalibrate(trials, narrow, options, (share) => progress(0.75 + 0.25 * share))
      : calibrateOn(gaussianiseTable(options.calibrateOn, knots, features), solved);
  return toModel(solved, { options, features, knots, calibration });
}

/** Scatters by population, then by fold of its people. */
type Parts = readonly (readonly Scatter[])[];

function scatterByFold(table: WindowsTable, onProgress: (share: number) => void): Parts {
  const populations = [...new Set(table.population)].sort((a, b) => a - b);
  return populations.map((population, p) => {
    const rows = [...table.population.keys()].filter((row) => table.population[row] === population);
    const folds = foldsOf(table, rows);
    return folds.map((own, fold) => {
      const scatter = scatterOf(table, own);
      onProgress((p + (fold + 1) / FOLDS) / populations.length);
      return scatter;
    });
  });
}

/** People are dealt to the folds in turn, in the order they first appear. */
function foldsOf(table: WindowsTable, rows: readonly number[]): number[][] {
  const place = new Map<number, number>();
  const folds: number[][] = Array.from({ length: FOLDS }, () => []);
  for (const row of rows) {
    const subject = table.subject[row] ?? 0;
    if (!place.has(subject)) place.set(subject, place.size % FOLDS);
    folds[place.get(subject) ?? 0]?.push(row);
  }
  return folds;
}

interface Solved extends Directions {
  readonly mean: Float64Array;
  /** Variance of each feature. */
  readonly variance: Float64Array;
}

type Space = Pick<PldaFitOptions, "dimensions" | "strength">;

function solve(parts: Parts, d: number, { dimensions, strength }: Space, without: number | undefined): Solved {
  const populations = parts.map((folds) => covariances(addScatter(folds.filter((_, fold) => fold !== without)), d));
  const pooled = pool(populations, d);
  const variance = Float64Array.from({ length: d }, (_, f) => {
    const i = f * (d + 1);
    return (pooled.between[i] ?? 0) + (pooled.window[i] ?? 0);
  });
  const directions = jointDirections(regularise(pooled, d, strength), d, Math.min(d, dimensions));
  return { ...directions, mean: pooled.mean, variance };
}

/** Between and window covariances weigh with the square root of the people, sittings with that of the further sittings. */
function pool(populations: readonly Covariances[], d: number): Covariances {
  const first = populations[0];
  if (first === undefined) throw new RangeError("no population");
  if (populations.length === 1) return first;
  const mixed = (pick: (of: Covariances) => Float64Array, weight: (of: Covariances) => number): Float64Array => {
    const total = populations.reduce((sum, own) => sum + weight(own), 0);
    const sum = new Float64Array(d * d);
    for (const own of populations) {
      const share = total > 0 ? weight(own) / total : 0;
      const matrix = pick(own);
      if (share > 0) for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] ?? 0) + share * (matrix[i] ?? 0);
    }
    return sum;
  };
  const byPeople = ({ people }: Covariances): number => Math.sqrt(people);
  return {
    mean: first.mean,
    between: mixed(({ between }) => between, byPeople),
    window: mixed(({ window }) => window, byPeople),
    sitting: mixed(
      ({ sitting }) => sitting,
      ({ furtherSittings }) => Math.sqrt(furtherSittings),
    ),
    people: populations.reduce((sum, { people }) => sum + people, 0),
    furtherSittings: populations.reduce((sum, { furtherSittings }) => sum + furtherSittings, 0),
  };
}

/** Importance of a feature: its variance times what it weighs in directions in which people differ. */
function mostTelling({ vectors, between, variance }: Solved, count: number): number[] {
  const d = variance.length;
  const importance = variance.map((own, f) => {
    let sum = 0;
    for (let k = 0; k < between.length; k += 1) sum += (between[k] ?? 0) * (vectors[k * d + f] ?? 0) ** 2;
    return own * sum;
  });
  return [...importance.keys()]
    .sort((a, b) => (importance[b] ?? 0) - (importance[a] ?? 0) || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
}

function subset(parts: Parts, kept: readonly number[], d: number): Parts {
  const n = kept.length;
  const square = (matrix: Float64Array): Float64Array => {
    const part = new Float64Array(n * n);
    kept.forEach((from, i) => {
      kept.forEach((to, j) => {
        part[i * n + j] = matrix[from * d + to] ?? 0;
      });
    });
    return part;
  };
  const vector = (values: Float64Array): Float64Array => Float64Array.from(kept, (i) => values[i] ?? 0);
  return parts.map((folds) =>
    folds.map((own) => ({
      ...own,
      window: square(own.window),
      sitting: square(own.sitting),
      means: own.means.map(vector),
    })),
  );
}

/** All these people are strangers to the space. */
function calibrateOn(table: WindowsTable, space: Solved): PldaCalibration {
  return fitCalibration(table, [{ space, groups: [[...table.subject.keys()]] }]);
}

function crossCalibrate(
  table: WindowsTable,
  parts: Parts,
  space: Space,
  onProgress: (share: number) => void,
): PldaCalibration {
  const rows = [...table.population.keys()];
  const populations = [...new Set(table.population)].map((population) =>
    foldsOf(
      table,
      rows.filter((row) => table.population[row] === population),
    ),
  );
  const views = Array.from({ length: FOLDS }, (_, fold) => {
    const solved = solve(parts, table.columns, space, fold);
    onProgress((fold + 1) / FOLDS);
    return { space: solved, groups: populations.map((folds) => folds[fold] ?? []) };
  });
  return fitCalibration(table, views);
}

interface Ingredients {
  readonly options: PldaFitOptions;
  readonly features: readonly number[];
  readonly knots: Float32Array;
  readonly calibration: PldaCalibration;
}

function toModel(solved: Solved, { options, features, knots, calibration }: Ingredients): PldaModel {
  const d = features.length;
  const own = new Float32Array(d * KNOTS);
  features.forEach((feature, f) => {
    own.set(knots.subarray(feature * KNOTS, (feature + 1) * KNOTS), f * KNOTS);
  });
  return {
    id: options.id,
    extractor: options.extractor,
    unit: options.unit,
    features: Uint16Array.from(features),
    knots: own,
    mean: Float32Array.from(solved.mean),
    ...inSixBits(solved.vectors, d),
    between: Float32Array.from(solved.between),
    sitting: Float32Array.from(solved.sitting),
    calibration,
  };
}
