import { describe, expect, test } from "vitest";
import type { PointerEvent } from "../events/event.ts";
import type { Sample } from "../events/segment.ts";
import { checkExtractor } from "../laws/index.ts";
import { createRandom } from "../math/random.ts";
import { fromTutorialRow, TUTORIAL_FEATURES, toTutorialRow, tutorialExtractor } from "./tutorial.ts";

const empty: Sample = {
  kind: "sample",
  startedAt: 1000,
  endedAt: 2000,
  quantumMs: 1,
  keystrokes: [],
  pointer: [],
  wheel: [],
  pointerType: undefined,
};
const move = (at: number, x: number, y: number): PointerEvent => ({
  kind: "pointer",
  phase: "move",
  pointer: "mouse",
  at,
  x,
  y,
  contact: 0,
  button: -1,
  buttons: 0,
  pressure: 0,
  size: 1,
});
const named = (sample: Sample): Record<string, number> =>
  Object.fromEntries(TUTORIAL_FEATURES.map((name, i) => [name, tutorialExtractor.extract(sample).values[i] ?? 0]));

test("the laws of extractors hold", () => {
  checkExtractor(tutorialExtractor, createRandom(1));
});

test("the table has the tutorial's columns in its order", () => {
  expect(TUTORIAL_FEATURES.join()).toBe(
    "iki_mean,iki_std,hold_mean,hold_std,typing_speed,keystroke_count," +
      "mouse_distance_mean,mouse_distance_std,mouse_speed_mean,mouse_speed_std,mouse_total_distance,mouse_event_count",
  );
});

test("keystroke features are those of a calculation by hand", () => {
  const zone = "leftHome";
  const features = named({
    ...empty,
    keystrokes: [
      { zone, pressAt: 1000, releaseAt: 1080 },
      { zone, pressAt: 1100, releaseAt: 1220 },
      { zone, pressAt: 1400, releaseAt: undefined },
      { zone, pressAt: 1400, releaseAt: 1500 },
    ],
  });
  // Intervals 100, 300, 0: mean 133.33, squares 1111.1 + 27777.8 + 17777.8 over 3. Holds 80, 120, 100: squares 800 over 3.
  expect(features.iki_mean).toBeCloseTo(400 / 3, 9);
  expect(features.iki_std).toBeCloseTo(Math.sqrt(140_000 / 9), 9);
  expect(features.hold_mean).toBeCloseTo(100, 9);
  expect(features.hold_std).toBeCloseTo(Math.sqrt(800 / 3), 9);
  expect(features.typing_speed).toBe(8); // 4 keystrokes in 500 ms
  expect(features.keystroke_count).toBe(4);
  expect(features.mouse_event_count).toBeNaN();
});

test("mouse features are those of a calculation by hand, and a step without time has no speed", () => {
  const features = named({
    ...empty,
    pointer: [move(0, 0, 0), move(10, 3, 4), { ...move(15, 99, 99), phase: "down" }, move(10, 3, 16), move(30, 3, 16)],
  });
  // Steps 5, 12, 0 px in 10, 0, 20 ms: speeds 500 and 0 px/s.
  expect(features.mouse_distance_mean).toBeCloseTo(17 / 3, 9);
  expect(features.mouse_distance_std).toBeCloseTo(Math.sqrt(169 / 3 - (17 / 3) ** 2), 9);
  expect(features.mouse_speed_mean).toBe(250);
  expect(features.mouse_speed_std).toBe(250);
  expect(features.mouse_total_distance).toBe(17);
  expect(features.mouse_event_count).toBe(4);
  expect(features.iki_mean).toBeNaN();
});

describe("rows of the tutorial's table", () => {
  const row = [150, 60, 90, 20, 6, 50, 8, 9, 400, 500, 1600, 200];

  test("a row comes back as it was, an absent modality as zeros", () => {
    expect(toTutorialRow(fromTutorialRow(row, 0, 1))).toEqual(row);
    const onlyKeys = fromTutorialRow([...row.slice(0, 6), 0, 0, 0, 0, 0, 0], 0, 1);
    expect(onlyKeys).toMatchObject({ keystrokes: 50, pointerEvents: 0, extractor: "tutorial@1" });
    expect(onlyKeys.values[6]).toBeNaN();
    expect(toTutorialRow(onlyKeys)).toEqual([...row.slice(0, 6), 0, 0, 0, 0, 0, 0]);
  });

  test("a row that is too short or not of numbers is refused by the column's name", () => {
    expect(() => fromTutorialRow(row.slice(1), 0, 1)).toThrow(/12 numbers, got 11/);
    expect(() => fromTutorialRow([...row.slice(0, 11), Number.NaN], 0, 1)).toThrow(/mouse_event_count .* got NaN/);
    expect(() => fromTutorialRow([-1, ...row.slice(1)], 0, 1)).toThrow(/iki_mean .* got -1/);
  });
});
