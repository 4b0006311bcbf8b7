import type { FeatureSet } from "../../features/extractor.ts";
import { ByteReader, ByteWriter } from "../bytes.ts";
import type { Enrolment, EnrolOptions, FailureToEnrol, Reference } from "../comparator.ts";
import { enrolPerson } from "./plda-comparator.ts";
import type { PldaModel } from "./plda-model.ts";

/** One way in which a subject types: another keyboard, an injured hand. */
export interface Profile {
  /** When it was opened, epoch ms, which is also its name; 0 for the first. */
  readonly since: number;
  /** A reference of this way alone. */
  readonly reference: Reference;
}

/** More would make it easier to be somebody's likeness in one of them. */
export const MOST_PROFILES = 3;
/** A profile is closed when the subject went on for so long without it; an absence of the subject closes none. */
export const UNUSED_MS = 90 * 86_400_000;

const MAGIC = 0x4845; // that of a person, whose layout is 1
const LAYOUT = 2;
const SPLIT = 2 ** 24;

/**
 * Makes one reference of the profiles that feature sets are marked with. A profile is made where its own sets suffice; of more than
 * `MOST_PROFILES` those used last stay, and one that is out of use for `UNUSED_MS` is left out. `profiles` names those that may be
 * made: sets of others are passed over. With one profile, the first, the reference is `enrolPerson`'s.
 */
export function enrolProfiles(
  model: PldaModel,
  samples: readonly FeatureSet[],
  { minimum, now, profiles: allowed }: { readonly minimum: number } & Pick<EnrolOptions, "now" | "profiles">,
): Enrolment | FailureToEnrol {
  const bySince = new Map<number, FeatureSet[]>([[0, []]]);
  for (const set of samples) {
    const since = set.profile ?? 0;
    if (allowed?.includes(since) === false) continue;
    bySince.set(since, [...(bySince.get(since) ?? []), set]);
  }
  const tried = [...bySince].map(([since, own]) => ({
    since,
    until: own.reduce((latest, { endedAt }) => Math.max(latest, endedAt), Number.NEGATIVE_INFINITY),
    made: enrolPerson(model, own, { minimum, now }),
  }));
  const enrolled = tried
    .flatMap(({ made, ...rest }) => (made.kind === "enrolment" ? [{ ...rest, made }] : []))
    .sort((a, b) => b.until - a.until);
  const lastUse = enrolled[0]?.until ?? 0;
  const kept = enrolled
    .filter(({ until }) => lastUse - until <= UNUSED_MS)
    .slice(0, MOST_PROFILES)
    .sort((a, b) => a.since - b.since);
  const [first] = kept;
  if (first === undefined) return enrolPerson(model, bySince.get(0) ?? [], { minimum, now });
  const reference = joinProfiles(kept.map(({ since, made }) => ({ since, reference: made.reference })));
  const profiles = kept.map(({ since, made }) => ({ since, samples: made.reference.samples }));
  return { ...first.made, reference, report: { ...first.made.report, mated: reference.samples, profiles } };
}

/** Returns one reference of one to three profiles, oldest first; the first profile alone is its own reference. */
export function joinProfiles(profiles: readonly Profile[]): Reference {
  const [first] = profiles;
  if (first === undefined || profiles.length > MOST_PROFILES)
    throw new RangeError(`there must be 1 to ${MOST_PROFILES} profiles, got ${profiles.length}`);
  if (profiles.length === 1 && first.since === 0) return first.reference;
  const writer = new ByteWriter();
  writer.uint16(MAGIC);
  writer.uint8(LAYOUT);
  writer.uint8(profiles.length);
  for (const { since, reference } of profiles) {
    writer.varint(Math.floor(since / SPLIT));
    writer.varint(since % SPLIT);
    writer.varint(reference.samples);
    writer.varint(reference.payload.length);
    writer.raw(reference.payload);
  }
  const samples = profiles.reduce((sum, { reference }) => sum + reference.samples, 0);
  return { ...first.reference, samples, payload: writer.bytes() };
}

/** Returns a reference of profiles that were read from another form: for comparing in memory, and nothing to be stored. */
export function standInProfiles(profiles: readonly Profile[]): Reference {
  const joined = { ...joinProfiles(profiles) };
  split.set(joined, profiles);
  return joined;
}

const split = new WeakMap<Reference, readonly Profile[]>();

/** Returns the profiles of a reference, the same objects for the same one; one of the older form has one. Throws a `CoreError`. */
export function splitProfiles(reference: Reference): readonly Profile[] {
  const known = split.get(reference);
  if (known !== undefined) return known;
  const made = read(reference);
  split.set(reference, made);
  return made;
}

function read(reference: Reference): readonly Profile[] {
  const reader = new ByteReader(reference.payload);
  if (reader.uint16() !== MAGIC || reader.uint8() !== LAYOUT) return [{ since: 0, reference }];
  const count = reader.uint8();
  if (count < 1 || count > MOST_PROFILES) reader.fail(`it has ${count} profiles`);
  const profiles = Array.from({ length: count }, () => {
    const since = reader.varint(2 ** 28) * SPLIT + reader.varint(SPLIT);
    const samples = reader.varint(2 ** 30);
    const payload = reader.bytes(reader.varint(1_000_000));
    return { since, reference: { ...reference, samples, payload } };
  });
  reader.end();
  return profiles;
}
