import type { System } from "./system.ts";

/** How much is learnt from, and when: the same at a service and on a device. */

/** Feature sets of typing and pointing that are kept of a subject. */
export const SAMPLES_KEPT = 400;
/** Of each of what supports them: windows of usage, of touch. */
export const SUPPORT_KEPT = 200;
/** So many of one session are learnt from: what makes a habit is days, not hours. */
export const SUPPORT_OF_SESSION = 10;
/** The newest evidence of a session that is remembered. */
export const EVIDENCE_KEPT = 20;

/**
 * Whether a reference is to be made: there are enough samples, or twice as many as the last one was made of. `enrolFrom`: after an attempt
 * not again before there are so many; `learnt`: samples of the reference there is.
 */
export function isEnrolmentDue(
  { sufficientSamples }: Pick<System, "sufficientSamples">,
  {
    samples,
    learnt,
    enrolFrom,
  }: { readonly samples: number; readonly learnt: number | undefined; readonly enrolFrom: number },
): boolean {
  return samples >= enrolFrom && samples >= (learnt === undefined ? sufficientSamples : 2 * learnt);
}
