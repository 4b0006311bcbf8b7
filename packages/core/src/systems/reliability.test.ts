import { describe, expect, test } from "vitest";
import { createPopulation, session } from "../attacks/index.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { createRandom } from "../math/random.ts";
import { shippedTyping } from "../models/shipped-typing.ts";
import { habitus } from "./habitus.ts";
import { pointing } from "./pointing.ts";
import { reliabilityOf } from "./reliability.ts";
import { createTyping } from "./typing.ts";

const DAY_MS = 86_400_000;
const people = createPopulation(6, 21);
const typing = createTyping(shippedTyping);
const options = { background: [], random: createRandom(1), now: 10 * DAY_MS };

function sets(
  system: Pick<typeof habitus, "segmenter" | "extractor">,
  person: number,
  day: number,
  type = 1,
): FeatureSet[] {
  const who = people[person];
  if (who === undefined) throw new Error("no such person");
  const mix = type === 1 ? { type: 1, point: 0, scroll: 0, navigate: 0 } : { type: 0.5, point: 1 };
  const events = session(who, { startAt: day * DAY_MS, durationMs: 150_000, seed: 100 * person + day, mix });
  const { windows } = system.segmenter.push(system.segmenter.initial(), events, 0.1);
  return windows.flatMap((window) => (window.kind === "sample" ? [system.extractor.extract(window)] : []));
}
const typed = (persons: readonly number[]) => persons.flatMap((person, day) => sets(typing, person, day + 1));

describe("what a part weighs for a person", () => {
  test("is all while the person's own days speak for the person, and less where they do not resemble each other", () => {
    const steady = reliabilityOf(typing, typed([0, 0, 0, 0]), options);
    expect(steady).toBe(1);
    const torn = reliabilityOf(typing, typed([0, 0, 0, 4]), options);
    expect(torn).toBeLessThan(0.6);
    expect(torn).toBeGreaterThanOrEqual(0.25);
  });

  test("is all with fewer than three sittings, from which nothing can be held out", () => {
    expect(reliabilityOf(typing, typed([0, 4]), options)).toBe(1);
    expect(reliabilityOf(pointing, [], options)).toBe(1);
  });

  test("is kept with the reference, and every ratio of that part is as much smaller", () => {
    const days = [0, 0, 0, 4].flatMap((person, day) => sets(habitus, person, day + 1, 2));
    const made = habitus.enrol(days, options);
    if (made.kind !== "enrolment") throw new Error(made.reason);
    const [probe] = sets(habitus, 5, 8, 1);
    if (probe === undefined) throw new Error("nothing was typed");
    const said = (reference: typeof made.reference) => {
      const evidence = habitus.compare(reference, probe);
      return evidence.kind === "evidence" ? evidence.llr : Number.NaN;
    };
    // The section of the weights is the last of the payload: two varints of nothing, the count, and a byte for each part.
    const plain = { ...made.reference, payload: made.reference.payload.slice(0, -7) };
    const ratio = said(made.reference) / said(plain);
    expect(ratio).toBeLessThan(0.9);
    expect(ratio).toBeGreaterThanOrEqual(0.24);
  });
});
