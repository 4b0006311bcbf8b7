import type { Modality } from "../events/segment.ts";

/**
 * The second waist: all that is concluded becomes a calibrated log-likelihood ratio with its source.
 * Natural log; higher = more likely the enrolled subject; 0 = the window says nothing.
 */
export interface Evidence {
  readonly kind: "evidence";
  readonly llr: number;
  /**
   * The same question asked of this sitting alone: is it still who typed before in it? Log-likelihood ratio against anybody else;
   * missing where the system does not follow sittings. It finds a take-over, and says nothing about who began the sitting.
   */
  readonly sittingLlr?: number;
  /** It adds to what is known and is never enough by itself: trust does not count it as a score, so nothing is decided on it alone. */
  readonly supporting?: true;
  /** The comparator's own score behind it, for rules that are stated on scores (the tutorial's session rule). */
  readonly score: number;
  /** `name@version` of the system that gave it. */
  readonly source: string;
  readonly modalities: readonly Modality[];
  /** 0 to 1: how complete the sample was. */
  readonly quality: number;
  readonly startedAt: number;
  readonly at: number;
  readonly keystrokes: number;
  readonly pointerEvents: number;
  /** Features that spoke loudest, largest share first; shares are signed like the llr. */
  readonly contributions: readonly Contribution[];
}

export interface Contribution {
  readonly feature: string;
  readonly share: number;
}

export const NO_EVIDENCE_REASONS = ["notEnrolled", "failureToAcquire", "outdatedReference"] as const;
/** A typed absence: there is no number when there is no answer. */
export interface NoEvidence {
  readonly kind: "noEvidence";
  readonly reason: (typeof NO_EVIDENCE_REASONS)[number];
  readonly at: number;
}
