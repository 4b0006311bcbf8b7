import type { Policy } from "./policy.ts";

/**
 * For the system `habitus`, on the probability of the owner. Set on people and sittings that nothing was learnt from (Monaco free
 * text, five folds, enrolled from three sittings): at `stepUpBelow` about one false challenge in 14,000 keystrokes.
 */
export const habitusPolicy: Policy = {
  name: "habitus",
  version: 2,
  minimumScores: 1,
  observeBelow: 0.8,
  continueFrom: 0.84,
  stepUpBelow: 0.5,
  /** Somebody else is the likelier one by 9 to 1. */
  lockBelow: 0.1,
  /** A lock is never the work of one or two windows. */
  lockScores: 3,
};

/** The tutorial's rule, made a policy. */
export const baselinePolicy: Policy = {
  name: "baseline",
  version: 1,
  /** The tutorial's rule is on the mean of ten: fewer windows share too many of their keystrokes. */
  minimumScores: 10,
  /** A little above the step-up: the application may watch before it asks. */
  observeBelow: 0.75,
  /** As far above `observeBelow` as the step-up lies below it. */
  continueFrom: 0.8,
  /** The tutorial's threshold on the mean of the last ten scores. */
  stepUpBelow: 0.7,
  /** The other people's model is then the likelier one by 3 to 2, on average over the whole memory. */
  lockBelow: 0.4,
  /** The whole memory of the trust model must be about whoever is there now. */
  lockScores: 10,
};
