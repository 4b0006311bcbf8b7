import { describe, expect, test } from "vitest";
import { CoreError } from "../error.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { fromTutorialRow, tutorialExtractor } from "../features/tutorial.ts";
import { checkComparator } from "../laws/index.ts";
import { createRandom, gaussian } from "../math/random.ts";
import { createRandomForest, readForestReference } from "./random-forest.ts";

const comparator = createRandomForest(tutorialExtractor);
const PROBE = { extractor: "tutorial@1", values: new Float64Array(12) };
const NONE = [0, 0, 0, 0, 0, 0];

/** Windows of somebody of this pace, ten minutes apart so that they do not overlap. */
function windows(pattern: "keystroke" | "pointer" | "both", count: number, seed: number, pace = 1): FeatureSet[] {
  const random = createRandom(seed);
  const about = (value: number): number => pace * value * Math.exp(0.15 * gaussian(random));
  return Array.from({ length: count }, (_, i) => {
    const keys = pattern === "pointer" ? NONE : [about(150), about(70), about(90), about(20), about(6), 50];
    const moves = pattern === "keystroke" ? NONE : [about(8), about(9), about(500), about(600), about(1600), 200];
    return fromTutorialRow([...keys, ...moves], i * 600_000, i * 600_000 + 20_000);
  });
}
const enrol = (samples: readonly FeatureSet[], background: readonly FeatureSet[], seed = 1) =>
  comparator.enrol(samples, { background, random: createRandom(seed), now: 5 });

test("the laws of comparators hold", () => {
  for (const seed of [1, 2, 3])
    checkComparator(comparator, createRandom(seed), { extractor: tutorialExtractor, enough: 20 });
});

describe("failure to enrol", () => {
  const background = windows("keystroke", 100, 9, 1.4);

  test("too few samples say how many are missing", () => {
    for (const have of [0, 1, 4, 19])
      expect(enrol(windows("keystroke", have, 1), background)).toEqual({
        kind: "failureToEnrol",
        reason: "tooFewSamples",
        have,
        need: 20,
        missing: 20 - have,
      });
    expect(enrol(windows("keystroke", 20, 1), background).kind).toBe("enrolment");
  });

  test("a handful of samples of a second pattern neither helps nor harms", () => {
    const few = windows("pointer", 4, 3);
    expect(enrol([...windows("keystroke", 17, 1), ...few], background)).toMatchObject({ have: 17, missing: 3 });
    const enrolment = enrol([...windows("keystroke", 20, 1), ...few], background);
    expect(enrolment).toMatchObject({ kind: "enrolment", report: { mated: 20, nonMated: 20 } });
  });

  test("other people's samples must be of the subject's pattern", () => {
    expect(enrol(windows("keystroke", 30, 1), windows("pointer", 500, 2))).toMatchObject({
      reason: "tooFewBackgroundSamples",
      have: 0,
      missing: 20,
    });
    expect(enrol(windows("keystroke", 30, 1), background.slice(0, 15))).toMatchObject({ have: 15, missing: 5 });
  });

  test("the same window over and over is no variation", () => {
    const one = windows("keystroke", 1, 1);
    const same = Array.from({ length: 40 }, () => one).flat();
    expect(enrol(same, background)).toMatchObject({
      kind: "failureToEnrol",
      reason: "noVariation",
      have: 1,
      missing: 9,
    });
  });

  test("feature sets of another extractor are never mixed in", () => {
    const foreign = background.map((sample) => ({ ...sample, extractor: "tutorial@2" }));
    expect(() => enrol(windows("keystroke", 30, 1), foreign)).toThrow(CoreError);
  });
});

describe("presence patterns", () => {
  test("using only the keyboard does not tell the subject from others who do the same", () => {
    // The subject is like everybody else; the pool has all patterns. Then no score may be sure of anything.
    const pool = [...windows("pointer", 200, 5), ...windows("both", 200, 6), ...windows("keystroke", 200, 7)];
    const enrolment = enrol(windows("keystroke", 60, 8), pool);
    if (enrolment.kind !== "enrolment") throw new Error(enrolment.reason);
    const scores = windows("keystroke", 200, 10).map((probe) => comparator.compare(enrolment.reference, probe).value);
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.1);
    expect(enrolment.report.importances.slice(6)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("each pattern is paired with as many of its own, and the reference remembers how many", () => {
    const subject = [...windows("keystroke", 20, 1), ...windows("pointer", 10, 2), ...windows("both", 3, 3)];
    const pool = [
      ...windows("keystroke", 50, 5, 1.5),
      ...windows("pointer", 50, 6, 1.5),
      ...windows("both", 50, 7, 1.5),
    ];
    const enrolment = enrol(subject, pool);
    if (enrolment.kind !== "enrolment") throw new Error(enrolment.reason);
    expect(readForestReference(enrolment.reference, PROBE).patterns).toEqual([0, 20, 10, 0]);
    expect(enrolment.report).toMatchObject({ mated: 30, nonMated: 30 });
  });
});

describe("enrolment report", () => {
  test("held-out samples are a fifth of both sides, and easy ones are classified right", () => {
    const enrolment = enrol(windows("keystroke", 50, 1), windows("keystroke", 50, 2, 2));
    if (enrolment.kind !== "enrolment") throw new Error(enrolment.reason);
    expect(enrolment.report).toMatchObject({ mated: 50, nonMated: 50, heldOut: 20 });
    expect(enrolment.report.heldOutAccuracy).toBeGreaterThan(0.9);
    expect(enrolment.report.importances.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 10);
    expect(enrolment.report.featureNames).toBe(tutorialExtractor.featureNames);
  });

  test("samples that reach into the held-out ones do not train the check", () => {
    const overlapping = windows("keystroke", 50, 1).map((sample) => ({ ...sample, endedAt: 1e9 + sample.endedAt }));
    const enrolment = enrol(overlapping, windows("keystroke", 50, 2, 2));
    expect(enrolment).toMatchObject({ report: { mated: 50, heldOut: 0, heldOutAccuracy: undefined } });
  });

  test("where nobody differs from anybody the check is near one half", () => {
    const chained = (seed: number): FeatureSet[] => {
      const base = windows("keystroke", 60, seed);
      return base.map((sample, i) => ({ ...sample, startedAt: i * 1000, endedAt: i * 1000 + 5000 }));
    };
    const accuracies = Array.from({ length: 20 }, (_, seed) => {
      const enrolment = enrol(chained(seed), windows("keystroke", 60, 100 + seed), seed);
      return enrolment.kind === "enrolment" ? (enrolment.report.heldOutAccuracy ?? 0) : 0;
    });
    expect(accuracies.reduce((sum, one) => sum + one, 0) / 20).toBeGreaterThan(0.4);
    expect(accuracies.reduce((sum, one) => sum + one, 0) / 20).toBeLessThan(0.6);
  });
});

test("a reference is decoded once for each object", () => {
  const enrolment = enrol(windows("keystroke", 30, 1), windows("keystroke", 50, 2, 2));
  if (enrolment.kind !== "enrolment") throw new Error(enrolment.reason);
  const { reference } = enrolment;
  expect(readForestReference(reference, PROBE)).toBe(readForestReference(reference, PROBE));
  expect(readForestReference({ ...reference }, PROBE)).not.toBe(readForestReference(reference, PROBE));
});
