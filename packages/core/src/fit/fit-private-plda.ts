import { type PldaModel, projectOn } from "../comparison/plda/plda-model.ts";
import { gaussian, type Random } from "../math/random.ts";
import type { Release } from "../privacy/accountant.ts";
import { type PrivacyBudget, sigmaFor } from "../privacy/gaussian-mechanism.ts";
import { adapt, compose, type Sums } from "./adapt-plda.ts";
import { calibratePrivately, HISTOGRAMS_SENSITIVITY } from "./calibrate-privately.ts";
import { groupRows, type WindowsTable } from "./windows-table.ts";

export interface PrivateFitOptions {
  readonly id: string;
  /** What is public: its knots, features and directions are used as they are. Nobody learnt from may be in it. */
  readonly base: PldaModel;
  /** Undefined: nothing is clipped or added, and nothing promised, to see what privacy costs. */
  readonly budget: PrivacyBudget | undefined;
  /** For the noise; whoever can foresee it can take it off, so it must come of the system's generator. */
  readonly random: Random;
  /** Length at which a person is clipped, in shares of the usual length; below 1 it keeps the noise small. */
  readonly clip?: number;
  /** People that the base counts for; by default the more, the more noise there is. */
  readonly prior?: number;
  /** Directions of the base that are learnt anew: the first ones, by default all. */
  readonly dimensions?: number;
}

/** What the mechanism did, for the provenance. */
export interface PrivateFit {
  readonly model: PldaModel;
  /** Counted with noise. */
  readonly people: number;
  /** What was released with noise, for the accountant; together they keep the promise. Empty where nothing is promised. */
  readonly releases: readonly Release[];
  readonly clip: number;
}

/** Measured on people apart: shares between 0.6 and 0.8 lose least. */
export const CLIP = 0.7;
/** Of the squared mu: so much is for the calibration. */
const CALIBRATION_SHARE = 0.08;
/** How the one release is shared out: second moments 1, mean, count. */
const MEAN_SHARE = 0.4;
const COUNT_SHARE = 0.3;
const USUAL_WINDOWS = 5;
/** How far off the public ones other people usually lie on average: a variance, in those of people. What noise cannot tell from it is not believed. */
const APART = 0.04;

/**
 * Learns how these people differ, beside a public model, so that whoever has the result can hardly tell whether any one person was among them
 * (differential privacy; the unit is a person with everything of theirs; neighbours are sets with and without one). Each person gives the mean of
 * every other window and the mean of the rest, clipped, in the public model's space: their mean, their product (whose expectation is free of the noise
 * of windows) and a one for the count are added up and get Gaussian noise. Directions and variances are computed of that alone, the public model as a prior. The calibration is learnt from
 * histograms with noise of their own, a small share of the budget. Throws a `RangeError` for fewer than two people
 * with two windows each.
 */
export function fitPrivatePlda(table: WindowsTable, options: PrivateFitOptions): PrivateFit {
  const { base, budget, clip = CLIP } = options;
  const d = Math.min(base.scale.length, options.dimensions ?? base.scale.length);
  const usual = Float64Array.from({ length: d }, (_, k) => {
    const [b, s] = [base.between[k] ?? 0, base.sitting[k] ?? 0];
    return Math.sqrt(b + s + (1 - s) / USUAL_WINDOWS);
  });
  const radius = budget === undefined ? Number.POSITIVE_INFINITY : clip * Math.sqrt(d);
  const sums = addUp(halvesOf(table, base, usual), d, radius);
  if (sums.people < 2) throw new RangeError("a private background needs at least two people with two windows each");
  const perUnit = budget === undefined ? 0 : sigmaFor(budget);
  const sigma = perUnit / Math.sqrt(1 - CALIBRATION_SHARE);
  const released =
    budget === undefined ? sums : addNoise(sums, d, { radius, sigma: sigma * SENSITIVITY, random: options.random });
  const people = Math.max(2, released.people);
  const meanNoise = budget === undefined ? 0 : (sigma * SENSITIVITY * radius) / MEAN_SHARE / people;
  const believed = { ...released, mean: released.mean.map((value) => (value * APART) / (APART + meanNoise ** 2)) };
  const prior = options.prior ?? 100 + 350 * perUnit ** 2;
  const model = compose(base, adapt(believed, { base, usual, people, prior }), options.id);
  const ofHistograms = perUnit / Math.sqrt(CALIBRATION_SHARE);
  const calibration = calibratePrivately(table, model, {
    sigma: ofHistograms * HISTOGRAMS_SENSITIVITY,
    random: options.random,
  });
  const releases =
    budget === undefined
      ? []
      : [
          { what: "how people differ", mu: 1 / sigma },
          { what: "histograms of their ratios", mu: 1 / ofHistograms },
        ];
  return { model: { ...model, calibration }, people: Math.round(people), releases, clip };
}

/** One person moves product, mean and count, each in units of its share, by so much at most. */
const SENSITIVITY = Math.sqrt(1 + MEAN_SHARE ** 2 + COUNT_SHARE ** 2);

interface Halves {
  readonly odd: Float64Array;
  readonly even: Float64Array;
}

/** Every person's every other window, and the rest, averaged, in standard deviations of people of the base. */
function halvesOf(table: WindowsTable, base: PldaModel, usual: Float64Array): Halves[] {
  const { values, columns } = table;
  return [...groupRows(table.subject, [...table.subject.keys()]).values()].flatMap((rows) => {
    if (rows.length < 2) return [];
    const sides = [0, 1].map((side) => {
      const own = rows.filter((_, i) => i % 2 === side);
      const mean = new Float64Array(usual.length);
      for (const row of own) {
        const place = projectOn(base, values.subarray(row * columns, (row + 1) * columns));
        for (let k = 0; k < mean.length; k += 1)
          mean[k] = (mean[k] ?? 0) + (place[k] ?? 0) / own.length / (usual[k] ?? 1);
      }
      return mean;
    });
    const [odd, even] = sides;
    return odd === undefined || even === undefined ? [] : [{ odd, even }];
  });
}

interface Counted extends Sums {
  readonly people: number;
}

/** Adds people up, each clipped to the radius: nobody moves `product` by more than radius^2 (Frobenius), `mean` by more than radius. */
function addUp(people: readonly Halves[], d: number, radius: number): Counted {
  const product = new Float64Array(d * d);
  const mean = new Float64Array(d);
  for (const halves of people) {
    const odd = clipped(halves.odd, radius);
    const even = clipped(halves.even, radius);
    for (let i = 0; i < d; i += 1) {
      const [left, right] = [odd[i] ?? 0, even[i] ?? 0];
      mean[i] = (mean[i] ?? 0) + (left + right) / 2;
      for (let j = 0; j < d; j += 1)
        product[i * d + j] = (product[i * d + j] ?? 0) + (left * (even[j] ?? 0) + right * (odd[j] ?? 0)) / 2;
    }
  }
  return { product, mean, people: people.length };
}

export function clipped(vector: Float64Array, radius: number): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > radius ? vector.map((value) => (value * radius) / length) : vector;
}

/** Off the diagonal each number stands for two, so that its noise is smaller by the root of two. */
function addNoise(
  { product, mean, people }: Counted,
  d: number,
  noise: { readonly radius: number; readonly sigma: number; readonly random: Random },
): Counted {
  const { radius, sigma, random } = noise;
  const noisy = product.slice();
  for (let i = 0; i < d; i += 1)
    for (let j = 0; j <= i; j += 1) {
      const value = (noisy[i * d + j] ?? 0) + sigma * radius ** 2 * gaussian(random) * (i === j ? 1 : Math.SQRT1_2);
      noisy[i * d + j] = value;
      noisy[j * d + i] = value;
    }
  return {
    product: noisy,
    mean: mean.map((value) => value + ((sigma * radius) / MEAN_SHARE) * gaussian(random)),
    people: people + (sigma / COUNT_SHARE) * gaussian(random),
  };
}
