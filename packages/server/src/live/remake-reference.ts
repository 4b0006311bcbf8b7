import { createRandom, type Reference, type System } from "@habitus/core";
import type { Storage } from "../storage/storage.ts";
import { mayKeep } from "./consent.ts";
import { type KeepDeps, keepReference } from "./keep-reference.ts";
import { profilesOf } from "./profiles.ts";
import { enrolmentSeed, readSamples } from "./stored-samples.ts";
import type { SubjectState } from "./subjects.ts";

/** Whether the running system may compare with it: one that was made with another background must be made anew. */
export function isOfRunning({ comparator }: Pick<System, "comparator">, reference: Reference): boolean {
  return comparator === undefined || reference.comparator === comparator();
}

/**
 * Makes the reference anew from the subject's stored feature sets, before anybody compares with it. Without consent, or where too
 * little is stored, there is none until enough is known again.
 */
export async function remakeReference(
  deps: KeepDeps & { readonly storage: Storage },
  state: SubjectState,
): Promise<void> {
  if (!mayKeep(state)) return;
  const samples = await readSamples(deps, state);
  const random = createRandom(enrolmentSeed(state));
  const profiles = profilesOf(state);
  const made = deps.system.enrol(samples, { background: [], random, now: deps.now(), profiles });
  if (made.kind === "enrolment") await keepReference(deps, state, made, { actor: "habitus" });
}
