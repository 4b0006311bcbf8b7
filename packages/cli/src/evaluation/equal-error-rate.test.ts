import { createRandom } from "@habitus/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrap } from "./bootstrap.ts";
import { equalErrorRate, equalErrorRateOf } from "./equal-error-rate.ts";

describe("the equal error rate", () => {
  test("is what the rates say", () => {
    expect(equalErrorRate({ mated: [0.9, 0.8], nonMated: [0.1, 0.2] })).toBe(0);
    expect(equalErrorRate({ mated: [0.1, 0.2], nonMated: [0.9, 0.8] })).toBe(1);
    // Above 0.3 one of four mated is rejected and one of four non-mated accepted.
    expect(equalErrorRate({ mated: [0.3, 0.6, 0.7, 0.8], nonMated: [0.1, 0.2, 0.25, 0.65] })).toBe(0.25);
    // All tied: accepted together (FMR 1, FNMR 0) or rejected together (0, 1); the line between crosses at one half.
    expect(equalErrorRate({ mated: [0.5, 0.5], nonMated: [0.5, 0.5, 0.5] })).toBe(0.5);
    expect(equalErrorRate({ mated: [], nonMated: [0.5] })).toBeNaN();
  });

  test("a subject of weight two counts like two subjects", () => {
    const scores = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 8 });
    const scored = fc.record({ mated: scores, nonMated: scores });
    fc.assert(
      fc.property(scored, scored, (one, other) => {
        const weighted = equalErrorRateOf([one, other])([2, 1]);
        expect(weighted).toBeCloseTo(equalErrorRateOf([one, one, other])([1, 1, 1]), 12);
        expect(equalErrorRateOf([one, other])([0, 1])).toBeCloseTo(equalErrorRate(other), 12);
      }),
    );
  });
});

describe("the bootstrap", () => {
  test("covers the mean as often as it says", () => {
    const random = createRandom(3);
    const runs = 300;
    let covered = 0;
    for (let run = 0; run < runs; run += 1) {
      const values = Array.from({ length: 40 }, random); // uniform, so with mean 0.5
      const mean = (weights: ArrayLike<number>): number => {
        const total = values.reduce((sum, _, i) => sum + (weights[i] ?? 0), 0);
        return values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0) / total;
      };
      const { low, high } = bootstrap(values.length, mean, { random, resamples: 200 });
      if (low <= 0.5 && 0.5 <= high) covered += 1;
    }
    // 95 % of 300 is 285, standard deviation 3.8; the percentile method is a little short for 40 values.
    expect(covered).toBeGreaterThan(265);
    expect(covered).toBeLessThan(300);
  });
});
