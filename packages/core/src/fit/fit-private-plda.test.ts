import { describe, expect, test } from "vitest";
import { compareSitting, expect as expected } from "../comparison/plda/compare-sitting.ts";
import { KNOTS } from "../comparison/plda/gaussianise.ts";
import { addWindow, noPerson, noSitting } from "../comparison/plda/person.ts";
import { latentOf, type PldaModel } from "../comparison/plda/plda-model.ts";
import { createRandom, gaussian } from "../math/random.ts";
import { account } from "../privacy/accountant.ts";
import { calibratePrivately } from "./calibrate-privately.ts";
import { fitPlda } from "./fit-plda.ts";
import { clipped, fitPrivatePlda } from "./fit-private-plda.ts";
import { type WindowsTable, WindowsTableBuilder } from "./windows-table.ts";

const FEATURES = 24;
const OPTIONS = { id: "made-up", extractor: "made-up@1", unit: 50, dimensions: 12, features: FEATURES } as const;

/** People who differ in all features, in those from `strong` on twice as much; the mean of the crowd is `offset`. */
function crowd(
  people: number,
  { seed, strong, offset }: { readonly seed: number; readonly strong: number; readonly offset: number },
): WindowsTable {
  const random = createRandom(seed);
  const table = new WindowsTableBuilder(FEATURES);
  for (let subject = 0; subject < people; subject += 1) {
    const person = Array.from({ length: FEATURES }, (_, f) => offset + (f >= strong ? 1 : 0.4) * gaussian(random));
    for (let window = 0; window < 10; window += 1)
      table.add(
        person.map((value) => value + gaussian(random)),
        { subject, sitting: subject, population: 0, size: 1 },
      );
  }
  return table.build();
}
/** Share of wrong answers, 4 windows enrolled and one compared, at 0. */
function errors(model: PldaModel, table: WindowsTable): number {
  const look = (row: number) =>
    latentOf(model, Float64Array.from(table.values.subarray(row * FEATURES, (row + 1) * FEATURES)));
  const people = table.subject.length / 10;
  let wrong = 0;
  for (let i = 0; i < people; i += 1) {
    let open = noSitting(model.scale.length);
    for (let w = 0; w < 4; w += 1) open = addWindow(open, look(10 * i + w), 1);
    const known = expected(model, { ...noPerson(model), open }, true);
    const llr = (row: number) => compareSitting(model, known, { sum: look(row), windows: 1 });
    if (llr(10 * i + 7) < 0) wrong += 1;
    if (llr(10 * ((i + 1) % people) + 7) > 0) wrong += 1;
  }
  return wrong / (2 * people);
}

const base = fitPlda(crowd(60, { seed: 1, strong: FEATURES, offset: 0 }), OPTIONS);
const own = crowd(1500, { seed: 2, strong: 16, offset: 0.5 });
const tested = crowd(300, { seed: 3, strong: 16, offset: 0.5 });
const fit = (table: WindowsTable, epsilon: number | undefined, seed = 4) =>
  fitPrivatePlda(table, {
    id: "private",
    base,
    budget: epsilon === undefined ? undefined : { epsilon, delta: 1e-6 },
    random: createRandom(seed),
  });

describe("a background with a promise", () => {
  test("learns of these people what the public one does not know, less the stricter the promise", () => {
    const [shipped, free, loose, strict] = [
      errors(base, tested),
      ...[undefined, 10, 0.05].map((e) => errors(fit(own, e).model, tested)),
    ];
    expect(free).toBeLessThan((shipped ?? 0) - 0.02);
    expect(loose).toBeLessThan((shipped ?? 0) - 0.02);
    expect(strict).toBeGreaterThan((loose ?? 1) - 0.005);
  });

  test("spends exactly what it was given, and is another at each draw of noise, the same with the same", () => {
    const made = fit(own, 3);
    expect(account(made.releases, 1e-6).epsilon).toBeCloseTo(3, 8);
    expect(made.releases).toHaveLength(2);
    expect(fit(own, undefined).releases).toEqual([]);
    expect(fit(own, 3).model.projection).toEqual(made.model.projection);
    expect(fit(own, 3, 5).model.projection).not.toEqual(made.model.projection);
    expect(Math.abs(made.people - 1500)).toBeLessThan(50);
  });

  test("one person, however odd, moves it no more than anybody may: within the noise", () => {
    const odd = new WindowsTableBuilder(FEATURES);
    const few = crowd(200, { seed: 6, strong: 16, offset: 0.5 });
    for (let row = 0; row < few.subject.length; row += 1)
      odd.add(few.values.subarray(row * FEATURES, (row + 1) * FEATURES), {
        subject: few.subject[row] ?? 0,
        sitting: few.sitting[row] ?? 0,
        population: 0,
        size: 1,
      });
    for (let window = 0; window < 10; window += 1)
      odd.add(new Array<number>(FEATURES).fill(1e6), { subject: 9_999, sitting: 9_999, population: 0, size: 1 });
    const moved = (left: PldaModel, right: PldaModel): number =>
      Math.hypot(...left.between.map((value, k) => value - (right.between[k] ?? 0)));
    const [without, including, noise] = [fit(few, 1), fit(odd.build(), 1), fit(few, 1, 99)];
    expect(moved(without.model, including.model)).toBeLessThan(moved(without.model, noise.model));
  });

  test("learns how far its ratios may be believed from histograms with noise, about as without noise", () => {
    const learnt = [0, 3, 1e6].map((sigma) => calibratePrivately(own, base, { sigma, random: createRandom(5) }).same);
    const [free, noisy, drowned] = learnt;
    expect(Math.abs((noisy?.[0] ?? 0) / (free?.[0] ?? 1) - 1)).toBeLessThan(0.15);
    expect(Math.abs((noisy?.[2] ?? 9) - (free?.[2] ?? 0))).toBeLessThan(0.4);
    expect(drowned).toEqual(base.calibration.same); // nothing to be learnt from that
  });

  test("keeps knots and features of the public model, and all its numbers are finite", () => {
    const { model } = fit(own, 3);
    expect(model.features).toBe(base.features);
    expect(model.knots).toBe(base.knots);
    expect(model.knots).toHaveLength(FEATURES * KNOTS);
    for (const line of Object.values(model.calibration)) expect(line.every(Number.isFinite)).toBe(true);
    for (const list of [model.between, model.sitting, model.scale, model.mean])
      expect(list.every(Number.isFinite)).toBe(true);
  });

  test("is refused where there is nobody to hide among", () => {
    expect(() => fit(crowd(1, { seed: 7, strong: 16, offset: 0 }), 3)).toThrow(RangeError);
  });

  test("clips the length of what one person gives, and leaves shorter ones", () => {
    expect([...clipped(Float64Array.of(3, 4), 1)]).toEqual([0.6, 0.8]);
    expect([...clipped(Float64Array.of(3, 4), 6)]).toEqual([3, 4]);
  });
});
