import { describe, expect, test } from "vitest";
import { fitFusion } from "../fit/fit-fusion.ts";
import { createRandom, gaussian } from "../math/random.ts";
import { fuse, independent, sharesOf } from "./fuse.ts";

const random = createRandom(3);
/** Calibrated ratios: of two normals one standard deviation times `d` apart. */
const llr = (mated: boolean, d: number): number => d * (d * (mated ? 0.5 : -0.5) + gaussian(random));
const trials = (make: (mated: boolean) => number[]) =>
  Array.from({ length: 4000 }, (_, i) => ({ mated: i % 2 === 0, llrs: make(i % 2 === 0) }));

describe("fusing likelihood ratios", () => {
  test("independent parts add up, a silent part is left out, and nobody speaking is no answer", () => {
    expect(fuse(independent(3), [1, -2, 4])).toBe(3);
    expect(fuse({ weights: [1, 0.5], offset: 3 }, [undefined, -4])).toBe(-2);
    expect(fuse(independent(2), [undefined, undefined])).toBeUndefined();
    expect(() => fuse(independent(2), [1])).toThrow(/2 weights for 1/);
    expect(() => fuse(independent(1), [Number.NaN])).toThrow(/finite/);
  });

  test("shares keep their signs and their absolute values sum to 1", () => {
    expect(sharesOf({ weights: [1, 0.5], offset: 9 }, [3, -2])).toEqual([0.75, -0.25]);
    expect(sharesOf(independent(2), [undefined, 0])).toEqual([0, 0]);
  });

  test("calibrated independent parts are learnt to weigh 1, the same part twice half each, noise nothing", () => {
    const free = fitFusion(trials((mated) => [llr(mated, 1.5), llr(mated, 1)])).weights;
    for (const weight of free) expect(weight).toBeGreaterThan(0.85);
    const twice = fitFusion(
      trials((mated) => {
        const one = llr(mated, 1.5);
        return [one + 0.01 * gaussian(random), one + 0.01 * gaussian(random)];
      }),
    ).weights;
    expect((twice[0] ?? 0) + (twice[1] ?? 0)).toBeGreaterThan(0.85);
    expect((twice[0] ?? 0) + (twice[1] ?? 0)).toBeLessThan(1.15);
    const noise = fitFusion(trials((mated) => [llr(mated, 1.5), 2 * gaussian(random)])).weights;
    expect(Math.abs(noise[1] ?? 1)).toBeLessThan(0.1);
  });

  test("no weight is below 0 or above 1, whatever was learnt from", () => {
    const odd = fitFusion(trials((mated) => [0.1 * llr(mated, 2), -llr(mated, 1)])).weights;
    expect(odd).toEqual([1, 0]);
    expect(() => fitFusion([{ mated: true, llrs: [1] }])).toThrow(/20 comparisons/);
  });
});
