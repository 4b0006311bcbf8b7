import type { EnrolmentReport, FeatureSet, Reference } from "@habitus/core";
import { KeyError } from "../keys/key-provider.ts";

/** Layout of what is sealed: a line of JSON, then bytes. Bound into the seal, so an older layout is never misread. */
export const RECORD_VERSION = "1";

/** Features are kept in single precision, which is more than any clock gives; `floats` tells them from older records in double. */
export function encodeFeatureSet({ values, ...rest }: FeatureSet): Buffer {
  return join({ ...rest, floats: 4 }, new Uint8Array(Float32Array.from(values).buffer));
}

export function decodeFeatureSet(record: Buffer): FeatureSet {
  const { head, bytes } = split(record);
  const copy = Uint8Array.from(bytes); // aligned, which a slice need not be
  const { floats, ...rest } = head as Omit<FeatureSet, "values"> & { floats?: 4 }; // it was sealed: we wrote it
  return {
    ...rest,
    values: floats === 4 ? Float64Array.from(new Float32Array(copy.buffer)) : new Float64Array(copy.buffer),
  };
}

export interface StoredReference {
  readonly reference: Reference;
  readonly heldOutAccuracy: number | null;
  readonly heldOut: number;
  /** Missing in older ones, which are of one. */
  readonly profiles?: readonly EnrolledProfile[];
}
/** One way of typing that a reference holds: when it was opened (0 = the first), and of how many samples. */
export type EnrolledProfile = NonNullable<EnrolmentReport["profiles"]>[number];

export function encodeReference({ reference: { payload, ...reference }, ...rest }: StoredReference): Buffer {
  return join({ ...rest, reference }, payload);
}

export function decodeReference(record: Buffer): StoredReference {
  const { head, bytes } = split(record);
  const { reference, ...rest } = head as Omit<StoredReference, "reference"> & {
    reference: Omit<Reference, "payload">; // it was sealed: we wrote it
  };
  return { ...rest, reference: { ...reference, payload: Uint8Array.from(bytes) } };
}

function join(head: object, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]);
}

function split(record: Buffer): { head: unknown; bytes: Uint8Array } {
  const end = record.indexOf(0x0a);
  if (end < 0) throw new KeyError("malformedSeal", "The stored record has no head.");
  return { head: JSON.parse(record.toString("utf8", 0, end)), bytes: record.subarray(end + 1) };
}
