import { CoreError } from "../error.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import type { Reference } from "./comparator.ts";

/** What a reference of several parts is made of; a part may be missing. */
export interface JoinedBy {
  /** `name@version` of each part's comparator, and of its extractor. */
  readonly parts: readonly { readonly comparator: string; readonly extractor: string }[];
  readonly extractor: string;
  /**
   * What may follow the parts, each under a version of its own (0 to 255): a reference without it, or with another version of it, is
   * still one of these parts. Append, never reorder.
   */
  readonly supporting?: readonly Supporting[];
}
export interface Supporting {
  readonly comparator: string;
  readonly extractor: string;
  readonly version: number;
}

/** What supports is renewed by itself: it has a time of its own, kept to the minute. */
const MINUTE_MS = 60_000;

/** What each part weighs for this person has a section of its own after the parts. */
const WEIGHTS = { place: 255, version: 1 } as const;

export function joinedId({ parts }: JoinedBy): string {
  return `joined@1:${parts.map(({ comparator }) => comparator).join("+")}`;
}

export interface Joining {
  readonly references: readonly (Reference | undefined)[];
  readonly supporting?: readonly (Reference | undefined)[];
  /** What each part weighs for this person, above 0 and at most 1; without it 1. */
  readonly weights?: readonly number[];
}

/** Returns one reference of several of one person: those of the parts, and perhaps what supports them, which counts no samples. */
export function joinReferences(by: JoinedBy, { references, supporting = [], weights = [] }: Joining): Reference {
  const writer = new ByteWriter();
  for (const reference of references) {
    writer.varint(reference?.samples ?? 0);
    writer.varint(reference?.payload.length ?? 0);
  }
  for (const reference of references) if (reference !== undefined) writer.raw(reference.payload);
  supporting.forEach((reference, i) => {
    const kept = by.supporting?.[i];
    if (reference === undefined || kept === undefined) return;
    writer.uint8(i);
    writer.uint8(kept.version);
    writer.varint(reference.samples);
    writer.varint(Math.max(0, Math.round(reference.enrolledAt / MINUTE_MS)));
    writer.varint(reference.payload.length);
    writer.raw(reference.payload);
  });
  if (weights.some((weight) => weight < 1)) {
    writer.uint8(WEIGHTS.place);
    writer.uint8(WEIGHTS.version);
    for (const empty of [0, 0]) writer.varint(empty);
    writer.varint(weights.length);
    for (const weight of weights) writer.uint8(Math.max(1, Math.min(255, Math.round(255 * weight))));
  }
  return {
    kind: "reference",
    comparator: joinedId(by),
    extractor: by.extractor,
    samples: references.reduce((sum, reference) => sum + (reference?.samples ?? 0), 0),
    enrolledAt: Math.max(...references.map((reference) => reference?.enrolledAt ?? Number.NEGATIVE_INFINITY)),
    payload: writer.bytes(),
  };
}

/** Returns a reference whose parts stand for parts of another form (`standIn`): for comparing in memory, with these very parts. */
export function joinStandIns(by: JoinedBy, joining: Required<Joining>): Reference {
  const made = joinReferences(by, joining);
  split.set(made, [...joining.references, ...joining.supporting]);
  weighed.set(made, joining.weights);
  return made;
}

const split = new WeakMap<Reference, readonly (Reference | undefined)[]>();

/**
 * Returns the parts again, and after them what supports them, the same objects for the same reference; a reference that one part
 * made by itself is that part. Throws a
 * `CoreError`: `versionMismatch` for one of another comparator, `malformedReference` where it cannot be read.
 */
export function splitReference(by: JoinedBy, reference: Reference): readonly (Reference | undefined)[] {
  const known = split.get(reference);
  if (known !== undefined) return known;
  const made = read(by, reference);
  split.set(reference, made);
  return made;
}

function read(by: JoinedBy, reference: Reference): readonly (Reference | undefined)[] {
  if (by.parts.some(({ comparator }) => comparator === reference.comparator))
    return [
      ...by.parts.map(({ comparator }) => (comparator === reference.comparator ? reference : undefined)),
      ...(by.supporting ?? []).map(() => undefined),
    ];
  if (reference.comparator !== joinedId(by) || reference.extractor !== by.extractor)
    throw new CoreError(
      "versionMismatch",
      `a reference of ${reference.comparator} on ${reference.extractor} cannot be compared by ${joinedId(by)}: enrol again`,
    );
  const reader = new ByteReader(reference.payload);
  const sizes = by.parts.map(() => ({ samples: reader.varint(2 ** 30), bytes: reader.varint(1_000_000) }));
  const rest = reader.rest();
  const whole = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (rest.length < whole || (rest.length > whole && by.supporting === undefined))
    reader.fail("its parts are not as long as they say");
  let from = 0;
  const parts = by.parts.map(({ comparator, extractor }, i) => {
    const { samples = 0, bytes = 0 } = sizes[i] ?? {};
    const payload = rest.slice(from, from + bytes);
    from += bytes;
    return bytes === 0 ? undefined : { ...reference, comparator, extractor, samples, payload };
  });
  return [...parts, ...readSupporting(by, reference, rest.slice(whole))];
}

const weighed = new WeakMap<Reference, readonly number[]>();

/** Returns what each part weighs for this person, in their order; nothing where the reference does not say, which means 1. */
export function partWeights(by: JoinedBy, reference: Reference): readonly number[] {
  if (!split.has(reference)) splitReference(by, reference);
  return weighed.get(reference) ?? [];
}

function readSupporting(
  { supporting = [] }: JoinedBy,
  reference: Reference,
  bytes: Uint8Array,
): readonly (Reference | undefined)[] {
  const found = supporting.map((): Reference | undefined => undefined);
  const reader = new ByteReader(bytes);
  for (let read = 0; read < bytes.length; ) {
    const place = reader.uint8();
    const version = reader.uint8();
    const samples = reader.varint(2 ** 30);
    const enrolledAt = reader.varint(2 ** 32) * MINUTE_MS;
    const payload = reader.bytes(reader.varint(1_000_000));
    read = reader.at;
    if (place === WEIGHTS.place && version === WEIGHTS.version)
      weighed.set(
        reference,
        Array.from(payload, (byte) => byte / 255),
      );
    const kept = supporting[place];
    if (kept === undefined || kept.version !== version) continue; // it is of a newer or older Habitus
    const { comparator, extractor } = kept;
    found[place] = { ...reference, comparator, extractor, samples, enrolledAt, payload };
  }
  return found;
}
