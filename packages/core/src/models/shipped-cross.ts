import type { CrossModel, Spread } from "../evidence/cross-check.ts";

/**
 * What calibrated log-likelihood ratios look like that tell people apart by `d` standard deviations: normal, half of d squared
 * to either side. How far apart they are does not matter for the answer, as long as they are calibrated.
 */
function calibrated(d: number): Spread {
  return { ownMean: (d * d) / 2, otherMean: -(d * d) / 2, deviation: d };
}

/**
 * How keyboard and pointer of one person go together: independent, given who it is. No public set holds both of the same people
 * at the same time, so no dependence could be learnt; 0.02 on simulated people, of whom typing and pointing are drawn apart.
 */
export const shippedCross: CrossModel = { keystroke: calibrated(2), pointer: calibrated(1.5), correlation: 0 };
