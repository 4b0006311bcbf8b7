import { CoreError } from "../error.ts";
import type { Extractor, FeatureSet } from "../features/extractor.ts";
import type { Random } from "../math/random.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { type BalancedSamples, chooseSamples, failure, MINIMUM_PER_PATTERN } from "./choose-samples.ts";
import type { Comparator, Enrolment, EnrolOptions, FailureToEnrol, Reference } from "./comparator.ts";
import { decodeForest, encodeForest } from "./forest/encode-forest.ts";
import { type Forest, trainForest } from "./forest/forest.ts";
import { forestImportances, predictForest } from "./forest/predict-forest.ts";
import { PRESENCE_PATTERNS, presencePattern } from "./presence.ts";

export const RANDOM_FOREST_ID = "random-forest@1";
export const RANDOM_FOREST_MINIMUM_SAMPLES = 20;
const MAGIC = 0x46_52; // "RF"
const LAYOUT = 1;

/** A reference as it is used: the forest and how many of the subject's samples of each presence pattern made it. */
export interface ForestReference {
  readonly forest: Forest;
  readonly patterns: readonly number[];
}

/**
 * Returns the comparator of the classic tutorial: one random forest per subject, the subject's samples against as many of
 * other people. Its score is the probability of the enrolled subject, 0 to 1. Missing features are 0, as in the tutorial; the
 * other people's samples have the same presence pattern, so that this says nothing about who it is.
 */
export function createRandomForest(extractor: Pick<Extractor, "name" | "version" | "featureNames">): Comparator {
  const extractorId = `${extractor.name}@${extractor.version}`;
  return {
    name: "random-forest",
    version: 1,
    enrol: (samples, options) => enrol(samples, options, { id: extractorId, names: extractor.featureNames }),
    compare(reference, probe) {
      const { forest } = readForestReference(reference, probe);
      return { kind: "comparisonScore", value: predictForest(forest, fillMissing(probe)) };
    },
  };
}

/** Returns whether the reference knows enough samples of the probe's presence pattern to say anything about it. */
export function knowsPattern({ patterns }: ForestReference, probe: FeatureSet): boolean {
  return (patterns[PRESENCE_PATTERNS.indexOf(presencePattern(probe))] ?? 0) >= MINIMUM_PER_PATTERN;
}

/** Returns the values in single precision, which is all that the forest looks at, with 0 for each missing one. */
export function fillMissing({ values }: FeatureSet): Float32Array {
  const filled = new Float32Array(values);
  for (let i = 0; i < filled.length; i += 1) if (Number.isNaN(filled[i])) filled[i] = 0;
  return filled;
}

const decoded = new WeakMap<Reference, ForestReference>();

/**
 * Returns the decoded reference; the same object is decoded once. Throws a `CoreError`: `versionMismatch` when the reference is
 * of another comparator or extractor, `malformedReference` when its payload cannot be read.
 */
export function readForestReference(
  reference: Reference,
  { extractor, values }: Pick<FeatureSet, "extractor" | "values">,
): ForestReference {
  if (reference.comparator !== RANDOM_FOREST_ID || reference.extractor !== extractor)
    throw new CoreError(
      "versionMismatch",
      `a reference of ${reference.comparator} on ${reference.extractor} cannot be compared by ${RANDOM_FOREST_ID} with a probe of ${extractor}: enrol again`,
    );
  const known = decoded.get(reference);
  if (known !== undefined) return known;
  const reader = new ByteReader(reference.payload);
  if (reader.uint16() !== MAGIC || reader.uint8() !== LAYOUT)
    reader.fail("this is no random-forest reference of layout 1");
  const patterns = PRESENCE_PATTERNS.map(() => reader.varint(0xffff_ffff));
  const result = { forest: decodeForest(reader.rest()), patterns };
  if (result.forest.features !== values.length)
    reader.fail(`its forest is for ${result.forest.features} features, the probe has ${values.length}`);
  decoded.set(reference, result);
  return result;
}

function enrol(
  samples: readonly FeatureSet[],
  { background, random, now }: EnrolOptions,
  { id, names }: { readonly id: string; readonly names: readonly string[] },
): Enrolment | FailureToEnrol {
  for (const { extractor } of [...samples, ...background])
    if (extractor !== id)
      throw new CoreError("versionMismatch", `feature sets must be of ${id}, got one of ${extractor}`);
  const chosen = chooseSamples(samples, background, { random, minimumSamples: RANDOM_FOREST_MINIMUM_SAMPLES });
  if ("kind" in chosen) return chosen;
  const mated = chosen.flatMap((group) => group.mated);
  const distinct = new Set(mated.map(({ values }) => values.join())).size;
  const needDistinct = RANDOM_FOREST_MINIMUM_SAMPLES / 2;
  if (distinct < needDistinct) return failure("noVariation", distinct, needDistinct);

  const check = checkOnNewest(chosen, random);
  const nonMated = chosen.flatMap((group) => group.nonMated);
  const forest = train(mated, nonMated, random);
  const reference: Reference = {
    kind: "reference",
    comparator: RANDOM_FOREST_ID,
    extractor: id,
    samples: mated.length,
    enrolledAt: now,
    payload: encode(forest, chosen),
  };
  const importances = forestImportances(forest);
  const report = { mated: mated.length, nonMated: nonMated.length, ...check, importances, featureNames: names };
  return { kind: "enrolment", reference, report };
}

/**
 * Trains on four fifths and classifies the rest at 0.5. The tutorial held out a random fifth; windows overlap here, so that a
 * held-out window would share most of its keystrokes with a training one and the check would praise itself. Held out are the
 * subject's newest samples instead, and training samples that reach into them are left out.
 */
function checkOnNewest(
  groups: readonly BalancedSamples[],
  random: Random,
): { readonly heldOutAccuracy: number | undefined; readonly heldOut: number } {
  const parts = groups.map(({ mated, nonMated }) => {
    const held = Math.round(mated.length / 5);
    const newest = mated.slice(mated.length - held);
    const from = Math.min(...newest.map(({ startedAt }) => startedAt));
    const training = mated.slice(0, mated.length - held).filter(({ endedAt }) => endedAt <= from);
    return {
      newest,
      others: nonMated.slice(0, held),
      training,
      against: nonMated.slice(held, held + training.length),
    };
  });
  const training = parts.flatMap((part) => part.training);
  if (training.length === 0) return { heldOutAccuracy: undefined, heldOut: 0 };
  const forest = train(
    training,
    parts.flatMap(({ against }) => against),
    random,
  );
  const accepts = (sample: FeatureSet): boolean => predictForest(forest, fillMissing(sample)) >= 0.5;
  const mated = parts.flatMap(({ newest }) => newest);
  const nonMated = parts.flatMap(({ others }) => others);
  const right = mated.filter(accepts).length + nonMated.filter((sample) => !accepts(sample)).length;
  const heldOut = mated.length + nonMated.length;
  return { heldOutAccuracy: right / heldOut, heldOut };
}

function train(mated: readonly FeatureSet[], nonMated: readonly FeatureSet[], random: Random): Forest {
  const rows = [...mated, ...nonMated].map(fillMissing);
  return trainForest(
    rows,
    rows.map((_, i) => (i < mated.length ? 1 : 0)),
    { random },
  );
}

function encode(forest: Forest, groups: readonly BalancedSamples[]): Uint8Array {
  const writer = new ByteWriter();
  writer.uint16(MAGIC);
  writer.uint8(LAYOUT);
  for (const name of PRESENCE_PATTERNS)
    writer.varint(groups.find(({ pattern }) => pattern === name)?.mated.length ?? 0);
  writer.raw(encodeForest(forest));
  return writer.bytes();
}
