import { windowVector } from "../../features/pointer/strokes/window-vector.ts";
import { gaussianise, KNOTS } from "../plda/gaussianise.ts";

/** What a window is compared by: everything, or only what no device should change. */
export const POINTER_BRANCHES = ["full", "behaviour"] as const;
export type PointerBranch = (typeof POINTER_BRANCHES)[number];

/**
 * Person, sitting and window as independent normal variables per dimension, scaled so that sitting + window variance is 1.
 * The projection is one byte per number.
 */
export interface PointerSpace {
  readonly branch: PointerBranch;
  /** Indices of the window vector that are used. */
  readonly values: Uint16Array;
  /** Value by value, `scale.length` each. */
  readonly projection: Int8Array;
  readonly scale: Float32Array;
  readonly between: Float32Array;
  readonly sitting: Float32Array;
  /** Calibrated = slope x raw + offset. */
  readonly calibration: readonly [slope: number, offset: number];
}

/** How long a window is: so many strokes, or pieces of so many events. */
export interface WindowLength {
  readonly unit: "strokes" | "events";
  readonly count: number;
}

/** Windows of one length. */
export interface PointerScale {
  readonly length: WindowLength;
  /** 9 per value of the window vector, ascending. */
  readonly knots: Float32Array;
  /** Of the Gaussianised values. */
  readonly mean: Float32Array;
  readonly spaces: readonly PointerSpace[];
}

/** People in general, as far as their pointers tell. */
export interface PointerModel {
  /** Identifies the background: references of another one are never compared. */
  readonly id: string;
  /** Shortest windows first. */
  readonly scales: readonly PointerScale[];
}

/** Returns the Gaussianised, centred values of a window. */
export function placeWindow(scale: Pick<PointerScale, "knots" | "mean">, sums: Float64Array): Float64Array {
  const vector = windowVector(sums);
  for (let i = 0; i < vector.length; i += 1)
    vector[i] = gaussianise(vector[i] ?? Number.NaN, scale.knots, i * KNOTS) - (scale.mean[i] ?? 0);
  return vector;
}

/** Returns where a placed window lies in a space. Half length normalisation steadies windows that are odd in every respect. */
export function pointerLatent(space: PointerSpace, placed: Float64Array): Float64Array {
  return halfNormalised(plainLatent(space, placed), space.between);
}

/** Returns where a placed window lies in a space, however far out that is: what comes from another kind of device may lie far. */
export function plainLatent({ values, projection, scale }: PointerSpace, placed: Float64Array): Float64Array {
  const dimensions = scale.length;
  const latent = new Float64Array(dimensions);
  for (let f = 0; f < values.length; f += 1) {
    const value = placed[values[f] ?? 0] ?? 0;
    const row = f * dimensions;
    for (let k = 0; k < dimensions; k += 1) latent[k] = (latent[k] ?? 0) + value * (projection[row + k] ?? 0);
  }
  for (let k = 0; k < dimensions; k += 1) latent[k] = (latent[k] ?? 0) * (scale[k] ?? 0);
  return latent;
}

export function halfNormalised(latent: Float64Array, between: ArrayLike<number>): Float64Array {
  let length = 0;
  for (let k = 0; k < latent.length; k += 1) length += (latent[k] ?? 0) ** 2 / (1 + (between[k] ?? 0));
  const shrink = (length / latent.length) ** 0.25;
  if (shrink > 0) for (let k = 0; k < latent.length; k += 1) latent[k] = (latent[k] ?? 0) / shrink;
  return latent;
}
