import type { CrossModel, Spread } from "./cross-check.ts";

/**
 * What calibrated log-likelihood ratios look like that tell people apart by `d` standard deviations: normal, half of d squared
 * to either side. How far apart they are does not matter for the answer, as long as they are calibrated.
 */
function calibrated(d: number): Spread {
  return { ownMean: (d * d) / 2, otherMean: -(d * d) / 2, deviation: d };
}

/**
 * How keyboard and pointer of one person go together: independent, given who it is. An assumption, not a measurement: no public set
 * holds both of the same people at the same time, so no dependence could be learnt. That is why it says so little.
 */
export const calibratedCross: CrossModel = { keystroke: calibrated(2), pointer: calibrated(1.5), correlation: 0 };
