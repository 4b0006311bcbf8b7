import { createRandom, type FeatureSet, habitus, type System } from "@habitus/core";
import { createPopulation, typeText } from "@habitus/core/attacks";
import { expect, test } from "vitest";
import { replay } from "./replay.ts";

const [owner, , , , other] = createPopulation(5, 11);
const DAY_MS = 86_400_000;

function typed(person: typeof owner, keystrokes: number, startAt: number): FeatureSet[] {
  if (person === undefined) throw new Error("the population is too small");
  const events = typeText(person, { keystrokes, startAt, random: createRandom(startAt) });
  const { windows } = habitus.segmenter.push(habitus.segmenter.initial(), events, 0.1);
  return windows.flatMap((window) => (window.kind === "sample" ? [habitus.extractor.extract(window)] : []));
}

/** It can judge windows of a sitting in no other way. */
const following = {
  ...habitus,
  compare: () => {
    throw new Error("a window of a sitting was compared as if it were alone");
  },
} as unknown as System; // safe: a state comes only from its own system

test("windows of a sitting are followed where the system can: who takes over inside it is noticed", () => {
  const now = 3 * DAY_MS;
  const made = habitus.enrol([...typed(owner, 300, DAY_MS), ...typed(owner, 300, 2 * DAY_MS)], {
    background: [],
    random: createRandom(1),
    now,
  });
  if (made.kind !== "enrolment") throw new Error(made.reason);
  const own = typed(owner, 300, now);
  const parts = [
    { person: "owner", samples: own },
    { person: "other", samples: typed(other, 300, DAY_MS) }, // recorded before
  ];
  const ticks = [...replay(following, made.reference, { subject: "owner", parts })];
  expect(ticks.slice(0, own.length).every(({ decision }) => decision === "continue")).toBe(true);
  expect(ticks.at(-1)).toMatchObject({ person: "other", decision: "lock" });
});
