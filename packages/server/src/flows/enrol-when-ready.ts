import { isEnrolmentDue } from "@habitus/core";
import type { Deps } from "../deps.ts";
import type { LiveSession } from "../live/live-session.ts";
import { isOpeningDue } from "../live/profiles.ts";
import type { SubjectState } from "../live/subjects.ts";
import { enrolSubject } from "./enrol.ts";
import { isRenewalDue, renewSupport } from "./renew-support.ts";

const running = new WeakSet<SubjectState>();

/**
 * Starts an enrolment after this turn when the samples suffice, or have doubled since the last one; else, when the reference has
 * grown old, what supports it is learnt anew.
 */
export function enrolWhenReady(deps: Deps, { subject, session, state }: LiveSession): void {
  if (running.has(subject) || subject.erased) return;
  const { opening } = state;
  if (opening !== undefined && isOpeningDue(deps.system, opening)) {
    opening.tried = opening.windows;
    start(deps, subject, () => enrolSubject(deps, subject, { actor: "habitus", session, opens: opening.since }));
  } else if (isDue(deps, subject)) start(deps, subject, () => enrolSubject(deps, subject, { actor: "habitus" }));
  else if (isRenewalDue(deps, subject)) start(deps, subject, () => renewSupport(deps, subject));
}

/** Closes a profile, should it have been opened by then. */
export function enrolWithout(deps: Deps, subject: SubjectState, closes: number): void {
  start(deps, subject, async () => {
    await subject.turn.run(() => undefined); // one that opens it may be under way
    if (subject.profiles.some(({ since }) => since === closes))
      await enrolSubject(deps, subject, { actor: "habitus", closes });
  });
}

function start(deps: Deps, subject: SubjectState, work: () => Promise<unknown>): void {
  running.add(subject);
  setImmediate(() => {
    work()
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
  return !erased && isEnrolmentDue(system, { samples, learnt: reference?.reference.samples, enrolFrom });
}
