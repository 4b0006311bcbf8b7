import { CoreError } from "../../error.ts";
import type { FeatureSet } from "../../features/extractor.ts";
import { FACETS } from "../../features/usage/facets.ts";
import { factsOfSet, USAGE_EXTRACTOR } from "../../features/usage/usage-set.ts";
import { ByteReader, ByteWriter } from "../bytes.ts";
import type { Reference } from "../comparator.ts";
import { type Bag, type BagEntry, bagOf, countFacts, entriesOf } from "./bag.ts";
import { USAGE_HALF_LIFE_MS } from "./usage-model.ts";

export const USAGE_COMPARATOR = "usage-habits@1";
const LAYOUT = 1;
/** 8 bytes each, so that a reference stays below 2 kB. */
const MOST_ENTRIES = 240;
const COUNT_SCALE = 64;
const MOST_COUNT = 0xffff / COUNT_SCALE;

/** Returns what of a habit is left after so long. */
export function faded(count: number, elapsedMs: number): number {
  return count * 2 ** (-Math.max(0, elapsedMs) / USAGE_HALF_LIFE_MS);
}

/** Returns the reference of these windows of usage: each fact counts 1, less the older it is. Which came first does not matter. */
export function learnUsage(sets: readonly FeatureSet[], now: number): Reference {
  return writeHabits(entriesOfSets(sets, now), { samples: sets.length, now });
}

/** Returns the reference with further windows: what was known fades until now and the new is added. */
export function addUsageTo(reference: Reference, sets: readonly FeatureSet[], now: number): Reference {
  const known = entriesOf(habitsAt(reference, now));
  return writeHabits([...known, ...entriesOfSets(sets, now)], { samples: reference.samples + sets.length, now });
}

const HOUR_MS = 3_600_000;
const fadedTo = new WeakMap<Bag, { readonly hours: number; readonly bag: Bag }>();

/** Returns the habits as they are left at this time, whole hours after they were learnt. Throws a `CoreError` for a reference of another version or a damaged one. */
export function habitsAt(reference: Reference, at: number): Bag {
  const habits = readHabits(reference);
  const hours = Math.floor((at - reference.enrolledAt) / HOUR_MS);
  if (!(hours > 0)) return habits;
  const known = fadedTo.get(habits);
  if (known?.hours === hours) return known.bag;
  const bag = bagOf(entriesOf(habits).map((entry) => ({ ...entry, count: faded(entry.count, hours * HOUR_MS) })));
  fadedTo.set(habits, { hours, bag });
  return bag;
}

function entriesOfSets(sets: readonly FeatureSet[], now: number): BagEntry[] {
  return sets.flatMap((set) => {
    if (set.extractor !== USAGE_EXTRACTOR)
      throw new CoreError("versionMismatch", `habits are made of ${USAGE_EXTRACTOR}, not of ${set.extractor}`);
    return countFacts(factsOfSet(set), faded(1, now - set.endedAt));
  });
}

function writeHabits(
  entries: readonly BagEntry[],
  { samples, now }: { readonly samples: number; readonly now: number },
): Reference {
  const kept = entriesOf(bagOf(entries))
    .filter(({ count }) => count * COUNT_SCALE >= 1)
    .sort((left, right) => right.count - left.count) // stable: among equals the order of facets
    .slice(0, MOST_ENTRIES);
  const writer = new ByteWriter();
  writer.uint8(LAYOUT);
  for (const { facet, row, value, count } of entriesOf(bagOf(kept))) {
    writer.uint8(facet);
    writer.uint16(row);
    writer.uint8(value >>> 16);
    writer.uint16(value & 0xffff);
    writer.uint16(Math.round(Math.min(MOST_COUNT, count) * COUNT_SCALE));
  }
  return {
    kind: "reference",
    comparator: USAGE_COMPARATOR,
    extractor: USAGE_EXTRACTOR,
    samples,
    enrolledAt: now,
    payload: writer.bytes(),
  };
}

const read = new WeakMap<Reference, Bag>();

function readHabits(reference: Reference): Bag {
  const known = read.get(reference);
  if (known !== undefined) return known;
  if (reference.comparator !== USAGE_COMPARATOR || reference.extractor !== USAGE_EXTRACTOR)
    throw new CoreError(
      "versionMismatch",
      `a reference of ${reference.comparator} on ${reference.extractor} cannot be compared by ${USAGE_COMPARATOR}: enrol again`,
    );
  const made = decode(new ByteReader(reference.payload), reference.payload.length);
  read.set(reference, made);
  return made;
}

function decode(reader: ByteReader, bytes: number): Bag {
  const layout = reader.uint8();
  if (layout !== LAYOUT) reader.fail(`its layout is ${layout}, not ${LAYOUT}`);
  const entries: BagEntry[] = [];
  for (let at = 1; at < bytes; at += 8) {
    const facet = reader.uint8();
    if (facet >= FACETS.length) reader.fail(`there is no facet ${facet}`);
    const row = reader.uint16();
    const value = reader.uint8() * 0x10000 + reader.uint16();
    entries.push({ facet, row, value, count: reader.uint16() / COUNT_SCALE });
  }
  reader.end();
  return bagOf(entries);
}
