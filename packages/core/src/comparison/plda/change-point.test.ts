import { describe, expect, test } from "vitest";
import { createRandom, gaussian } from "../../math/random.ts";
import { addLook, changeOfHands, NO_WINDOWS, type SittingWindows } from "./change-point.ts";
import type { Expected } from "./compare-sitting.ts";
import type { PldaModel } from "./plda-model.ts";

const D = 40;
const SLOPE = 0.4;
const identity = [SLOPE, 0, 0, 0] as const;
const model: PldaModel = {
  id: "made-up",
  extractor: "made-up@1",
  unit: 50,
  features: new Uint16Array(0),
  knots: new Float32Array(0),
  mean: new Float32Array(0),
  projection: new Int8Array(0),
  scale: new Float32Array(D).fill(1),
  between: Float32Array.from({ length: D }, (_, k) => 2 / (1 + 0.1 * k)),
  sitting: new Float32Array(D).fill(0.25),
  calibration: { same: identity, one: identity, several: identity },
};
const random = createRandom(4);
const normal = (variance: number): number => Math.sqrt(variance) * gaussian(random);
const somebody = (): Float64Array => Float64Array.from(model.between, (b) => normal(b));
const sittingOf = (person: Float64Array): Float64Array => person.map((x) => x + normal(0.25));
const windowOf = (sitting: Float64Array): Float64Array => sitting.map((x) => x + normal(0.75));
const knownAs = (person: Float64Array): Expected => ({
  mean: person,
  variance: new Float64Array(D).fill(0.1 + 0.25),
  calibration: identity,
});
const add = (windows: SittingWindows, latent: Float64Array): SittingWindows =>
  addLook(model, windows, { latent, size: 1, share: 1 });
function statistics(expected: Expected, latents: readonly Float64Array[]): number[] {
  let windows = NO_WINDOWS;
  return latents.map((latent) => {
    windows = add(windows, latent);
    return changeOfHands(model, expected, windows);
  });
}
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

describe("a change of hands in a sitting", () => {
  test("is the largest ratio over its moments, as joint normal densities give it the long way", () => {
    const [one, other] = [somebody(), somebody()];
    const sitting = sittingOf(one);
    const latents = [...times(3, () => windowOf(sitting)), ...times(3, () => windowOf(sittingOf(other)))];
    const rounded = latents.map((latent) => latent.map((x) => Math.round(x / 0.05) * 0.05));
    const expected = knownAs(one);
    // log density of windows from..to of one dimension that share an offset ~ N(mean, variance), given those before in `known`
    const joint = (from: number, to: number, k: number, [mean, variance]: readonly [number, number]): number => {
      const rows = rounded.slice(from, to).map((row) => (row[k] ?? 0) - mean);
      const n = rows.length;
      const sum = rows.reduce((total, x) => total + x, 0);
      const squares = rows.reduce((total, x) => total + x * x, 0);
      const w = 0.75;
      const spread = w + n * variance;
      return -0.5 * (squares / w - (variance * sum * sum) / (w * spread) + n * Math.log(w) + Math.log(spread / w));
    };
    let most = 0;
    for (let tau = 1; tau < 6; tau += 1) {
      let ratio = 0;
      for (let k = 0; k < D; k += 1) {
        const owner = [expected.mean[k] ?? 0, expected.variance[k] ?? 0] as const;
        ratio +=
          joint(tau, 6, k, [0, (model.between[k] ?? 0) + 0.25]) - (joint(0, 6, k, owner) - joint(0, tau, k, owner));
      }
      most = Math.max(most, SLOPE * ratio);
    }
    expect(most).toBeGreaterThan(1);
    expect(statistics(expected, latents).at(-1)).toBeCloseTo(Math.min(15, most), 6);
  });

  test("is found within three windows, in early and in late sittings, and hardly ever where there is none", () => {
    const found = { early: 0, late: 0, none: 0 };
    for (let round = 0; round < 60; round += 1) {
      const [one, other] = [somebody(), somebody()];
      const [mine, theirs] = [sittingOf(one), sittingOf(other)];
      const expected = knownAs(one);
      const own = times(60, () => windowOf(mine));
      const after = times(3, () => windowOf(theirs));
      if (Math.max(...statistics(expected, own)) > 6) found.none += 1;
      if ((statistics(expected, [...own.slice(0, 2), ...after]).at(-1) ?? 0) > 6) found.early += 1;
      if ((statistics(expected, [...own, ...after]).at(-1) ?? 0) > 6) found.late += 1;
    }
    expect(found.none).toBeLessThanOrEqual(1);
    expect(found.early).toBeGreaterThanOrEqual(55);
    expect(found.late).toBeGreaterThanOrEqual(55);
  });

  test("is not seen in the first window, and lies in 0 to 15 whatever comes", () => {
    const wild = times(30, () => somebody().map((x) => 1e6 * x));
    const all = statistics(knownAs(somebody()), wild);
    expect(all[0]).toBe(0);
    for (const one of all) {
      expect(one).toBeGreaterThanOrEqual(0);
      expect(one).toBeLessThanOrEqual(15);
    }
  });

  test("what is kept of a sitting does not grow with it, and survives JSON", () => {
    let windows = NO_WINDOWS;
    const sitting = sittingOf(somebody());
    for (let i = 0; i < 200; i += 1) {
      windows = add(windows, windowOf(sitting));
      expect(JSON.parse(JSON.stringify(windows))).toEqual(windows);
    }
    expect(JSON.stringify(windows).length).toBeLessThan(800);
    expect(windows.olderWindows).toBeLessThanOrEqual(20);
  });
});
