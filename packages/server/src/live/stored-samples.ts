import { createHash } from "node:crypto";
import { type FeatureSet, SAMPLES_KEPT, SUPPORT_KEPT, type System } from "@habitus/core";
import type { Storage } from "../storage/storage.ts";
import { decodeFeatureSet } from "./records.ts";
import type { SubjectState } from "./subjects.ts";

/** Returns the stored feature sets of a subject, oldest first, only those that the running extractors made. */
export async function readSamples(
  { storage, system }: { readonly storage: Storage; readonly system: System },
  state: SubjectState,
): Promise<FeatureSet[]> {
  const { application, subject } = state;
  const { extractor, supporting = [] } = system;
  const main = await storage.samples(application, subject, SAMPLES_KEPT, `${extractor.name}@${extractor.version}`);
  const others = await Promise.all(
    supporting.map((part) => storage.samples(application, subject, SUPPORT_KEPT, part.extractor)),
  );
  return [...main, ...others.flat()].map((row) => decodeFeatureSet(state.open("sample", row.id, row.sealed))).reverse();
}

/** The same samples give the same reference, and two subjects draw differently. */
export function enrolmentSeed({ subject, lastVersion }: Pick<SubjectState, "subject" | "lastVersion">): number {
  return createHash("sha256")
    .update(`${subject}\n${lastVersion + 1}`)
    .digest()
    .readUInt32LE(0);
}
