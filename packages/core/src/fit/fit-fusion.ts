import type { FusionWeights } from "../evidence/fuse.ts";
import { fitLogistic } from "./fit-logistic.ts";

/** One comparison: what each part said of it, and whether it was the person. */
export interface FusionTrial {
  readonly llrs: readonly number[];
  readonly mated: boolean;
}

const FEWEST_OF_A_KIND = 20;

/**
 * Learns what each part weighs from comparisons of background people in which all parts spoke (logistic regression, mated and
 * non-mated weighing alike). A weight that comes out below 0 or above 1 is put there and the others are fitted again. Throws
 * RangeError for fewer than 20 comparisons of either kind.
 */
export function fitFusion(trials: readonly FusionTrial[]): FusionWeights {
  const mated = trials.filter((trial) => trial.mated).length;
  const nonMated = trials.length - mated;
  if (mated < FEWEST_OF_A_KIND || nonMated < FEWEST_OF_A_KIND)
    throw new RangeError(`fusion needs ${FEWEST_OF_A_KIND} comparisons of either kind, got ${mated} and ${nonMated}`);
  const parts = trials[0]?.llrs.length ?? 0;
  const labels = trials.map((trial) => (trial.mated ? 1 : 0));
  const importance = trials.map((trial) => 0.5 / (trial.mated ? mated : nonMated));
  const held = new Map<number, number>();
  for (;;) {
    const open = Array.from({ length: parts }, (_, i) => i).filter((i) => !held.has(i));
    const rows = trials.map(({ llrs }) => [...open.map((i) => llrs[i] ?? 0), 1]);
    const fixed = trials.map(({ llrs }) => [...held].reduce((sum, [i, weight]) => sum + weight * (llrs[i] ?? 0), 0));
    const found = fitLogistic(rows, labels, importance, fixed);
    const outside = open.filter((_, k) => (found[k] ?? 0) < 0 || (found[k] ?? 0) > 1);
    if (outside.length === 0) {
      const weights = Array.from({ length: parts }, (_, i) => held.get(i) ?? found[open.indexOf(i)] ?? 0);
      return { weights, offset: found[open.length] ?? 0 };
    }
    for (const i of outside) held.set(i, (found[open.indexOf(i)] ?? 0) < 0 ? 0 : 1);
  }
}
