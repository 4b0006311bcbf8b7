import { describe, expect, test } from "vitest";
import { TUTORIAL_FEATURES } from "../features/tutorial.ts";
import { createRandom, gaussian } from "../math/random.ts";
import { moments } from "../math/stats.ts";
import { BASELINE_BACKGROUND } from "./baseline-background.data.ts";
import { drawBackground } from "./baseline-background.ts";
import { fitTwoCovariance, sampler } from "./two-covariance.ts";

const column = (name: (typeof TUTORIAL_FEATURES)[number]): number => TUTORIAL_FEATURES.indexOf(name);

describe("the baseline's background", () => {
  test("the same seed gives the same people, another seed others", () => {
    expect(drawBackground(40, 7)).toEqual(drawBackground(40, 7));
    expect(drawBackground(40, 7)[0]?.values).not.toEqual(drawBackground(40, 8)[0]?.values);
  });

  test("a pattern holds its modality and no other, and without one all three take turns", () => {
    for (const set of drawBackground(60, 1, "keystroke")) expect([set.keystrokes, set.pointerEvents]).toEqual([50, 0]);
    for (const set of drawBackground(60, 1, "pointer")) expect([set.keystrokes, set.pointerEvents]).toEqual([0, 200]);
    for (const set of drawBackground(60, 1, "both")) expect([set.keystrokes, set.pointerEvents]).toEqual([50, 200]);
    const mixed = drawBackground(600, 1);
    expect(mixed.filter((set) => set.pointerEvents === 0)).toHaveLength(200);
    expect(mixed.filter((set) => set.keystrokes === 0)).toHaveLength(200);
  });

  test("what is drawn has the mean that was fitted, and spreads as people and windows together do", () => {
    const logs = drawBackground(8000, 3, "keystroke").map((set) => Math.log(set.values[column("iki_mean")] ?? 0));
    const { mean, std } = moments(logs);
    const { keystroke } = BASELINE_BACKGROUND;
    const spread = Math.sqrt((keystroke.between[0]?.[0] ?? 0) + (keystroke.within[0]?.[0] ?? 0));
    expect(Math.abs(mean - (keystroke.mean[0] ?? 0))).toBeLessThan(0.05); // 1000 people: standard error 0.01
    expect(std / spread).toBeGreaterThan(0.93);
    expect(std / spread).toBeLessThan(1.07);
  });

  test("the derived features agree with those they follow from", () => {
    for (const { values } of drawBackground(50, 2, "both")) {
      const at = (name: (typeof TUTORIAL_FEATURES)[number]): number => values[column(name)] ?? Number.NaN;
      expect(at("mouse_total_distance")).toBeCloseTo(199 * at("mouse_distance_mean"), 6);
      expect(at("typing_speed") * (49 * at("iki_mean") + at("hold_mean"))).toBeCloseTo(50_000, 4);
    }
  });

  test("a count that is none is the caller's mistake", () => {
    expect(() => drawBackground(-1, 1)).toThrow(RangeError);
    expect(() => drawBackground(1.5, 1)).toThrow("count must be an integer of at least 0, got 1.5");
  });
});

describe("two-covariance model", () => {
  test("fitting what was drawn finds the covariances again", () => {
    const truth = {
      mean: [1, -2],
      between: [
        [1, 0.5],
        [0.5, 1],
      ],
      within: [
        [0.25, -0.1],
        [-0.1, 0.16],
      ],
    };
    const person = sampler(truth, createRandom(5));
    const people = Array.from({ length: 3000 }, () => {
      const window = person();
      return Array.from({ length: 5 }, window);
    });
    const found = fitTwoCovariance(people);
    // Standard error of a variance of 1 from 3000 people is about 0.026.
    expect(Math.abs((found.between[0]?.[1] ?? 0) - 0.5)).toBeLessThan(0.1);
    expect(Math.abs((found.between[1]?.[1] ?? 0) - 1)).toBeLessThan(0.1);
    expect(Math.abs((found.within[0]?.[1] ?? 0) + 0.1)).toBeLessThan(0.02);
    expect(Math.abs((found.mean[1] ?? 0) + 2)).toBeLessThan(0.1);
  });

  test("one person, or a person with one row, is no population", () => {
    const random = createRandom(1);
    const rows = [[gaussian(random)], [gaussian(random)]];
    expect(() => fitTwoCovariance([rows])).toThrow("people must be at least 2, got 1");
    expect(() => fitTwoCovariance([rows, [[1]]])).toThrow("people[1] must have at least 2 rows, got 1");
  });
});
