import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../math/random.ts";
import { estimateQuantum } from "./clock.ts";

/** Differences of stamps that a clock of this quantum gives to events at random times, kept to 0.1 ms as events are. */
function differences(quantumMs: number, seed: number): number[] {
  const random = createRandom(seed);
  const stamps: number[] = [];
  let time = 1000 * random();
  for (let i = 0; i < 60; i += 1) {
    time += 3 + 250 * random() ** 2;
    stamps.push(Math.round(10 * quantumMs * Math.floor(time / quantumMs)) / 10);
  }
  return stamps.slice(1).map((stamp, i) => stamp - (stamps[i] ?? 0));
}

test("a clock's own quantum is found", () => {
  for (const quantum of [0.1, 1, 10, 15.625, 50 / 3, 100 / 3, 100])
    for (let seed = 0; seed < 20; seed += 1)
      expect(estimateQuantum(differences(quantum, seed)), `quantum ${quantum}, seed ${seed}`).toBe(quantum);
});

test("a display that is not quite 60 Hz counts as one", () => {
  expect(estimateQuantum(differences(1000 / 59.94, 1))).toBe(50 / 3);
});

test("too few differences, pauses and nonsense say nothing", () => {
  expect(estimateQuantum([])).toBe(1);
  expect(estimateQuantum([100, 100, 100])).toBe(1);
  expect(estimateQuantum(new Array(50).fill(100_000))).toBe(1);
  expect(estimateQuantum(new Array(50).fill(0))).toBe(1);
});

test("an estimate is always a positive number", () => {
  fc.assert(
    fc.property(fc.array(fc.double()), (values) => {
      const quantum = estimateQuantum(values);
      expect(quantum > 0 && quantum <= 100).toBe(true);
    }),
  );
});
