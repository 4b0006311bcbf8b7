import type { TrustReading } from "../trust/trust.ts";
import type { Band, Policy } from "./policy.ts";

/** Returns the coarse reading of trust: `low` where a step-up is due, `medium` where the application is asked to watch. */
export function band(policy: Policy, { value, scores }: TrustReading): Band {
  if (value === undefined || scores < policy.minimumScores) return "none";
  if (value < policy.stepUpBelow) return "low";
  return value < policy.observeBelow ? "medium" : "high";
}
