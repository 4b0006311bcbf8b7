import {
  createRandom,
  decodeBackground,
  encodeBackground,
  type FeatureSet,
  gaussian,
  rhythmExtractor,
  shippedTyping,
} from "@habitus/core";
import { expect, test } from "vitest";
import { fitPrivateTyping } from "./fit-private-typing.ts";

const ABOUT = { application: "shop", date: "2026-01-31", software: "test" };
const budget = { epsilon: 3, delta: 1e-6 };
const COLUMNS = rhythmExtractor.featureNames.length;

/** Ten windows in one sitting, of somebody who differs from others at random. */
function typist(seed: number): FeatureSet[][] {
  const random = createRandom(seed);
  const person = Float64Array.from({ length: COLUMNS }, () => gaussian(random));
  return [
    Array.from({ length: 10 }, (_, i) => ({
      extractor: "habitus-features@1",
      values: person.map((value) => value + gaussian(random)),
      startedAt: i * 10_000,
      endedAt: i * 10_000 + 9_000,
      keystrokes: 50,
      pointerEvents: 0,
      quantumMs: 1,
      modalities: ["keystroke"] as const,
    })),
  ] as unknown as FeatureSet[][]; // safe: what is read of a feature set is here
}
const people = Array.from({ length: 60 }, (_, i) => typist(i + 1));

test("what is promised stands in the background, comes back from its file, and is the budget that was asked for", () => {
  const made = fitPrivateTyping(people, ABOUT, { budget, random: createRandom(1) });
  const { provenance, model } = decodeBackground(encodeBackground(made));
  expect(provenance.privacy).toMatchObject({
    unit: "person",
    delta: 1e-6,
    releases: [{ what: "how people differ, 2026-01-31" }, { what: "histograms of their ratios, 2026-01-31" }],
  });
  expect(provenance.privacy?.epsilon).toBeCloseTo(3, 6);
  expect(model.features).toEqual(shippedTyping().model.features);
});

test("who learns again of the same people promises less: all releases count", () => {
  const first = fitPrivateTyping(people, ABOUT, { budget, random: createRandom(1) });
  const second = fitPrivateTyping(people, ABOUT, {
    budget,
    earlier: first.provenance.privacy,
    random: createRandom(2),
  });
  expect(second.provenance.privacy?.releases).toHaveLength(4);
  expect(second.provenance.privacy?.epsilon).toBeGreaterThan(4);
  expect(second.provenance.privacy?.epsilon).toBeLessThan(6);
});

test("no number of it is exact about the people: they are counted with noise, their windows not at all", () => {
  const counts = [1, 2, 3].map(
    (seed) => fitPrivateTyping(people, ABOUT, { budget, random: createRandom(seed) }).provenance,
  );
  expect(new Set(counts.map((one) => one.people)).size).toBeGreaterThan(1);
  for (const one of counts) expect([one.windows, one.furtherSittings]).toEqual([0, 0]);
});

test("the noise is the system's, and never the same twice", () => {
  const [one, other] = [0, 1].map(() => fitPrivateTyping(people, ABOUT, { budget }).model);
  expect(one?.projection).not.toEqual(other?.projection);
});
