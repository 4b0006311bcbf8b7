import fc from "fast-check";
import { describe, expect as expectThat, test } from "vitest";
import vectors from "../../../vectors/plda.json" with { type: "json" };
import { CoreError } from "../../error.ts";
import { expect, rawLlr } from "./compare-sitting.ts";
import { decodePerson, encodePerson } from "./encode-person.ts";
import { decodePlda, encodePlda } from "./encode-plda.ts";
import { addWindow, closeSitting, noPerson, noSitting, type SittingSum } from "./person.ts";
import { latentOf, type PldaModel } from "./plda-model.ts";

const identity = [1, 0, 0, 0] as const;
const model: PldaModel = {
  id: "vectors",
  extractor: "made-up@1",
  unit: 50,
  features: Uint16Array.from({ length: vectors.mean.length }, (_, f) => f),
  knots: Float32Array.from(vectors.knots),
  mean: Float32Array.from(vectors.mean),
  projection: Int8Array.from(vectors.projection),
  scale: Float32Array.from(vectors.scale),
  between: Float32Array.from(vectors.between),
  sitting: Float32Array.from(vectors.sitting),
  calibration: { same: identity, one: identity, several: identity },
};
const windows = vectors.windows.map((values) => Float64Array.from(values, (value) => value ?? Number.NaN));
const latents = windows.map((values) => latentOf(model, values));

function together(from: number, to: number): SittingSum {
  let sum = noSitting(model.scale.length);
  for (let i = from; i < to; i += 1)
    sum = addWindow(sum, latents[i] ?? new Float64Array(0), vectors.sizes[i] ?? Number.NaN);
  return sum;
}

describe("against densities computed the long way (vectors/plda.py)", () => {
  test("windows lie where they should", () => {
    latents.forEach((latent, i) => {
      latent.forEach((value, k) => {
        expectThat(value).toBeCloseTo(vectors.latents[i]?.[k] ?? Number.NaN, 7);
      });
    });
  });

  const first = closeSitting(model, { ...noPerson(model), open: together(0, 3) });
  const person = { ...first, open: together(3, 5) };
  test("a later sitting of a person with two", () => {
    const llr = rawLlr(model, expect(model, closeSitting(model, person), false), together(5, 7));
    expectThat(llr).toBeCloseTo(vectors.llr.another, 6);
    expectThat(rawLlr(model, expect(model, person, false), together(5, 7))).toBeCloseTo(vectors.llr.another, 6);
  });
  test("the sitting that was enrolled goes on", () => {
    expectThat(rawLlr(model, expect(model, person, true), together(5, 7))).toBeCloseTo(vectors.llr.same, 6);
  });
  test("one window against one window", () => {
    const one = closeSitting(model, { ...noPerson(model), open: together(0, 1) });
    expectThat(rawLlr(model, expect(model, one, false), together(7, 8))).toBeCloseTo(vectors.llr.one, 6);
  });
});

describe("what is stored", () => {
  test("a model comes back as it was, but for the rounding of knots and means", () => {
    const again = decodePlda(encodePlda(model));
    expectThat({ ...again, knots: [], mean: [] }).toEqual({ ...model, knots: [], mean: [] });
    again.knots.forEach((knot, i) => {
      const own = model.knots.subarray(9 * Math.floor(i / 9), 9 * Math.floor(i / 9) + 9);
      expectThat(Math.abs(knot - (model.knots[i] ?? 0))).toBeLessThan(((own[8] ?? 0) - (own[0] ?? 0)) / 400);
    });
    again.mean.forEach((mean, f) => {
      expectThat(Math.abs(mean - (model.mean[f] ?? 0))).toBeLessThan(1e-4);
    });
    expectThat(encodePlda(again).length).toBe(encodePlda(model).length);
  });

  test("a person comes back with a precision of a 65,000th of the largest number", () => {
    const person = { ...noPerson(model), open: together(0, 5) };
    const { person: again, openUntil } = decodePerson(encodePerson({ person, openUntil: 1_800_000_000_000 }), model);
    expectThat(openUntil).toBe(1_800_000_000_000);
    expectThat(again.open.windows).toBeCloseTo(person.open.windows, 6);
    const largest = Math.max(...person.open.sum.map(Math.abs));
    again.open.sum.forEach((value, k) => {
      expectThat(Math.abs(value - (person.open.sum[k] ?? 0))).toBeLessThan(largest / 65_000);
    });
  });

  test("damaged bytes are an error of their own or another finite model, never a crash", () => {
    const bytes = encodePlda(model);
    const stored = encodePerson({ person: { ...noPerson(model), open: together(0, 5) }, openUntil: 5 });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, value, length) => {
        for (const [whole, read] of [
          [bytes, (part: Uint8Array) => decodePlda(part)],
          [stored, (part: Uint8Array) => decodePerson(part, model)],
        ] as const) {
          const damaged = whole.slice(0, length % 3 === 0 ? length % whole.length : whole.length);
          if (at < damaged.length) damaged[at] = value;
          try {
            read(damaged);
          } catch (error) {
            expectThat(error instanceof CoreError && error.code).toBe("malformedReference");
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
