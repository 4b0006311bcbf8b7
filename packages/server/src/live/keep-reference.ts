import type { Enrolment, System } from "@habitus/core";
import type { GroupCommit } from "../storage/group-commit.ts";
import { systemId } from "./live-state.ts";
import { encodeReference } from "./records.ts";
import type { ActiveReference, SubjectState } from "./subjects.ts";

export interface KeepDeps {
  readonly commits: GroupCommit;
  readonly system: System;
  readonly now: () => number;
}

/** Seals the reference as the subject's next version, audits it, and makes it the active one. */
export async function keepReference(
  { commits, system: running, now }: KeepDeps,
  state: SubjectState,
  { reference, report }: Enrolment,
  actor: string,
): Promise<ActiveReference> {
  const { application, subject } = state;
  const version = state.lastVersion + 1;
  const at = now();
  const { heldOut, heldOutAccuracy = null } = report;
  const system = systemId(running);
  const { samples, comparator } = reference;
  const sealed = state.seal("reference", String(version), encodeReference({ reference, heldOut, heldOutAccuracy }));
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
  ]);
  state.lastVersion = version;
  state.enrolledSince ??= at;
  state.reference = { version, reference, enrolledAt: at };
  return state.reference;
}
