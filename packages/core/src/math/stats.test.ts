import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "./random.ts";
import { logit, moments, shuffle } from "./stats.ts";

test("mean and standard deviation are those of the definition, also far from zero", () => {
  // (2 + 4 + 4 + 4 + 5 + 5 + 7 + 9) / 8 = 5; squares 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32; sqrt(32 / 8) = 2
  expect(moments([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, std: 2 });
  const far = moments([2, 4, 4, 4, 5, 5, 7, 9].map((value) => value + 1e9));
  expect(far.mean - 1e9).toBeCloseTo(5, 6);
  expect(far.std).toBeCloseTo(2, 6);
  expect(moments([])).toEqual({ mean: Number.NaN, std: Number.NaN });
});

test("the logit undoes the logistic function and refuses what is no probability between 0 and 1", () => {
  fc.assert(
    fc.property(fc.double({ min: -15, max: 15, noNaN: true }), (odds) => {
      expect(logit(1 / (1 + Math.exp(-odds)))).toBeCloseTo(odds, 6);
    }),
  );
  for (const wrong of [0, 1, -1, Number.NaN]) expect(() => logit(wrong)).toThrow(RangeError);
});

test("shuffling keeps every item and gives each order equally often", () => {
  const random = createRandom(3);
  const orders = new Map<string, number>();
  for (let i = 0; i < 6000; i += 1) {
    const order = shuffle(["a", "b", "c"], random).join("");
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  expect(orders.size).toBe(6);
  for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(150); // 5 sigma of 6000 * 1/6 * 5/6
});
