import { type Person, precisionOf, type SittingSum } from "./person.ts";
import type { Calibration, PldaModel } from "./plda-model.ts";

/**
 * Share of comparisons that are not what the model takes them for: somebody ill, on a strange keyboard, lending a hand. It bounds
 * every likelihood ratio, at 199 to 1 either way, so that the sitting in which a model is wrong does not end in certainty.
 */
export const LAPSE = 0.005;
const LIMIT = 20;

/** What is expected of one more look at a person, per dimension: normal with this mean and variance, before window noise. */
export interface Expected {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly calibration: Calibration;
}

/**
 * Returns what the model expects of a sitting of this person. `same`: the sitting is the reference's open one, so its own
 * offset is known in part; else the person alone is known and the sitting's offset is open.
 */
export function expect(model: PldaModel, person: Person, same: boolean): Expected {
  const { between, sitting, calibration } = model;
  const dimensions = between.length;
  const precision = new Float64Array(dimensions);
  for (const windows of person.sittings) {
    const own = precisionOf(model, windows);
    for (let k = 0; k < dimensions; k += 1) precision[k] = (precision[k] ?? 0) + (own[k] ?? 0);
  }
  const { open } = person;
  const mean = new Float64Array(dimensions);
  const variance = new Float64Array(dimensions);
  const openPrecision = open.windows > 0 ? precisionOf(model, open.windows) : undefined;
  for (let k = 0; k < dimensions; k += 1) {
    const s = sitting[k] ?? 0;
    let total = 1 / Math.max(1e-6, between[k] ?? 0) + (precision[k] ?? 0);
    let weighted = person.weighted[k] ?? 0;
    const seen = open.windows > 0 ? (open.sum[k] ?? 0) / open.windows : 0;
    if (!same && openPrecision !== undefined) {
      total += openPrecision[k] ?? 0;
      weighted += seen * (openPrecision[k] ?? 0);
    }
    let m = weighted / total;
    let v = 1 / total + s;
    if (same && open.windows > 0) {
      const noise = (1 - s) / open.windows;
      const gain = v / (v + noise);
      m += gain * (seen - m);
      v *= 1 - gain;
    }
    mean[k] = m;
    variance[k] = v;
  }
  const sittings = person.sittings.length + (open.windows > 0 ? 1 : 0);
  return {
    mean,
    variance,
    calibration: same ? calibration.same : sittings > 1 ? calibration.several : calibration.one,
  };
}

/** Log-likelihood ratio (nats) of a probe against anybody from the background, not calibrated. */
export function rawLlr(model: PldaModel, expected: Expected, { sum, windows }: SittingSum): number {
  const { between, sitting } = model;
  let llr = 0;
  let ratio = 1;
  for (let k = 0; k < sum.length; k += 1) {
    const x = (sum[k] ?? 0) / windows;
    const s = sitting[k] ?? 0;
    const noise = (1 - s) / windows;
    const anybody = (between[k] ?? 0) + s + noise;
    const owner = (expected.variance[k] ?? 0) + noise;
    const off = x - (expected.mean[k] ?? 0);
    llr += (x * x) / anybody - (off * off) / owner;
    ratio *= owner / anybody;
    if (ratio < 1e-200) {
      llr -= Math.log(ratio);
      ratio = 1;
    }
  }
  return (llr - Math.log(ratio)) / 2;
}

/** Calibrated log-likelihood ratio (nats, within +-20) of a probe of one sitting, should this be no lapse. */
export function compareSitting(model: PldaModel, expected: Expected, probe: SittingSum): number {
  if (probe.windows === 0) return 0;
  return calibrate(expected.calibration, rawLlr(model, expected, probe), probe.windows);
}

export function calibrate([a, b, c, d]: Calibration, raw: number, windows: number): number {
  const log = Math.log(Math.max(0.2, windows));
  return Math.min(LIMIT, Math.max(-LIMIT, Math.max(0.01, a + b * log) * raw + c + d * log));
}

/** The likelihood ratio (nats) when a share `LAPSE` of comparisons says the contrary; monotone, within +-5.3. */
export function boundByLapse(llr: number): number {
  const ratio = Math.exp(llr);
  return Math.log(((1 - LAPSE) * ratio + LAPSE) / (1 - LAPSE + LAPSE * ratio));
}

/**
 * Slope of the raw ratio per dimension half way between nobody in particular (0) and `latent`: the ratio is quadratic, so that
 * slope times latent, summed, is exactly what tells this window from an average one.
 */
export function slopeTo(model: PldaModel, expected: Expected, latent: Float64Array, windows: number): Float64Array {
  return latent.map((x, k) => {
    const s = model.sitting[k] ?? 0;
    const noise = (1 - s) / windows;
    const anybody = (model.between[k] ?? 0) + s + noise;
    return x / 2 / anybody - (x / 2 - (expected.mean[k] ?? 0)) / ((expected.variance[k] ?? 0) + noise);
  });
}
