import type { PldaModel } from "./plda-model.ts";

/** Sum of latents of the windows of one sitting, and how many windows they are worth (fractions for shorter ones). */
export interface SittingSum {
  readonly sum: Float64Array;
  readonly windows: number;
}

/**
 * A person as the model knows it. Sittings that ended are one weighted sum, whatever their number: sum over sittings of
 * mean / (sitting + window / n), per dimension. All is additive: to learn is to add, to forget is to subtract.
 */
export interface Person {
  readonly weighted: Float64Array;
  /** Windows of each ended sitting, oldest first. */
  readonly sittings: readonly number[];
  readonly open: SittingSum;
}

export function noPerson({ scale }: PldaModel): Person {
  return { weighted: new Float64Array(scale.length), sittings: [], open: noSitting(scale.length) };
}

export function noSitting(dimensions: number): SittingSum {
  return { sum: new Float64Array(dimensions), windows: 0 };
}

/** Adds a window; `weight` is its size in units of the model (0.5 = half as many keystrokes). */
export function addWindow({ sum, windows }: SittingSum, latent: Float64Array, weight: number): SittingSum {
  return { sum: sum.map((value, k) => value + weight * (latent[k] ?? 0)), windows: windows + weight };
}

/** Ends the open sitting: what it showed becomes part of the person, weighted by what one sitting can tell. */
export function closeSitting(model: PldaModel, { weighted, sittings, open }: Person): Person {
  if (open.windows === 0) return { weighted, sittings, open };
  const precision = precisionOf(model, open.windows);
  return {
    weighted: weighted.map((value, k) => value + ((open.sum[k] ?? 0) / open.windows) * (precision[k] ?? 0)),
    sittings: [...sittings, open.windows],
    open: noSitting(open.sum.length),
  };
}

/** How much one sitting of so many windows says about the person, per dimension: 1 / (sitting + window / n). */
export function precisionOf({ sitting }: PldaModel, windows: number): Float64Array {
  return Float64Array.from(sitting, (s) => 1 / (s + (1 - s) / windows));
}
