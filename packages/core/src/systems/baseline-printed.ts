import type { MeanOfLastTen } from "../trust/mean-of-last-ten.ts";
import { baseline, compareForest, forestLlr } from "./baseline.ts";
import type { System } from "./system.ts";
import type { WindowState } from "./window-segmenter.ts";

/** Returns the tutorial's confidence for a score: the larger of the two class probabilities, so never below 0.5. */
export function printedConfidence(score: number): number {
  return Math.max(score, 1 - score);
}

/**
 * The tutorial as it was printed, for measuring what its mistake costs and for nothing else: as `baseline`, but the mean of the
 * last ten confidences is compared with 0.7. It accepts whoever the forest is sure about, the impostor included.
 */
export const baselinePrinted: System<WindowState, MeanOfLastTen> = {
  ...baseline,
  name: "baseline-printed",
  compare(reference, probe) {
    const evidence = compareForest(reference, probe, "baseline-printed@1");
    if (evidence.kind === "noEvidence") return evidence;
    const score = printedConfidence(evidence.score);
    return { ...evidence, score, llr: forestLlr(score) };
  },
};
