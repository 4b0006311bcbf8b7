import type { Policy } from "./policy.ts";

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
