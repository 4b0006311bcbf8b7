import { CoreError, type Reference, type System } from "@habitus/core";
import type { Secrets } from "../keys/secrets.ts";
import { isOfRunning } from "./remake-reference.ts";

/** In which form the references of a subject are stored. */
export interface StoredForm {
  readonly protect: (reference: Reference) => Reference;
  /** Returns what may be compared; undefined for a reference of another background, form or key, which must be made anew. */
  readonly open: (stored: Reference) => Reference | undefined;
}
/** Returns the form of a subject's references. */
export type StoredForms = (application: string, subject: string) => StoredForm;

/**
 * Returns how references are stored: as the system made them, or, with a `generation` of 1 or more, as codes under a key that depends on
 * the root secret, the subject, the application and the generation (ISO/IEC 24745). Another generation renews all of them: each is
 * made anew from stored feature sets when it is first needed.
 */
export function storedForms({
  system,
  secrets,
  generation,
}: {
  readonly system: System;
  readonly secrets: Secrets;
  readonly generation: number;
}): StoredForms {
  const { protection } = system;
  if (generation === 0 || protection === undefined) return () => asMade(system);
  return (application, subject) => {
    const key = (): Uint8Array =>
      secrets.derive(`reference|${generation}|${application.length}:${application}|${subject}`, 32);
    return {
      protect: (reference) => protection.protect(reference, key()),
      open(stored) {
        try {
          return protection.open(stored, key());
        } catch (error) {
          if (error instanceof CoreError) return undefined;
          throw error;
        }
      },
    };
  };
}

export function asMade(system: System): StoredForm {
  return { protect: (reference) => reference, open: (stored) => (isOfRunning(system, stored) ? stored : undefined) };
}
