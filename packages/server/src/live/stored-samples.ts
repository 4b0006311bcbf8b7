import { createHash } from "node:crypto";
import type { FeatureSet, System } from "@habitus/core";
import type { Storage } from "../storage/storage.ts";
import { decodeFeatureSet } from "./records.ts";
import type { SubjectState } from "./subjects.ts";

export const SAMPLES_KEPT = 400;
/** Windows of usage. */
export const USAGE_KEPT = 200;

/** Returns the stored feature sets of a subject, oldest first, only those that the running extractors made. */
export async function readSamples(
  { storage, system }: { readonly storage: Storage; readonly system: System },
  state: SubjectState,
): Promise<FeatureSet[]> {
  const { application, subject } = state;
  const { extractor, usage } = system;
  const main = await storage.samples(application, subject, SAMPLES_KEPT, `${extractor.name}@${extractor.version}`);
  const used = usage === undefined ? [] : await storage.samples(application, subject, USAGE_KEPT, usage.extractor);
  return [...main, ...used].map((row) => decodeFeatureSet(state.open("sample", row.id, row.sealed))).reverse();
}

/** The same samples give the same reference, and two subjects draw differently. */
export function enrolmentSeed({ subject, lastVersion }: Pick<SubjectState, "subject" | "lastVersion">): number {
  return createHash("sha256")
    .update(`${subject}\n${lastVersion + 1}`)
    .digest()
    .readUInt32LE(0);
}
