import { describe, expect, test } from "vitest";
import { fitKnownPeople } from "../../fit/fit-known-people.ts";
import { createRandom, gaussian } from "../../math/random.ts";
import { floorLlr, knowPerson, LLR_FLOOR, mixBranches, pointerLlr, seenSitting } from "./compare-windows.ts";
import { againstKnown } from "./known-people.ts";
import { domainRatio, nearestSitting } from "./nearest-sitting.ts";

const random = createRandom(5);
const D = 6;
const space = { between: new Float64Array(D).fill(1), sitting: new Float64Array(D).fill(0.3) };
const around = (mean: number, count: number): Float64Array[] =>
  Array.from({ length: count }, () => Float64Array.from({ length: D }, () => mean + 0.5 * gaussian(random)));

describe("a sitting of the pointer", () => {
  test("the likelihood ratio of one dimension is that of two normals", () => {
    const one = { between: [2], sitting: [0.4] };
    const known = knowPerson(one, [{ mean: Float64Array.of(1.5), windows: 6 }]);
    // posterior: precision 1/2 + 1/(0.4 + 0.6/6) = 2.5, mean 3/2.5; probe noise 0.4 + 0.6/3 = 0.6
    const log = (x: number, mean: number, variance: number): number =>
      -0.5 * Math.log(2 * Math.PI * variance) - (x - mean) ** 2 / (2 * variance);
    const expected = log(0.7, 1.2, 0.4 + 0.6) - log(0.7, 0, 2 + 0.6);
    expect(pointerLlr(one, known, { mean: Float64Array.of(0.7), windows: 3 })).toBeCloseTo(expected, 12);
  });

  test("of several known sittings the nearest decides, and none known is no answer", () => {
    const [near, far] = [seenSitting(around(0, 20)), seenSitting(around(6, 20))];
    const probe = seenSitting(around(0, 10));
    const alone = nearestSitting(space, [near], probe) ?? Number.NaN;
    expect(nearestSitting(space, [far, near], probe)).toBeCloseTo(alone - Math.log(2), 6);
    expect(nearestSitting(space, [far], probe)).toBeLessThan(alone - 20);
    expect(nearestSitting(space, [], probe)).toBeUndefined();
    expect(nearestSitting(space, [near], { ...probe, windows: 0 })).toBeUndefined();
  });

  test("windows further out than people in general are of another domain", () => {
    expect(domainRatio(space, around(0, 50))).toBeLessThan(1);
    expect(domainRatio(space, around(3, 50))).toBeGreaterThan(1);
    expect(domainRatio(space, [])).toBe(0);
  });

  test("another device never says more against the owner than its share allows, and no window more than the floor", () => {
    expect(mixBranches(-30, 2)).toBeCloseTo(Math.log(0.03) + 2, 6);
    expect(mixBranches(4, -30)).toBeCloseTo(Math.log(0.97) + 4, 6);
    expect(floorLlr(-1000)).toBeCloseTo(Math.log(LLR_FLOOR), 12);
    expect(floorLlr(1000)).toBeLessThan(51);
  });
});

test("known people are told from each other, however few windows one has", () => {
  const people = [around(0, 40), around(1.5, 40), around(-1.5, 1)];
  const model = fitKnownPeople(people);
  people.forEach((_, claimed) => {
    const mean = [0, 1.5, -1.5][claimed] ?? 0;
    expect(againstKnown(model, claimed, around(mean, 20))).toBeGreaterThan(0);
    expect(againstKnown(model, (claimed + 1) % 3, around(mean, 20))).toBeLessThan(0);
  });
});
