import type { Deps } from "../deps.ts";
import type { LiveSession } from "../live/live-session.ts";
import type { SubjectState } from "../live/subjects.ts";
import { enrolSubject } from "./enrol.ts";

const running = new WeakSet<SubjectState>();

/** Starts an enrolment after this turn when the samples suffice, or have doubled since the last one. */
export function enrolWhenReady(deps: Deps, { subject }: LiveSession): void {
  if (running.has(subject) || !isDue(deps, subject)) return;
  running.add(subject);
  setImmediate(() => {
    enrolSubject(deps, subject, "habitus")
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
