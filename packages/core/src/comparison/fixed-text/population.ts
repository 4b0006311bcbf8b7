import type { KeyZone } from "../../events/key-zone.ts";
import { cholesky, solveLower } from "../../math/cholesky.ts";
import { effectiveSamples, type PhraseTemplate } from "./template.ts";

/** What is known of people typing one particular phrase. Matrices are row-major. */
export interface PhrasePopulation {
  readonly zones: readonly KeyZone[];
  /** By number of repetitions enrolled, ascending. */
  readonly habits: readonly PhraseHabit[];
  /** People at any time, and in their first five repetitions. */
  readonly anybody: Spread;
  readonly beginners: Spread;
}

export interface PhraseHabit {
  readonly samples: number;
  /** How far people have moved from what they enrolled with when they are judged (log times). */
  readonly drift: Float64Array;
  /** Covariance about their own habit so moved. */
  readonly within: Float64Array;
}

export interface Spread {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

export const POPULATION_TRAITS = ["ownHabit", "usualHabit", "notABeginner", "usualNotABeginner"] as const;
/** How many repetitions the habit of people in general is worth. */
const PRIOR_SAMPLES = 20;
/** Whitened deviations count linearly beyond this. */
const HUBER = 3;
const RIDGE = 1e-4;
const LARGEST = 6;

/** A normal distribution whose logarithm can be taken quickly, with tails that forgive a slip. */
interface Density {
  readonly mean: Float64Array;
  readonly lower: Float64Array;
  readonly logDeterminant: number;
}

/** What a reference leads to expect of a probe: the person in two ways, anybody, a beginner. */
export type PopulationMetric = readonly [Density, Density, Density, Density];

const known = new WeakMap<Spread, Density>();

/** Returns the densities that a probe of this person is held against. */
export function populationMetric(population: PhrasePopulation, template: PhraseTemplate): PopulationMetric | undefined {
  const { zones, habits, anybody, beginners } = population;
  const same = zones.length === template.zones.length && zones.every((zone, i) => zone === template.zones[i]);
  const habit = nearest(habits, template.samples);
  if (!same || habit === undefined) return undefined;
  const mean = template.working.mean.map((value, j) =>
    Number.isNaN(value) ? (anybody.mean[j] ?? 0) : value + (habit.drift[j] ?? 0),
  );
  const effective = effectiveSamples(template);
  const own = effective / template.weight;
  const covariance = habit.within.map(
    (value, k) => (PRIOR_SAMPLES * value + own * (template.scatter[k] ?? 0)) / (PRIOR_SAMPLES + effective),
  );
  const remembered = (spread: Spread): Density => {
    const density = known.get(spread) ?? densityOf(spread.mean, spread.covariance);
    known.set(spread, density);
    return density;
  };
  return [densityOf(mean, covariance), densityOf(mean, habit.within), remembered(anybody), remembered(beginners)];
}

/** Returns four log-likelihood ratios per square root of the times (higher = more likely the person). What is missing is as usual for the person. */
export function populationTraits([own, usual, anybody, beginners]: PopulationMetric, row: Float64Array): Float64Array {
  const filled = row.map((value, j) => (Number.isNaN(value) ? (own.mean[j] ?? 0) : value));
  const [a, b, c, d] = [own, usual, anybody, beginners].map((density) => logDensity(density, filled));
  const root = Math.sqrt(row.length);
  const ratio = (person: number | undefined, other: number | undefined): number =>
    Math.max(-LARGEST, Math.min(LARGEST, ((person ?? 0) - (other ?? 0)) / root));
  return Float64Array.of(ratio(a, c), ratio(b, c), ratio(a, d), ratio(b, d));
}

function nearest(habits: readonly PhraseHabit[], samples: number): PhraseHabit | undefined {
  const distance = ({ samples: own }: PhraseHabit): number => Math.abs(Math.log(own / Math.max(1, samples)));
  return habits.reduce<PhraseHabit | undefined>(
    (best, habit) => (best === undefined || distance(habit) < distance(best) ? habit : best),
    undefined,
  );
}

function densityOf(mean: Float64Array, covariance: Float64Array): Density {
  const size = mean.length;
  const ridged = covariance.map((value, k) => (k % (size + 1) === 0 ? value + RIDGE : value));
  const lower = cholesky(ridged, size);
  let logDeterminant = 0;
  for (let i = 0; i < size; i += 1) logDeterminant += Math.log(lower[i * (size + 1)] ?? 1);
  return { mean, lower, logDeterminant };
}

function logDensity({ mean, lower, logDeterminant }: Density, row: Float64Array): number {
  const whitened = row.map((value, j) => value - (mean[j] ?? 0));
  solveLower(lower, whitened, mean.length);
  let sum = -logDeterminant;
  for (const value of whitened) {
    const size = Math.abs(value);
    sum -= size < HUBER ? 0.5 * size * size : HUBER * size - 0.5 * HUBER * HUBER;
  }
  return sum;
}
