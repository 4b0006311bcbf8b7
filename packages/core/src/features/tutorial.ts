import type { Sample } from "../events/segment.ts";
import type { Extractor, FeatureSet } from "./extractor.ts";
import { KEYSTROKE_TUTORIAL_FEATURES, keystrokeTutorial } from "./keystroke/tutorial.ts";
import { POINTER_TUTORIAL_FEATURES, pointerTutorial } from "./pointer/tutorial.ts";

/** The columns of the tutorial's feature table, in its order. */
export const TUTORIAL_FEATURES = [...KEYSTROKE_TUTORIAL_FEATURES, ...POINTER_TUTORIAL_FEATURES] as const;

const KEYSTROKE_COUNT = TUTORIAL_FEATURES.indexOf("keystroke_count");
const POINTER_COUNT = TUTORIAL_FEATURES.indexOf("mouse_event_count");
const POINTER_FIRST = KEYSTROKE_TUTORIAL_FEATURES.length;

/** The twelve numbers of the classic tutorial. Units are in the two families; features of an absent modality are NaN. */
export const tutorialExtractor: Extractor = {
  name: "tutorial",
  version: 1,
  featureNames: TUTORIAL_FEATURES,
  extract(sample: Sample): FeatureSet {
    const values = new Float64Array(TUTORIAL_FEATURES.length);
    keystrokeTutorial(sample.keystrokes, values, 0);
    pointerTutorial(sample.pointer, values, POINTER_FIRST);
    return featureSet(values, sample.startedAt, sample.endedAt);
  },
};

/**
 * Returns the feature set of a row of the tutorial's table: twelve finite numbers in the order of `TUTORIAL_FEATURES`.
 * The table writes 0 where a modality was absent; a count of 0 makes all six of its features missing here.
 */
export function fromTutorialRow(row: ArrayLike<number>, startedAt: number, endedAt: number): FeatureSet {
  if (row.length !== TUTORIAL_FEATURES.length)
    throw new RangeError(`a row of the tutorial's table has ${TUTORIAL_FEATURES.length} numbers, got ${row.length}`);
  const values = Float64Array.from(row);
  values.forEach((value, i) => {
    if (!Number.isFinite(value) || value < 0)
      throw new RangeError(`${TUTORIAL_FEATURES[i]} must be a finite number of at least 0, got ${value}`);
  });
  if (values[KEYSTROKE_COUNT] === 0) values.fill(Number.NaN, 0, POINTER_FIRST);
  if (values[POINTER_COUNT] === 0) values.fill(Number.NaN, POINTER_FIRST);
  return featureSet(values, startedAt, endedAt);
}

/** Returns the twelve numbers as the tutorial's table has them: 0 for missing. */
export function toTutorialRow(features: FeatureSet): number[] {
  return Array.from(features.values, (value) => (Number.isNaN(value) ? 0 : value));
}

function featureSet(values: Float64Array, startedAt: number, endedAt: number): FeatureSet {
  return {
    kind: "featureSet",
    extractor: "tutorial@1",
    values,
    startedAt,
    endedAt,
    keystrokes: values[KEYSTROKE_COUNT] || 0, // NaN counts none
    pointerEvents: values[POINTER_COUNT] || 0,
  };
}
