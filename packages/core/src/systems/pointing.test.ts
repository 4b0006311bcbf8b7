import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPopulation } from "../attacks/population.ts";
import { session } from "../attacks/session.ts";
import type { Reference } from "../comparison/comparator.ts";
import { encodePlda } from "../comparison/plda/encode-plda.ts";
import type { Event, PointerEvent } from "../events/event.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { checkExtractor } from "../laws/index.ts";
import { createRandom } from "../math/random.ts";
import { shippedPointer } from "../models/shipped-pointer.ts";
import { pointing } from "./pointing.ts";
import type { Sitting } from "./system.ts";

const DAY = 86_400_000;
const people = createPopulation(12, 977); // nobody of the background, which has another seed
const only = { type: 0, point: 1, scroll: 0.1, navigate: 0.1, read: 0 };

function setsOf(events: readonly Event[], quantumMs = 0.1): FeatureSet[] {
  return pointing.segmenter
    .push(pointing.segmenter.initial(), events, quantumMs)
    .windows.flatMap((window) => (window.kind === "sample" ? [pointing.extractor.extract(window)] : []));
}
function pointed(person: number, startAt: number, durationMs = 60_000): FeatureSet[] {
  const who = people[person];
  if (who === undefined) throw new Error("no such person");
  return setsOf(session(who, { startAt, durationMs, seed: startAt / DAY, mix: only })).filter(
    (s) => s.pointerEvents > 0,
  );
}
function enrolled(samples: readonly FeatureSet[]): Reference {
  const made = pointing.enrol(samples, { background: [], random: createRandom(1), now: 3 * DAY });
  if (made.kind !== "enrolment") throw new Error(made.reason);
  return made.reference;
}
const reference = enrolled([...pointed(0, DAY), ...pointed(0, 2 * DAY)]);

/** What a sitting says as a whole, and how large its state is. */
function followed(sets: readonly FeatureSet[], against = reference) {
  let sitting: Sitting | undefined;
  let llr = 0;
  let bytes = 0;
  const lastly: number[] = [];
  for (const set of sets) {
    const next = pointing.follow?.(against, set, sitting);
    sitting = next?.sitting;
    bytes = Math.max(bytes, JSON.stringify(sitting).length);
    if (next?.evidence.kind !== "evidence") continue;
    llr += next.evidence.llr;
    lastly.push(next.evidence.sittingLlr ?? 0);
  }
  return { llr, bytes, lastly };
}

test("the laws of extractors hold for strokes", () => {
  checkExtractor(pointing.extractor, createRandom(1));
});

test("the models that come with it take at most 100 kB, a reference at most 2 kB, a sitting at most 2 kB", () => {
  const { arms } = shippedPointer();
  expect(encodePlda(arms.full).length + encodePlda(arms.behaviour).length).toBeLessThan(100_000);
  expect(reference.payload.length).toBeLessThan(2000);
  expect(followed(pointed(0, 5 * DAY)).bytes).toBeLessThan(2000);
});

describe("somebody who only points", () => {
  test("is told from others on another day", () => {
    const own = followed(pointed(0, 5 * DAY)).llr;
    const others = people.slice(1).map((_, i) => followed(pointed(i + 1, 5 * DAY)).llr);
    expect(others.filter((llr) => llr < own).length).toBeGreaterThanOrEqual(others.length - 1);
  });

  test("evidence is bounded, says which families spoke, and adds up to what the sitting as a whole says", () => {
    const sets = pointed(0, 5 * DAY);
    const [first] = sets;
    if (first === undefined) throw new Error("no window");
    const evidence = pointing.compare(reference, first);
    if (evidence.kind !== "evidence") throw new Error("no evidence");
    expect(evidence.modalities).toEqual(["pointer"]);
    expect(evidence.contributions.reduce((sum, { share }) => sum + Math.abs(share), 0)).toBeCloseTo(1, 9);
    expect(followed([first]).llr).toBeCloseTo(evidence.llr, 1);
    for (let person = 0; person < 6; person += 1)
      expect(followed(pointed(person, 6 * DAY)).llr).toBeGreaterThan(Math.log(0.02) - 1e-9);
  });

  test("too little pointing enrols nobody and says how much is missing", () => {
    const made = pointing.enrol(pointed(0, DAY).slice(0, 2), { background: [], random: createRandom(1), now: DAY });
    expect(made).toMatchObject({ kind: "failureToEnrol", reason: "tooFewSamples", need: 4, missing: 2 });
  });

  test("a reference of another background is never compared, nor one that is cut off", () => {
    const [probe] = pointed(0, 5 * DAY);
    if (probe === undefined) throw new Error("no window");
    expect(() => pointing.compare({ ...reference, comparator: "arms@1:another" }, probe)).toThrow(/enrol again/);
    expect(() => pointing.compare({ ...reference, payload: reference.payload.slice(0, 60) }, probe)).toThrow(
      /cannot be read/,
    );
  });
});

describe("what is no hand on a mouse", () => {
  const move = (at: number, x: number, y: number, more: Partial<PointerEvent> = {}): PointerEvent => ({
    kind: "pointer",
    at,
    x,
    y,
    phase: "move",
    pointer: "mouse",
    contact: 1,
    button: -1,
    buttons: 0,
    pressure: 0,
    size: 0,
    ...more,
  });
  const evidence = (events: readonly Event[]) => setsOf(events).map((set) => pointing.compare(reference, set));
  const line = (count: number, make: (i: number) => PointerEvent): PointerEvent[] =>
    Array.from({ length: count }, (_, i) => make(i));

  test.each([
    ["a pointer that stands still", line(400, (i) => move(1e12 + 16 * i, 300, 300))],
    ["a pen", line(400, (i) => move(1e12 + 16 * i, 300 + i, 300 + (i % 7), { pointer: "pen" }))],
    ["a finger", line(400, (i) => move(1e12 + 16 * i, 300 + i, 300 + (i % 7), { pointer: "touch" }))],
    ["nothing but fillers of a remote desktop", line(400, (i) => move(1e12 + 16 * i, 65_535, 65_535 - (i % 2)))],
    ["jumps from one end of the screen to the other", line(400, (i) => move(1e12 + 16 * i, 4000 * (i % 2), 300))],
    ["everything in one instant", line(400, (i) => move(1e12, 300 + i, 300))],
  ])("%s: no evidence", (_, events) => {
    expect(evidence(events).every(({ kind }) => kind === "noEvidence")).toBe(true);
  });

  test.each([
    ["a mouse of 1 kHz", line(3000, (i) => move(1e12 + i, 300 + 200 * Math.sin(i / 300), 300 + i / 10))],
    ["a remote desktop of 10 Hz", line(600, (i) => move(1e12 + 100 * i, 300 + 200 * Math.sin(i / 5), 300 + (i % 40)))],
    ["bursts of four at a time", line(600, (i) => move(1e12 + 16 * Math.floor(i / 4), 300 + 2 * i, 300 + (i % 9)))],
    ["two mice at once", line(600, (i) => move(1e12 + 8 * i, 300 + 50 * (i % 2) + i, 300, { contact: i % 2 }))],
  ])("%s: evidence within its bounds, or none", (_, events) => {
    for (const one of evidence(events))
      if (one.kind === "evidence") expect(one.llr >= Math.log(0.02) - 1e-9 && one.llr <= 20).toBe(true);
  });

  test("whatever comes, evidence is bounded or absent", () => {
    const event = fc.record({
      wait: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 }), fc.constant(900)),
      x: fc.oneof(fc.integer({ min: -60, max: 2000 }), fc.constant(65_535)),
      y: fc.double({ min: 0, max: 1200, noNaN: true }),
      phase: fc.constantFrom("move", "move", "move", "move", "down", "up", "cancel"),
      pointer: fc.constantFrom("mouse", "mouse", "mouse", "pen", "touch"),
    });
    fc.assert(
      fc.property(fc.array(event, { minLength: 150, maxLength: 400 }), (list) => {
        let at = 1e12;
        const events = list.map(({ wait, x, y, phase, pointer }) => {
          at += wait;
          return move(at, x, y, { phase, pointer, button: phase === "move" ? -1 : 0 });
        });
        for (const one of evidence(events))
          if (one.kind === "evidence") expect(Math.abs(one.llr)).toBeLessThanOrEqual(20);
      }),
      { numRuns: 60 },
    );
  });
});
