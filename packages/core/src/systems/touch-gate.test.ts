import { expect, test } from "vitest";
import { createPopulation, session } from "../attacks/index.ts";
import type { Event, PointerType } from "../events/event.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { createRandom } from "../math/random.ts";
import { habitus } from "./habitus.ts";

const DAY = 86_400_000;
const MIX = { type: 0.3, point: 1, scroll: 0.1, navigate: 0.1, read: 0 };
const [owner, other] = createPopulation(2, 977);

function events(who: typeof owner, day: number): Event[] {
  if (who === undefined) throw new Error("nobody");
  return session(who, { startAt: day * DAY, durationMs: 180_000, seed: day, mix: MIX });
}
const by = (list: readonly Event[], pointer: PointerType): Event[] =>
  list.map((event) => (event.kind === "pointer" ? { ...event, pointer, contact: 1, pressure: 0.4, size: 22 } : event));
const setsOf = (list: readonly Event[]): FeatureSet[] =>
  habitus.segmenter
    .push(habitus.segmenter.initial(), list, 0.1)
    .windows.flatMap((window) => (window.kind === "sample" ? [habitus.extractor.extract(window)] : []));
const made = habitus.enrol(
  [1, 2].flatMap((day) => setsOf(events(owner, day))),
  {
    background: [],
    random: createRandom(1),
    now: 3 * DAY,
  },
);
const said = (list: readonly Event[]) => {
  if (made.kind !== "enrolment") throw new Error(made.reason);
  return setsOf(list).map((set) => habitus.compare(made.reference, set));
};
const aboutPointers = (list: readonly Event[]) =>
  said(list).filter((one) => one.kind === "evidence" && one.modalities.includes("pointer"));

test("a finger is never judged by a model of mice, and a mouse is", () => {
  expect(aboutPointers(events(owner, 5)).length).toBeGreaterThan(3);
  expect(aboutPointers(by(events(owner, 5), "touch"))).toEqual([]);
  expect(aboutPointers(by(events(other, 5), "touch"))).toEqual([]);
});

test("a finger on the screen changes nothing of what a mouse says at the same time", () => {
  const mouse = events(owner, 5);
  const finger = by(events(other, 5), "touch").filter(({ kind }) => kind === "pointer");
  const mixed = [...mouse, ...finger].sort((left, right) => left.at - right.at);
  expect(aboutPointers(mixed)).toEqual(aboutPointers(mouse));
});

test("fingers enrol nobody for mice", () => {
  const touched = setsOf(by([...events(owner, 1), ...events(owner, 2)], "touch"));
  expect(touched.filter(({ pointerEvents }) => pointerEvents > 0)).toEqual([]);
});
