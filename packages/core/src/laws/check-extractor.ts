import type { Sample } from "../events/segment.ts";
import type { Extractor } from "../features/extractor.ts";
import { integer, type Random } from "../math/random.ts";
import { hold } from "./hold.ts";
import { oddSample, randomSample } from "./random-sample.ts";

/** Checks the laws of every extractor on `rounds` random samples; throws an error that names the one that is broken. */
export function checkExtractor(extractor: Extractor, random: Random, rounds = 200): void {
  hold("each feature has a name of its own", new Set(extractor.featureNames).size === extractor.featureNames.length);
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = 1_700_000_000_000 + integer(random, 1_000_000);
    const habit = { intervalMs: 60 + 300 * random(), holdMs: 40 + 120 * random(), stepPx: 1 + 30 * random() };
    check(extractor, round % 2 === 0 ? randomSample(random, habit, startedAt) : oddSample(random, startedAt));
  }
}

function check(extractor: Extractor, sample: Sample): void {
  const before = JSON.stringify(sample);
  const features = extractor.extract(sample);
  const detail = `${features.values.join()} from ${before.slice(0, 200)}`;
  hold("extracting leaves the sample as it was", JSON.stringify(sample) === before);
  hold("there is one value per name", features.values.length === extractor.featureNames.length);
  hold("a value is finite or missing, never infinite", !features.values.some((v) => Math.abs(v) === Infinity), detail);
  hold("a feature set names its extractor", features.extractor === `${extractor.name}@${extractor.version}`);
  hold(
    "a feature set keeps the sample's time",
    features.startedAt === sample.startedAt && features.endedAt === sample.endedAt,
  );
  hold("counts are whole and not negative", isCount(features.keystrokes) && isCount(features.pointerEvents), detail);
  hold("no keystrokes are counted where there are none", sample.keystrokes.length > 0 || features.keystrokes === 0);
  hold("no pointer events are counted where there are none", sample.pointer.length > 0 || features.pointerEvents === 0);
  const again = extractor.extract(structuredCloneOf(sample));
  hold("the same sample gives the same numbers", same(features.values, again.values), detail);
  const later = extractor.extract(shift(sample, 3_600_000));
  hold("the time of day does not matter", close(features.values, later.values), `${later.values.join()} not ${detail}`);
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

function same(left: Float64Array, right: Float64Array): boolean {
  return left.length === right.length && left.every((value, i) => Object.is(value, right[i]));
}

/** Up to what is lost when instants of 13 digits are moved. */
function close(left: Float64Array, right: Float64Array): boolean {
  return left.every((value, i) => {
    const other = right[i] ?? Number.NaN;
    if (Number.isNaN(value) || Number.isNaN(other)) return Number.isNaN(value) && Number.isNaN(other);
    return Math.abs(value - other) <= 1e-3 * (1 + Math.abs(value));
  });
}

function structuredCloneOf(sample: Sample): Sample {
  return {
    ...sample,
    keystrokes: sample.keystrokes.map((key) => ({ ...key })),
    pointer: sample.pointer.map((event) => ({ ...event })),
  };
}

function shift(sample: Sample, byMs: number): Sample {
  return {
    ...sample,
    startedAt: sample.startedAt + byMs,
    endedAt: sample.endedAt + byMs,
    keystrokes: sample.keystrokes.map(({ zone, pressAt, releaseAt }) => ({
      zone,
      pressAt: pressAt + byMs,
      releaseAt: releaseAt === undefined ? undefined : releaseAt + byMs,
    })),
    pointer: sample.pointer.map((event) => ({ ...event, at: event.at + byMs })),
  };
}
