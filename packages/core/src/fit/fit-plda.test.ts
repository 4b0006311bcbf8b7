import { describe, expect, test } from "vitest";
import { decodePlda, encodePlda } from "../comparison/plda/encode-plda.ts";
import { latentOf, type PldaModel } from "../comparison/plda/plda-model.ts";
import { createRandom, gaussian } from "../math/random.ts";
import { fitPlda } from "./fit-plda.ts";
import { type WindowsTable, WindowsTableBuilder } from "./windows-table.ts";

const COLUMNS = 14;
const OPTIONS = { id: "test", extractor: "made-up@1", unit: 50, dimensions: 6, features: 12 };

interface Made {
  readonly people: number;
  /** Sittings of each person. */
  readonly sittings: (person: number) => number;
  readonly windows: number;
  readonly seed: number;
  /** How much the first two features vary from sitting to sitting, 1 unless said. */
  readonly days?: number;
}

/** People differ by 2 in the first four features and by nothing in the others; sittings by `days` in the first two; windows by 1 everywhere. */
function made({ people, sittings, windows, seed, days = 1 }: Made): WindowsTable {
  const random = createRandom(seed);
  const table = new WindowsTableBuilder(COLUMNS);
  let sitting = 0;
  const draw = (spread: (f: number) => number): Float64Array =>
    Float64Array.from({ length: COLUMNS }, (_, f) => spread(f) * gaussian(random));
  for (let subject = 0; subject < people; subject += 1) {
    const person = draw((f) => (f < 4 ? 2 : 0));
    for (let s = 0; s < sittings(subject); s += 1) {
      const day = draw((f) => (f < 2 ? days : 0));
      for (let w = 0; w < windows; w += 1) {
        const values = draw(() => 1).map((value, f) => value + (person[f] ?? 0) + (day[f] ?? 0));
        if (random() < 0.1) values[COLUMNS - 1] = Number.NaN;
        table.add(values, { subject, sitting, population: 0, size: 1 });
      }
      sitting += 1;
    }
  }
  return table.build();
}

/** Share of the pairs of people whose mean places are further apart than windows of one person are, on people never seen. */
function separation(model: PldaModel): number {
  const table = made({ people: 12, sittings: () => 1, windows: 8, seed: 99 });
  const places = Array.from({ length: 12 }, (_, person) =>
    Array.from({ length: 8 }, (__, w) => {
      const row = person * 8 + w;
      return latentOf(model, Float64Array.from(table.values.subarray(row * COLUMNS, (row + 1) * COLUMNS)));
    }),
  );
  const apart = (a: Float64Array, b: Float64Array): number =>
    Math.sqrt(a.reduce((sum, value, k) => sum + (model.between[k] ?? 0) * (value - (b[k] ?? 0)) ** 2, 0));
  let [right, pairs] = [0, 0];
  for (const [i, own] of places.entries())
    for (const [j, other] of places.entries())
      for (let w = 1; w < 8; w += 1)
        if (i !== j) {
          const [a, b, c] = [own[0], own[w], other[w]];
          if (a === undefined || b === undefined || c === undefined) throw new Error("eight windows each");
          right += apart(a, b) < apart(a, c) ? 1 : 0;
          pairs += 1;
        }
  return right / pairs;
}

describe("a model of people in general", () => {
  const often = made({ people: 60, sittings: () => 4, windows: 5, seed: 1 });
  const model = fitPlda(often, OPTIONS);

  test("tells people apart whom it never saw", () => {
    expect(separation(model)).toBeGreaterThan(0.9);
  });
  test("keeps the features in which people differ", () => {
    expect([...model.features].filter((f) => f < 4)).toEqual([0, 1, 2, 3]);
    expect(model.features.length).toBe(12);
  });
  test("knows that sittings vary, and that this is not the person", () => {
    const steady = fitPlda(made({ people: 60, sittings: () => 4, windows: 5, seed: 1, days: 0 }), OPTIONS);
    const first = ({ sitting }: PldaModel): number => sitting.subarray(0, 4).reduce((sum, s) => sum + s, 0);
    expect(first(model)).toBeGreaterThan(2 * first(steady));
    expect(model.between[0]).toBeGreaterThan(0.4);
    expect(model.between[4]).toBeLessThan((model.between[0] ?? 0) / 4);
  });
  test("is the same bytes from the same windows, and survives its encoding", () => {
    expect(encodePlda(fitPlda(often, OPTIONS))).toEqual(encodePlda(model));
    expect(separation(decodePlda(encodePlda(model)))).toBeCloseTo(separation(model), 1);
  });
  test("a calibrated ratio grows with the raw one for every kind of comparison", () => {
    for (const [scale, byLog] of Object.values(model.calibration))
      expect(scale + byLog * Math.log(5)).toBeGreaterThan(0);
  });
});

test("a few people who came back do not upset what many who did not have taught", () => {
  const once = fitPlda(made({ people: 80, sittings: () => 1, windows: 6, seed: 3 }), OPTIONS);
  const few = fitPlda(made({ people: 80, sittings: (person) => (person < 3 ? 2 : 1), windows: 6, seed: 3 }), OPTIONS);
  expect((few.between[0] ?? 0) / (once.between[0] ?? 1)).toBeGreaterThan(0.8);
  expect((few.between[0] ?? 0) / (once.between[0] ?? 1)).toBeLessThan(1.25);
  expect(separation(few)).toBeGreaterThan(separation(once) - 0.02);
});

test("too few people are refused with what to do", () => {
  expect(() => fitPlda(made({ people: 5, sittings: () => 2, windows: 4, seed: 1 }), OPTIONS)).toThrow(
    /at least 8 people/,
  );
});
