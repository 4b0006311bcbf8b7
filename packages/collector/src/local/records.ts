import type { FeatureSet, Reference } from "@habitus/core";
import { fromBase64Url, packValues, toBase64Url, unpackValues } from "@habitus/wire";
import { noProfile, type OwnProfile } from "./judge.ts";

/** What is kept of a person as plain JSON. */
interface StoredProfile {
  readonly layout: 1;
  /** `name@version` of the system: what another one learnt is not read. */
  readonly system: string;
  readonly reference: (Omit<Reference, "payload"> & { readonly payload: string }) | null;
  readonly samples: readonly (Omit<FeatureSet, "values"> & { readonly values: string; readonly length: number })[];
  readonly enrolFrom: number;
  readonly enrolledSince: number | null;
}

export function storeProfile(
  { reference, samples, enrolFrom, enrolledSince }: OwnProfile,
  system: string,
): StoredProfile {
  return {
    layout: 1,
    system,
    reference: reference === undefined ? null : { ...reference, payload: toBase64Url(reference.payload) },
    samples: samples.map((set) => ({ ...set, values: packValues(set.values), length: set.values.length })),
    enrolFrom,
    enrolledSince: enrolledSince ?? null,
  };
}

/** Returns what was kept; nothing where another version kept it. */
export function restoreProfile(stored: unknown, system: string): OwnProfile {
  const found = stored as StoredProfile | undefined; // it was sealed: `storeProfile` wrote it
  if (found?.layout !== 1 || found.system !== system) return noProfile();
  const samples = found.samples.flatMap(({ length, ...set }) => {
    const values = unpackValues(set.values, length);
    return values === undefined ? [] : [{ ...set, values }];
  });
  const { reference, enrolFrom, enrolledSince } = found;
  return {
    enrolledSince: enrolledSince ?? undefined,
    reference: reference === null ? undefined : { ...reference, payload: fromBase64Url(reference.payload) },
    samples,
    enrolFrom,
  };
}
