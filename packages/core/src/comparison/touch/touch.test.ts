import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTouchers, touchSession } from "../../attacks/index.ts";
import { CoreError } from "../../error.ts";
import type { FeatureSet } from "../../features/extractor.ts";
import { noTouch, readTouch } from "../../features/touch/read-touch.ts";
import { TOUCH_EXTRACTOR, TOUCH_FEATURES } from "../../features/touch/touch-set.ts";
import { createRandom, integer } from "../../math/random.ts";
import { shuffle } from "../../math/stats.ts";
import { shippedTouch } from "../../models/shipped-touch.ts";
import { compareTouch, followTouch, type TouchSitting } from "./compare-touch.ts";
import { MOST_PER_TOUCH_SITTING } from "./touch-model.ts";
import { knownTouch, learnTouch } from "./touch-reference.ts";

const DAY = 86_400_000;
const { model } = shippedTouch();
const people = createTouchers(12, 5150);
const setsOf = (person: number, day: number): readonly FeatureSet[] => {
  const habits = people[person];
  if (habits === undefined) throw new Error("nobody");
  return readTouch(noTouch(), touchSession(habits, { startAt: day * DAY, durationMs: 150_000, seed: day })).sets;
};
const references = people.map((_, i) => learnTouch([...setsOf(i, 1), ...setsOf(i, 2)], 3 * DAY));
const [reference] = references;
if (reference === undefined) throw new Error("nobody");
function sittingLlr(against: typeof reference, sets: readonly FeatureSet[]): number {
  let before: TouchSitting | undefined;
  let sum = 0;
  for (const probe of sets) {
    const next = followTouch(model, against, { probe, before });
    before = JSON.parse(JSON.stringify(next.sitting));
    sum += next.llr;
  }
  return sum;
}
const probeOf = (values: readonly number[]): FeatureSet => ({
  ...{
    kind: "featureSet",
    extractor: TOUCH_EXTRACTOR,
    startedAt: 9 * DAY,
    endedAt: 9 * DAY,
    keystrokes: 0,
    pointerEvents: 0,
  },
  values: Float64Array.from(values),
});

describe("whose finger it is", () => {
  test("a person on another day is told from others, on simulated people", () => {
    const mated = references.map((own, i) => sittingLlr(own, setsOf(i, 9)));
    const others = references.flatMap((own, i) => [1, 2, 3].map((step) => sittingLlr(own, setsOf((i + step) % 12, 9))));
    const above = mated.flatMap((m) => others.map((n) => (m > n ? 1 : m === n ? 0.5 : 0)));
    expect(above.reduce<number>((sum, one) => sum + one, 0) / above.length).toBeGreaterThan(0.9);
    expect(mated.filter((llr) => llr > 0).length).toBeGreaterThanOrEqual(10);
  });

  test("whatever is measured, a sitting says no more than its bound, and what is missing says nothing", () => {
    const anyValue = fc.oneof(fc.double(), fc.constant(Number.NaN), fc.double({ min: -10, max: 10 }));
    fc.assert(
      fc.property(
        fc.array(fc.array(anyValue, { minLength: TOUCH_FEATURES.length, maxLength: TOUCH_FEATURES.length }), {
          maxLength: 12,
        }),
        (rows) => {
          const llr = sittingLlr(reference, rows.map(probeOf));
          expect(Math.abs(llr)).toBeLessThanOrEqual(MOST_PER_TOUCH_SITTING + 1e-9);
        },
      ),
    );
    expect(sittingLlr(reference, [probeOf(TOUCH_FEATURES.map(() => Number.NaN))])).toBe(0);
  });

  test("the order of windows in a sitting does not matter", () => {
    const sets = setsOf(0, 9).slice(0, 6);
    const once = sittingLlr(reference, sets);
    for (let seed = 0; seed < 10; seed += 1) {
      const mixed = shuffle([...sets], createRandom(seed)).map((set) => ({
        ...set,
        startedAt: 9 * DAY,
        endedAt: 9 * DAY,
      }));
      expect(sittingLlr(reference, mixed)).toBeCloseTo(once, 2);
    }
  });

  test("the less is known of a person, the nearer to nothing it says", () => {
    const [window] = setsOf(0, 1);
    if (window === undefined) throw new Error("no window");
    const little = learnTouch([window], 3 * DAY);
    const mean = (against: typeof reference): number =>
      [8, 9, 10, 11].reduce((sum, day) => sum + Math.abs(sittingLlr(against, setsOf(0, day))), 0) / 4;
    expect(mean(little)).toBeLessThan(mean(reference) + 1e-9);
    const nobody = learnTouch([], 3 * DAY);
    expect(sittingLlr(nobody, setsOf(0, 9))).toBe(0);
  });

  test("a feature that nothing is known of in people says nothing", () => {
    const blind = { ...model, features: model.features.map(() => undefined) };
    const seen = { sums: TOUCH_FEATURES.map(() => 1), counts: TOUCH_FEATURES.map(() => 1) };
    expect(compareTouch(blind, knownTouch(reference), seen).llr).toBe(0);
  });
});

describe("what is kept of it", () => {
  test("a reference does not depend on the order of windows and takes 300 bytes, a sitting less than 1 kB", () => {
    const sets = [...setsOf(0, 1), ...setsOf(0, 2)];
    const mixed = shuffle([...sets], createRandom(3));
    expect(learnTouch(mixed, 3 * DAY).payload).toEqual(reference.payload);
    expect(reference.payload.length).toBeLessThanOrEqual(300);
    let before: TouchSitting | undefined;
    for (const probe of setsOf(0, 9)) before = followTouch(model, reference, { probe, before }).sitting;
    expect(JSON.stringify(before).length).toBeLessThan(1024);
  });

  test("another version is never compared, and a damaged reference is told as one", () => {
    const codeOfThrown = (made: typeof reference): string | undefined => {
      try {
        knownTouch(made);
        return undefined;
      } catch (thrown) {
        return thrown instanceof CoreError ? thrown.code : String(thrown);
      }
    };
    expect(codeOfThrown({ ...reference, comparator: "touch-fingers@0" })).toBe("versionMismatch");
    expect(codeOfThrown({ ...reference, payload: reference.payload.slice(0, -2) })).toBe("malformedReference");
    expect(codeOfThrown({ ...reference, payload: Uint8Array.of(7) })).toBe("malformedReference");
    const random = createRandom(9);
    for (let round = 0; round < 200; round += 1) {
      const payload = reference.payload.slice();
      for (let flips = 0; flips < 3; flips += 1) payload[integer(random, payload.length)] = integer(random, 256);
      expect([undefined, "malformedReference"]).toContain(codeOfThrown({ ...reference, payload }));
    }
    expect(() => learnTouch([{ ...probeOf([]), extractor: "strokes@1" }], 0)).toThrow(/not from strokes/);
  });
});
