import { compareTouch } from "../comparison/touch/compare-touch.ts";
import type { TouchModel, TouchSpread } from "../comparison/touch/touch-model.ts";
import { knownTouch, learnTouch } from "../comparison/touch/touch-reference.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { TOUCH_FEATURES } from "../features/touch/touch-set.ts";
import { moments } from "../math/stats.ts";
import { fitLogistic } from "./fit-logistic.ts";

/** Windows of touch of one background person, by sitting. */
export interface TouchPerson {
  readonly sittings: readonly (readonly FeatureSet[])[];
}

const FEWEST_PEOPLE = 20;
/** However well a background's people are told apart: real ones are less regular. */
const MOST_BETWEEN = 0.7;
const LEAST_SITTING = 0.1;
const OTHERS = 4;

/**
 * Learns how people in general touch a screen: by feature its mean and how much of its variance lies between people and between
 * sittings (variance components by nested means), and what the sum over features is worth. Throws RangeError for fewer than 20 people.
 */
export function fitTouch(people: readonly TouchPerson[], id: string): TouchModel {
  const enough = people.filter(({ sittings }) => sittings.length > 1);
  if (enough.length < FEWEST_PEOPLE)
    throw new RangeError(`a background of touch needs ${FEWEST_PEOPLE} people with two sittings, got ${enough.length}`);
  const features = TOUCH_FEATURES.map((_, i) => spreadOf(enough, i));
  return { id, features, worth: worthOf({ id, features, worth: 1 }, enough) };
}

function spreadOf(people: readonly TouchPerson[], i: number): TouchSpread | undefined {
  const rows = people.map(({ sittings }) =>
    sittings
      .map((sets) => sets.map(({ values }) => values[i] ?? Number.NaN).filter(Number.isFinite))
      .filter(({ length }) => length > 0),
  );
  const known = rows.filter(({ length }) => length > 1);
  if (known.length < FEWEST_PEOPLE) return undefined;
  const sittingMeans = known.map((sittings) => sittings.map((values) => moments(values).mean));
  const personMeans = sittingMeans.map((means) => moments(means).mean);
  const { mean, std } = moments(personMeans);
  const windows = average(
    known
      .flat()
      .filter(({ length }) => length > 1)
      .map((values) => unbiased(values)),
  );
  const perSitting = average(known.flat().map(({ length }) => length));
  const betweenSittings = average(sittingMeans.map(unbiased));
  const sitting = Math.max(0, betweenSittings - windows / perSitting);
  const between = Math.max(1e-9, std * std - betweenSittings / average(sittingMeans.map(({ length }) => length)));
  const whole = between + sitting + windows;
  const share = (part: number): number => Math.round((1000 * part) / whole) / 1000;
  return {
    mean: Math.round(mean * 1e4) / 1e4,
    deviation: Math.round(Math.max(1e-3, Math.sqrt(whole)) * 1e4) / 1e4,
    between: Math.min(MOST_BETWEEN, Math.max(0.01, share(between))),
    sitting: Math.max(LEAST_SITTING, share(sitting)),
  };
}

function unbiased(values: readonly number[]): number {
  const { std } = moments(values);
  return values.length < 2 ? 0 : (std * std * values.length) / (values.length - 1);
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : moments(values).mean;
}

/** One weight for the sum of all features, over whole later sittings; between 0.05 and 1. */
function worthOf(model: TouchModel, people: readonly TouchPerson[]): number {
  const known = people.map(({ sittings }) => knownTouch(learnTouch(sittings.slice(0, -1).flat(), 0)));
  const rows: number[][] = [];
  const labels: number[] = [];
  people.forEach(({ sittings }, i) => {
    const sets = sittings.at(-1) ?? [];
    const seen = {
      sums: TOUCH_FEATURES.map((_, k) => sets.reduce((sum, { values }) => sum + (values[k] || 0), 0)),
      counts: TOUCH_FEATURES.map((_, k) => sets.filter(({ values }) => Number.isFinite(values[k])).length),
    };
    for (let step = 0; step <= OTHERS; step += 1) {
      const { features } = compareTouch(model, known[(i + step * 7) % people.length] ?? [], seen);
      rows.push([features.reduce((sum, one) => sum + one, 0)]);
      labels.push(step === 0 ? 1 : 0);
    }
  });
  const importance = labels.map((label) => (label === 1 ? 1 : 1 / OTHERS) / (2 * people.length));
  const [weight = 0] = fitLogistic(rows, labels, importance);
  return Math.round(Math.min(1, Math.max(0.05, weight)) * 1000) / 1000;
}
