import { type KnownPhrase, packPhrase, type Reference, unpackPhrase } from "@habitus/core";

/** What a subject is known by where a page has opened a field to comparison. */
export interface SubjectPhrase {
  /** Keyed hash of the name that the page gave it. */
  readonly field: number;
  readonly known: KnownPhrase;
  /** The newest repetitions that were learnt, by their ids: after a crash none is learnt twice. */
  readonly learnt: readonly string[];
  readonly updatedAt: number;
}

interface Stored {
  readonly repetitions: readonly (readonly number[])[];
  readonly reference: (Omit<Reference, "payload"> & { readonly payload: string }) | null;
  readonly learnt: readonly string[];
  readonly updatedAt: number;
}

export function encodePhrase({ known: { repetitions, reference }, learnt, updatedAt }: SubjectPhrase): Buffer {
  const stored: Stored = {
    repetitions: repetitions.map(packPhrase),
    reference: reference === undefined ? null : { ...reference, payload: base64(reference.payload) },
    learnt,
    updatedAt,
  };
  return Buffer.from(JSON.stringify(stored));
}

export function decodePhrase(field: number, record: Buffer): SubjectPhrase {
  const { repetitions, reference, learnt, updatedAt } = JSON.parse(record.toString()) as Stored; // it was sealed: we wrote it
  return {
    field,
    learnt,
    updatedAt,
    known: {
      repetitions: repetitions.flatMap((packed) => unpackPhrase(packed) ?? []),
      reference:
        reference === null
          ? undefined
          : { ...reference, payload: Uint8Array.from(Buffer.from(reference.payload, "base64")) },
    },
  };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
