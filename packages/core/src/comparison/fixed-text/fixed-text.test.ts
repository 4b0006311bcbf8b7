import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { KeyZone } from "../../events/key-zone.ts";
import type { Phrase } from "../../features/fixed-text/phrase.ts";
import { checkFixedText } from "../../laws/index.ts";
import { createRandom } from "../../math/random.ts";
import type { Reference } from "../comparator.ts";
import { comparePhrase, enrolPhrase } from "./fixed-text.ts";
import type { PhraseModel } from "./phrase-model.ts";
import { practised } from "./practice.ts";
import { readReference } from "./read-reference.ts";
import { adaptPhrase, confirmPhrase, followPhrase } from "./update-phrase.ts";

interface Stream {
  readonly scores: readonly number[];
  readonly learnt: number;
}
// Safe: vectors/fixed-text.py writes exactly this.
const vectors = JSON.parse(readFileSync(new URL("../../../vectors/fixed-text.json", import.meta.url), "utf8")) as {
  readonly keys: number;
  readonly own: readonly (readonly number[])[];
  readonly other: readonly (readonly number[])[];
  readonly static: readonly {
    readonly enrolled: number;
    readonly attempt: number;
    readonly centre: readonly number[];
    readonly precision: readonly number[];
    readonly own: readonly number[];
    readonly other: readonly number[];
  }[];
  readonly follow: Stream;
  readonly anchored: Stream;
};

const ZONES: readonly KeyZone[] = Array.from({ length: vectors.keys }, (_, i) =>
  i % 2 === 0 ? "leftTop" : "rightHome",
);
const model: PhraseModel = { id: "distances only", practice: 0.075, weightings: [] };

function phrase(timesMs: readonly number[]): Phrase {
  const holdMs = Float64Array.from(timesMs.slice(0, vectors.keys));
  const latencyMs = Float64Array.from(timesMs.slice(vectors.keys));
  return { kind: "phrase", zones: ZONES, holdMs, latencyMs, corrections: 0, startedAt: 0, endedAt: 2000 };
}
const own = vectors.own.map(phrase);
const other = vectors.other.map(phrase);

function enrolled(count: number): Reference {
  const outcome = enrolPhrase(own.slice(0, count), { now: 5 });
  if (outcome.kind !== "enrolledPhrase") throw new Error(outcome.reason);
  return outcome.reference;
}
function distance(reference: Reference, probe: Phrase, attempt?: number): number {
  const evidence = comparePhrase(model, reference, probe, attempt === undefined ? {} : { attempt });
  if (evidence.kind !== "evidence") throw new Error(evidence.reason);
  return -evidence.score;
}

test("the laws of fixed text hold", () => {
  for (const seed of [1, 2, 3]) checkFixedText(createRandom(seed));
});

describe("recipe FT1", () => {
  test("centre, precision and distances are those of another implementation", () => {
    for (const expected of vectors.static) {
      const reference = enrolled(expected.enrolled);
      const { template, metric } = readReference(reference);
      const { mean, at } = template.working;
      const centre = practised(mean, vectors.keys, { from: at, to: expected.attempt, practice: model.practice });
      centre.forEach((value, j) => {
        expect(value).toBeCloseTo(expected.centre[j] ?? Number.NaN, 5);
      });
      metric.spread.forEach((value, j) => {
        expect(1 / value).toBeCloseTo(expected.precision[j] ?? Number.NaN, 2);
      });
      expected.own.forEach((value, i) => {
        expect(Math.abs(distance(reference, own[50 + i] as Phrase, expected.attempt) - value)).toBeLessThan(5e-4); // in range
      });
      expected.other.forEach((value, i) => {
        expect(Math.abs(distance(reference, other[i] as Phrase, expected.attempt) - value)).toBeLessThan(5e-4); // in range
      });
    }
  });

  // The other implementation keeps the last 100 repetitions, and cuts deviations off about the newest mean; sums cannot.
  test("following is that of another implementation", () => {
    let reference = enrolled(10);
    let learnt = 0;
    own.slice(10).forEach((probe, i) => {
      expect(Math.abs(distance(reference, probe) - (vectors.follow.scores[i] ?? Number.NaN))).toBeLessThan(0.02);
      const updated = followPhrase(reference, probe, { now: 6 });
      if (updated.kind !== "updatedPhrase") throw new Error(updated.reason);
      reference = updated.reference;
      if (updated.learnt) learnt += 1;
    });
    expect(learnt).toBe(vectors.follow.learnt);
  });

  test("following within reach of what was confirmed is that of another implementation", () => {
    let reference = enrolled(10);
    let learnt = 0;
    own.slice(10).forEach((probe, i) => {
      expect(Math.abs(distance(reference, probe) - (vectors.anchored.scores[i] ?? Number.NaN))).toBeLessThan(0.02);
      const update = (i + 11) % 10 === 0 ? confirmPhrase : adaptPhrase;
      const updated = update(reference, probe, { now: 6 });
      if (updated.kind !== "updatedPhrase") throw new Error(updated.reason);
      reference = updated.reference;
      if (updated.learnt) learnt += 1;
    });
    expect(learnt).toBe(vectors.anchored.learnt);
  });
});
