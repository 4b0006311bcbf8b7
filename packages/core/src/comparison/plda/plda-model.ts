import { gaussianise, KNOTS } from "./gaussianise.ts";

/** Numbers of the projection are whole, from -31 to 31: finer ones hardly tell people apart better, coarser ones worse. */
export const MOST_STEPS = 31;

/**
 * A two-covariance model of people with sittings between person and window (probabilistic linear discriminant analysis,
 * Brümmer & de Villiers 2010; sittings as in joint factor analysis): latent = person + sitting + window, each normal and
 * independent per dimension. Scaled so that sitting + window variance is 1.
 */
export interface PldaModel {
  /** Identifies the background: references of another one are never compared. */
  readonly id: string;
  /** `name@version` of the extractor whose values it reads. */
  readonly extractor: string;
  /** Keystrokes (or strokes) of the windows it was learnt from: what counts as one window. */
  readonly unit: number;
  /** Indices of the features that are used. */
  readonly features: Uint16Array;
  /** 9 per feature, ascending. */
  readonly knots: Float32Array;
  /** Of the Gaussianised features. */
  readonly mean: Float32Array;
  /** Feature by feature, `dimensions` each, -31 to 31. */
  readonly projection: Int8Array;
  /** Per dimension: what a step of `projection` is worth. */
  readonly scale: Float32Array;
  /** Variance between people, and between sittings of one person; that of windows is 1 - sitting. */
  readonly between: Float32Array;
  readonly sitting: Float32Array;
  readonly calibration: PldaCalibration;
}

/** Logistic calibration of the log-likelihood ratio for a probe of m windows: (a + b ln m) llr + c + d ln m. */
export type Calibration = readonly [scale: number, scaleByLog: number, offset: number, offsetByLog: number];

export interface PldaCalibration {
  /** Probe and reference from one sitting. */
  readonly same: Calibration;
  /** Reference of one sitting, and of two or more; probe from another sitting. */
  readonly one: Calibration;
  readonly several: Calibration;
}

/**
 * Returns where feature values lie in the model's space. Half length normalisation (the fourth root of the mean squared
 * standardised length) steadies windows that are odd in every respect.
 */
export function latentOf(model: PldaModel, values: Float64Array): Float64Array {
  const { between } = model;
  const latent = projectOn(model, values);
  const length = latent.reduce((sum, value, k) => sum + (value * value) / (1 + (between[k] ?? 0)), 0);
  const shrink = (length / latent.length) ** 0.25;
  return shrink > 0 ? latent.map((value) => value / shrink) : latent;
}

/** Returns where feature values lie before their length is normalised. */
export function projectOn(model: PldaModel, values: ArrayLike<number>): Float64Array {
  const { features, knots, mean, projection, scale } = model;
  const dimensions = scale.length;
  const latent = new Float64Array(dimensions);
  const gauss = new Float64Array(features.length + 3); // zeros beyond the end, so that features go four by four
  for (let f = 0; f < features.length; f += 1)
    gauss[f] = gaussianise(values[features[f] ?? 0] ?? Number.NaN, knots, f * KNOTS) - (mean[f] ?? 0);
  for (let f = 0; f < features.length; f += 4) {
    const [a = 0, b = 0, c = 0, e = 0] = [gauss[f], gauss[f + 1], gauss[f + 2], gauss[f + 3]];
    const row = f * dimensions;
    for (let k = 0; k < dimensions; k += 1) {
      const at = row + k;
      latent[k] =
        (latent[k] ?? 0) +
        a * (projection[at] ?? 0) +
        b * (projection[at + dimensions] ?? 0) +
        c * (projection[at + 2 * dimensions] ?? 0) +
        e * (projection[at + 3 * dimensions] ?? 0);
    }
  }
  for (let k = 0; k < dimensions; k += 1) latent[k] = (latent[k] ?? 0) * (scale[k] ?? 0);
  return latent;
}

/** What each feature contributes to sum over k of `gradient[k] * latent[k]`, in the order of `model.features`. */
export function attribute(model: PldaModel, values: Float64Array, gradient: Float64Array): Float64Array {
  const { features, knots, mean, projection, scale } = model;
  const dimensions = scale.length;
  const weighted = gradient.map((value, k) => value * (scale[k] ?? 0));
  return Float64Array.from(features, (feature, f) => {
    let weight = 0;
    const row = f * dimensions;
    for (let k = 0; k < dimensions; k += 1) weight += (weighted[k] ?? 0) * (projection[row + k] ?? 0);
    return weight * (gaussianise(values[feature] ?? Number.NaN, knots, f * KNOTS) - (mean[f] ?? 0));
  });
}
