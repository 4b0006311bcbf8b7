import { expect, rawLlr } from "../comparison/plda/compare-sitting.ts";
import { addWindow, noPerson, noSitting } from "../comparison/plda/person.ts";
import { type Calibration, latentOf, type PldaCalibration, type PldaModel } from "../comparison/plda/plda-model.ts";
import { gaussian, type Random } from "../math/random.ts";
import { releaseHistogram } from "../privacy/release-histogram.ts";
import { fitLogistic } from "./fit-logistic.ts";
import { groupRows, type WindowsTable } from "./windows-table.ts";

/** Uncalibrated ratios from -16 to 16, two nats a bin; what lies beyond is in the outer bins. */
const BINS = 16;
const WIDTH = 2;
const LOWEST = -16;
const ENROLLED = 5;
/** An empty bin whose noise below 0 is cut off has so much on average, in standard deviations: 1 / sqrt(2 pi). */
const CUT_OFF = 0.4;
/** Of either kind so much is taken to lie anywhere: a few bins that noise emptied must not look like certainty. */
const ANYWHERE = 0.02;
/** The line of the model is changed by so much at most, its slope as a factor and its offset in nats. */
const MOST_CHANGE = 1.5;
/** So many times the noise of all bins together must be counted, or the model keeps the calibration that it has. */
const ENOUGH = 40;

/** A person moves both histograms, each by one at most. */
export const HISTOGRAMS_SENSITIVITY = Math.SQRT2;

/**
 * Returns the calibration of a model on these people, from two histograms released with noise: of the ratios that their windows get against their own other
 * windows, and against people who do not exist, drawn from the model. So each ratio is of one real person alone. What sittings
 * apart are like is not learnt: their lines keep their proportion to that of one sitting. Where noise drowns the histograms the calibration stays what it was.
 */
export function calibratePrivately(
  table: WindowsTable,
  model: PldaModel,
  { sigma, random }: { readonly sigma: number; readonly random: Random },
): PldaCalibration {
  const mated: number[][] = [];
  const nonMated: number[][] = [];
  for (const rows of groupRows(table.subject, [...table.subject.keys()]).values()) {
    if (rows.length < 2) continue;
    const both = ratiosOf(table, rows, { model, random });
    mated.push(histogram(both.mated));
    nonMated.push(histogram(both.nonMated));
  }
  const release = (people: readonly number[][]): Float64Array =>
    releaseHistogram(people, { bins: BINS, sigma, random });
  const released = [release(mated), release(nonMated)];
  const { calibration } = model;
  const isDrowned = released.some((counts) => totalOf(counts) < ENOUGH * sigma * Math.sqrt(BINS));
  if (isDrowned) return calibration;
  const [own, others] = released.map((counts) => withoutNoise(counts, sigma));
  const line = own && others && fitLine(own, others);
  if (line === undefined) return calibration;
  const [usual, , before] = calibration.same;
  const slope = usual * Math.min(MOST_CHANGE, Math.max(1 / MOST_CHANGE, line[0] / usual));
  const offset = before + Math.min(MOST_CHANGE, Math.max(-MOST_CHANGE, line[1] - before));
  const scaled = ([a, b, c, d]: Calibration): Calibration => [(a * slope) / usual, (b * slope) / usual, c, d];
  const [a, b, , d] = scaled(calibration.same);
  return { same: [a, b, offset, d], one: scaled(calibration.one), several: scaled(calibration.several) };
}

/** Every other window enrolled, five at most; the rest compared with that and with somebody drawn who is as well known. */
function ratiosOf(
  table: WindowsTable,
  rows: readonly number[],
  { model, random }: { readonly model: PldaModel; readonly random: Random },
): { readonly mated: readonly number[]; readonly nonMated: readonly number[] } {
  const look = (row: number): Float64Array =>
    latentOf(model, Float64Array.from(table.values.subarray(row * table.columns, (row + 1) * table.columns)));
  const sizeOf = (row: number): number => table.size[row] ?? 1;
  const enrolled = rows.filter((_, i) => i % 2 === 0).slice(0, ENROLLED);
  const open = enrolled.reduce((sum, row) => addWindow(sum, look(row), sizeOf(row)), noSitting(model.scale.length));
  const known = expect(model, { ...noPerson(model), open }, true);
  const drawn = known.variance.map((own, k) => {
    const apart = (model.between[k] ?? 0) + (model.sitting[k] ?? 0) - own;
    return Math.sqrt(Math.max(0, apart)) * gaussian(random);
  });
  const probes = rows
    .filter((_, i) => i % 2 === 1)
    .map((row) => addWindow(noSitting(model.scale.length), look(row), sizeOf(row)));
  return {
    mated: probes.map((probe) => rawLlr(model, known, probe)),
    nonMated: probes.map((probe) => rawLlr(model, { ...known, mean: drawn }, probe)),
  };
}

/** Of a person's ratios together: a sum of one. */
function histogram(ratios: readonly number[]): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const ratio of ratios) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor((ratio - LOWEST) / WIDTH)));
    counts[bin] = (counts[bin] ?? 0) + 1 / ratios.length;
  }
  return counts;
}

/** Logistic regression on the bins, mated and non-mated alike in weight; undefined where noise has left too little. */
function fitLine(mated: Float64Array, nonMated: Float64Array): readonly [number, number] | undefined {
  if (totalOf(mated) < 10 || totalOf(nonMated) < 10) return undefined;
  const rows = [...mated.keys(), ...nonMated.keys()].map((bin) => [LOWEST + WIDTH * (bin + 0.5), 1]);
  const labels = rows.map((_, i) => (i < BINS ? 1 : 0));
  const weights = rows.map((_, i) =>
    i < BINS ? (mated[i] ?? 0) / totalOf(mated) / 2 : (nonMated[i - BINS] ?? 0) / totalOf(nonMated) / 2,
  );
  const [slope = 0, offset = 0] = fitLogistic(rows, labels, weights);
  return slope > 0.01 && Number.isFinite(offset) ? [slope, offset] : undefined;
}

function totalOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function withoutNoise(counts: Float64Array, sigma: number): Float64Array {
  const sure = counts.map((count) => Math.max(0, count - CUT_OFF * sigma));
  const anywhere = (ANYWHERE * totalOf(sure)) / counts.length;
  return sure.map((count) => count + anywhere);
}
