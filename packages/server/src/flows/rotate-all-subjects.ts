import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { KeyError } from "../keys/key-provider.ts";
import { rotateSubjectKey } from "./rotate-subject-key.ts";

export interface SubjectPlace {
  readonly application: string;
  readonly subject: string;
}
export interface RotateAllSubjects {
  readonly actor: string;
  /** Goes on behind this one. */
  readonly after?: SubjectPlace | undefined;
}
export interface RotatedSubjects {
  readonly rotated: number;
  /** Subjects whose data key does not open. */
  readonly damaged: number;
  /** Where to go on; null when all are done. */
  readonly next: SubjectPlace | null;
}

/** A call ends after so long, so that whoever asked can tell how far it is and ask on. */
const CALL_MS = 2_000;
const LOT = 50;

/** Gives every subject of every application a new data key, as many as there is time for. */
export async function rotateAllSubjects(deps: Deps, { actor, after }: RotateAllSubjects): Promise<RotatedSubjects> {
  const until = performance.now() + CALL_MS;
  let [rotated, damaged] = [0, 0];
  for (let next = after; ; ) {
    const rows = await deps.storage.wrappedKeys(next, LOT);
    for (const { application, subject } of rows) {
      if (performance.now() > until && next !== after) return { rotated, damaged, next: next ?? null };
      try {
        await rotateSubjectKey(deps, { application, subject, actor });
        rotated += 1;
      } catch (error) {
        if (error instanceof KeyError && error.code !== "keysUnavailable") damaged += 1;
        else if (!(error instanceof ServiceError && error.code === "unknown-subject")) throw error; // erased meanwhile
      }
      next = { application, subject };
    }
    if (rows.length < LOT) return { rotated, damaged, next: null };
  }
}
