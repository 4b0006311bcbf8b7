import type { Enrolment, System } from "@habitus/core";
import type { GroupCommit } from "../storage/group-commit.ts";
import { systemId } from "./live-state.ts";
import { type EnrolledProfile, encodeReference } from "./records.ts";
import type { ActiveReference, SubjectState } from "./subjects.ts";

export interface KeepDeps {
  readonly commits: GroupCommit;
  readonly system: System;
  readonly now: () => number;
}

export interface KeptBy {
  readonly actor: string;
  /** The session in which a profile was opened. */
  readonly session?: string | undefined;
}

/** Seals the reference as the subject's next version, audits it and what profiles it opens and closes, and makes it the active one. */
export async function keepReference(
  { commits, system: running, now }: KeepDeps,
  state: SubjectState,
  { reference, report }: Enrolment,
  { actor, session }: KeptBy,
): Promise<ActiveReference> {
  const { application, subject } = state;
  const version = state.lastVersion + 1;
  const at = now();
  const { heldOut, heldOutAccuracy = null, profiles = [] } = report;
  const system = systemId(running);
  const stored = state.storedForm.protect(reference);
  const { samples, comparator } = stored;
  const sealed = state.seal(
    "reference",
    String(version),
    encodeReference({ reference: stored, heldOut, heldOutAccuracy, profiles }),
  );
  await commits.submit([
    {
      kind: "addReference",
      row: { application, subject, version, system, samples, enrolledAt: at, active: true, sealed },
    },
    {
      kind: "audit",
      application,
      draft: {
        at,
        action: "subject.enrolled",
        actor,
        subject,
        session: null,
        detail: { version, system, comparator, samples, background: report.nonMated },
      },
    },
    ...changedProfiles(state.profiles, profiles).map(({ action, since }) => ({
      kind: "audit" as const,
      application,
      draft: { at, action, actor, subject, session: session ?? null, detail: { version, since } },
    })),
  ]);
  state.lastVersion = version;
  state.enrolledSince ??= at;
  state.profiles = profiles;
  // What is compared from now on is what a later start would read.
  state.reference = { version, reference: state.storedForm.open(stored) ?? reference, enrolledAt: at };
  return state.reference;
}

/** What there was not before was opened, what there is no more was closed; with the first reference, and without profiles, neither. */
function changedProfiles(before: readonly EnrolledProfile[], after: readonly EnrolledProfile[]) {
  if (before.length === 0 || after.length === 0) return [];
  const lacks = (those: readonly EnrolledProfile[], { since }: EnrolledProfile): boolean =>
    !those.some((one) => one.since === since);
  const opened = after.filter((one) => lacks(before, one)).map(({ since }) => ({ action: "profile.opened", since }));
  const closed = before.filter((one) => lacks(after, one)).map(({ since }) => ({ action: "profile.closed", since }));
  return [...opened, ...closed];
}
