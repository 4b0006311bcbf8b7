import { CoreError } from "../../error.ts";
import type { FeatureSet } from "../../features/extractor.ts";
import { cutSittings } from "../../features/sittings.ts";
import { TOUCH_EXTRACTOR, TOUCH_FEATURES } from "../../features/touch/touch-set.ts";
import { ByteReader, ByteWriter } from "../bytes.ts";
import type { Reference } from "../comparator.ts";

export const TOUCH_COMPARATOR = "touch-fingers@1";
const LAYOUT = 1;

/** What is known of one feature of a person: means of sittings, summed up, and how many windows there were in all. */
export interface KnownTouch {
  readonly sittings: number;
  readonly sumOfMeans: number;
  readonly windows: number;
}

/** Returns the reference of windows of touch, however they are ordered. Additive: a sum over sittings, some 300 bytes. */
export function learnTouch(sets: readonly FeatureSet[], now: number): Reference {
  const sittings = sittingsOf(sets);
  const writer = new ByteWriter();
  writer.uint8(LAYOUT);
  for (let i = 0; i < TOUCH_FEATURES.length; i += 1) {
    const seen = sittings
      .map((sitting) => sitting.flatMap(({ values }) => finite(values[i])))
      .filter(({ length }) => length > 0);
    writer.uint16(Math.min(0xffff, seen.length));
    writer.uint16(
      Math.min(
        0xffff,
        seen.reduce((sum, { length }) => sum + length, 0),
      ),
    );
    writer.float32(seen.reduce((sum, list) => sum + list.reduce((a, b) => a + b, 0) / list.length, 0));
  }
  const payload = writer.bytes();
  const about = { comparator: TOUCH_COMPARATOR, extractor: TOUCH_EXTRACTOR, samples: sets.length, enrolledAt: now };
  return { kind: "reference", ...about, payload };
}

function sittingsOf(sets: readonly FeatureSet[]): FeatureSet[][] {
  const sorted = [...sets].sort((a, b) => a.startedAt - b.startedAt);
  const foreign = sorted.find(({ extractor }) => extractor !== TOUCH_EXTRACTOR);
  if (foreign !== undefined)
    throw new CoreError("versionMismatch", `touch is learnt from ${TOUCH_EXTRACTOR}, not from ${foreign.extractor}`);
  return cutSittings(sorted);
}

function finite(value: number | undefined): number[] {
  return value !== undefined && Number.isFinite(value) ? [value] : [];
}

const read = new WeakMap<Reference, readonly KnownTouch[]>();

/** Returns what is known by feature. Throws a `CoreError` for a reference of another version or a damaged one. */
export function knownTouch(reference: Reference): readonly KnownTouch[] {
  const known = read.get(reference);
  if (known !== undefined) return known;
  if (reference.comparator !== TOUCH_COMPARATOR || reference.extractor !== TOUCH_EXTRACTOR)
    throw new CoreError(
      "versionMismatch",
      `a reference of ${reference.comparator} on ${reference.extractor} cannot be compared by ${TOUCH_COMPARATOR}: enrol again`,
    );
  const reader = new ByteReader(reference.payload);
  const layout = reader.uint8();
  if (layout !== LAYOUT) reader.fail(`its layout is ${layout}, not ${LAYOUT}`);
  const made = TOUCH_FEATURES.map((): KnownTouch => {
    const [sittings, windows] = [reader.uint16(), reader.uint16()];
    const sumOfMeans = reader.float32();
    if (!Number.isFinite(sumOfMeans) || windows < sittings) reader.fail("a feature is not what can be measured");
    return { sittings, windows, sumOfMeans };
  });
  reader.end();
  read.set(reference, made);
  return made;
}
