import type { Deps } from "../deps.ts";
import type { LiveSession } from "../live/live-session.ts";
import type { SubjectState } from "../live/subjects.ts";
import { enrolSubject } from "./enrol.ts";
import { isRenewalDue, renewSupport } from "./renew-support.ts";

const running = new WeakSet<SubjectState>();

/**
 * Starts an enrolment after this turn when the samples suffice, or have doubled since the last one; else, when the reference has
 * grown old, what supports it is learnt anew.
 */
export function enrolWhenReady(deps: Deps, { subject }: LiveSession): void {
  if (running.has(subject)) return;
  const enrols = isDue(deps, subject);
  if (!enrols && !isRenewalDue(deps, subject)) return;
  running.add(subject);
  setImmediate(() => {
    const work: Promise<unknown> = enrols ? enrolSubject(deps, subject, "habitus") : renewSupport(deps, subject);
    work
      .catch((error: unknown) => {
        subject.enrolFrom = subject.samples + 10;
        deps.metrics.failures.inc({ where: "enrol" });
        deps.log.warn(
          { error: error instanceof Error ? error.name : "unknown" },
          "an enrolment failed; it is tried again",
        );
      })
      .finally(() => running.delete(subject));
  });
}

function isDue({ system }: Deps, { samples, reference, enrolFrom, erased }: SubjectState): boolean {
  if (erased || samples < enrolFrom) return false;
  if (reference === undefined) return samples >= system.sufficientSamples;
  return samples >= 2 * reference.reference.samples;
}
