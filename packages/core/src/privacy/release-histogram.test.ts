import { expect, test } from "vitest";
import { createRandom } from "../math/random.ts";
import { releaseHistogram } from "./release-histogram.ts";

const random = createRandom(3);
const plain = { bins: 3, sigma: 0, random };

test("a person counts for one at most, however much was seen of them", () => {
  const busy = [[300, 100, 0]];
  expect([...releaseHistogram(busy, plain)]).toEqual([0.75, 0.25, 0]);
  expect([...releaseHistogram([...busy, [0, 0, 0.5]], plain)]).toEqual([0.75, 0.25, 0.5]);
});

test("every bin gets noise of the size that was paid for, empty ones too, and none is bent to be positive", () => {
  const bins = 4000;
  const released = releaseHistogram([new Array<number>(bins).fill(0)], { bins, sigma: 5, random });
  const mean = released.reduce((sum, value) => sum + value, 0) / bins;
  const spread = Math.sqrt(released.reduce((sum, value) => sum + (value - mean) ** 2, 0) / bins);
  // Standard errors: 5 / sqrt(4000) = 0.08 of the mean, 5 / sqrt(8000) = 0.056 of the spread; four of each.
  expect(Math.abs(mean)).toBeLessThan(0.32);
  expect(Math.abs(spread - 5)).toBeLessThan(0.23);
  expect(released.some((value) => value < 0)).toBe(true);
});

test("histograms of another length or with negative counts, and no amount of noise, are refused", () => {
  expect(() => releaseHistogram([[1, 2]], plain)).toThrow(RangeError);
  expect(() => releaseHistogram([[1, -2, 0]], plain)).toThrow(RangeError);
  expect(() => releaseHistogram([], { ...plain, sigma: Number.NaN })).toThrow(RangeError);
});
