import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { PointerEvent, WheelEvent } from "../../../events/event.ts";
import { createRandom, gaussian, integer } from "../../../math/random.ts";
import { cutEvent, cutStrokes, emptyCutter, flushCutter } from "./cut-strokes.ts";
import { addHabits, HABIT_GROUPS, HABITS } from "./habit-counts.ts";
import type { Stroke } from "./stroke.ts";
import { addCounts, COUNT_GROUPS, COUNTS } from "./stroke-counts.ts";
import { STROKE_FEATURES, strokeFeatures } from "./stroke-features.ts";
import { tracePath } from "./trace-path.ts";

interface Vector extends Omit<Stroke, "pointer"> {
  readonly features: readonly number[];
  readonly counts: readonly number[];
}
// Safe: vectors/strokes.py writes exactly this.
const vectors = JSON.parse(
  readFileSync(new URL("../../../../vectors/strokes.json", import.meta.url), "utf8"),
) as readonly Vector[];

const still = { kind: "pointer", pointer: "mouse", contact: 0, pressure: 0, size: 0 } as const;
function moveTo(at: number, x: number, y = 0, buttons = 0): PointerEvent {
  return { ...still, at, x, y, phase: "move", button: -1, buttons };
}
function button(at: number, phase: "down" | "up", x = 0): PointerEvent {
  return { ...still, at, x, y: 0, phase, button: 0, buttons: phase === "down" ? 1 : 0 };
}
function run(from: number, count: number, buttons = 0): PointerEvent[] {
  return Array.from({ length: count }, (_, i) => moveTo(from + 10 * i, from / 10 + 5 * i, 3 * i, buttons));
}

describe("what a stroke is made of", () => {
  test("features and counts are those of another implementation", () => {
    expect(vectors.length).toBe(13);
    let total = 0;
    for (const { at, x, y, features, counts, ...ends } of vectors) {
      const path = tracePath(at, x, y);
      if (path === undefined) throw new Error("a vector has no path");
      const values = strokeFeatures(path, ends);
      expect(values.length).toBe(features.length);
      values.forEach((value, i) => {
        expect(Math.abs(value - (features[i] ?? Number.NaN)), STROKE_FEATURES[i]).toBeLessThan(1e-8);
      });
      const own = new Float64Array(COUNTS);
      addCounts(path, own);
      expect([...own]).toEqual(counts);
      total += own.reduce((sum, count) => sum + count, 0);
    }
    expect(total).toBeGreaterThan(1000);
  });

  test("habits count each step twice and each press once, with its hold where that was seen", () => {
    const steps = { dx: Float64Array.of(0, -3, 20, 1.5), dy: Float64Array.of(1, 0, 0, -13) };
    const ends = { kind: "click", holdMs: 100, pauseEndMs: 30, pauseBeforeMs: 0 } as const;
    const into = new Float64Array(HABITS);
    addHabits(steps, ends, { into });
    const set = [...into.entries()].filter(([, count]) => count > 0);
    // hold 95..110 is bin 5, pause 15..40 is 9 + 1, |dx| 0, 3, 13 and 1 from 27 on, |dy| 1, 0, 0 and 13 from 41 on
    expect(set).toEqual([
      [5, 1],
      [10, 1],
      [27, 1],
      [28, 1],
      [30, 1],
      [40, 1],
      [41, 2],
      [42, 1],
      [54, 1],
    ]);
    const moved = new Float64Array(HABITS);
    addHabits(steps, { ...ends, kind: "move", pauseBeforeMs: 1001 }, { into: moved });
    expect([moved.subarray(0, 18).every((count) => count === 0), moved[26]]).toEqual([true, 1]);
  });

  test("the groups of counts fill the vector", () => {
    expect(COUNT_GROUPS.reduce((sum, { size }) => sum + size, 0)).toBe(COUNTS);
    expect(HABIT_GROUPS.reduce((sum, { size }) => sum + size, 0)).toBe(HABITS);
    expect(new Set(STROKE_FEATURES).size).toBe(66);
  });

  test("what does not move, or hardly, is no path", () => {
    expect(tracePath([0, 10, 20, 30, 40], [5, 5, 5, 5, 5], [1, 1, 1, 1, 1])).toBeUndefined();
    expect(tracePath([0, 10, 20, 30], [0, 1, 2, 3], [0, 0, 0, 0])).toBeUndefined(); // 3 px
    expect(tracePath([0, 0, 0, 0, 0], [0, 9, 20, 30, 40], [0, 0, 0, 0, 0])).toBeUndefined(); // one instant
    expect(tracePath([], [], [])).toBeUndefined();
  });
});

describe("cutting strokes", () => {
  test("a pause of more than 400 ms ends a stroke and 400 ms does not", () => {
    expect(cutStrokes([...run(0, 5), ...run(440, 5)]).strokes.map(({ at }) => at.length)).toEqual([10]);
    const [first, second] = cutStrokes([...run(0, 5), ...run(441, 5)]).strokes;
    expect([first?.at.length, second?.at.length, second?.pauseBeforeMs]).toEqual([5, 5, 401]);
  });

  test("a press makes a click, whose hold is known at the release", () => {
    const { strokes } = cutStrokes([...run(0, 6), button(120, "down"), button(200, "up"), ...run(300, 5)]);
    expect(strokes.map(({ kind }) => kind)).toEqual(["click", "move"]);
    expect(strokes[0]).toMatchObject({ pauseEndMs: 70, holdMs: 80, pauseBeforeMs: 0 });
    expect(strokes[1]).toMatchObject({ pauseBeforeMs: 250 });
  });

  test("moving with a button held is a drag, and the click before it has no hold", () => {
    const events = [...run(0, 6), button(60, "down"), ...run(70, 6, 1), button(200, "up")];
    expect(cutStrokes(events).strokes.map(({ kind, holdMs }) => [kind, holdMs])).toEqual([
      ["click", 0],
      ["drag", 0],
    ]);
  });

  test("the wheel, a jump and another pointer end a stroke", () => {
    const wheel: WheelEvent = { kind: "wheel", at: 45, dx: 0, dy: 1, unit: "line" };
    expect(cutStrokes([...run(0, 5), wheel, ...run(50, 5)]).strokes.length).toBe(2);
    const far = run(50, 5).map((event) => ({ ...event, x: event.x + 5000 }));
    const jumped = cutStrokes([...run(0, 5), ...far]);
    expect([jumped.strokes.length, jumped.flaws.teleport]).toEqual([2, 1]);
    const touch = run(50, 5).map((event) => ({ ...event, pointer: "touch" as const }));
    expect(cutStrokes([...run(0, 5), ...touch]).strokes.map(({ pointer }) => pointer)).toEqual(["mouse", "touch"]);
  });

  test("fillers, times that run back and numbers that are none are counted and harm nothing", () => {
    const clean = run(0, 8);
    const dirty = clean.flatMap((event, i) => [
      event,
      ...(i === 3
        ? [
            { ...event, x: 65_535, y: 65_535 },
            { ...event, x: Number.NaN },
            { ...event, at: Number.NaN },
          ]
        : []),
    ]);
    const { strokes, flaws } = cutStrokes(dirty);
    expect(strokes).toEqual(cutStrokes(clean).strokes);
    expect(flaws).toMatchObject({ filler: 1, notFinite: 2, backwards: 0 });
    const late = clean.map((event, i) => (i === 4 ? { ...event, at: 5 } : event));
    const back = cutStrokes(late);
    expect(back.flaws.backwards).toBe(1);
    expect([...(back.strokes[0]?.at ?? [])]).toEqual([0, 10, 20, 30, 30, 50, 60, 70]);
  });

  test("pieces of a stream give the strokes of the whole, and the state survives JSON", () => {
    const events = [...run(0, 6), button(120, "down"), button(200, "up"), ...run(300, 30, 1), ...run(900, 7)];
    let state = emptyCutter();
    const strokes: Stroke[] = [];
    for (const event of events) {
      state = JSON.parse(JSON.stringify(state)) as typeof state; // safe: just written
      cutEvent(state, event, strokes);
    }
    flushCutter(state, strokes);
    expect(strokes).toEqual(cutStrokes(events).strokes);
  });

  test("whatever comes, features are finite and a stroke has an end", () => {
    const random = createRandom(11);
    for (let round = 0; round < 300; round += 1) {
      const events: (PointerEvent | WheelEvent)[] = [];
      let [at, x, y] = [1.7e12, 300, 300];
      const scale = 10 ** (integer(random, 5) - 2);
      for (let i = 0; i < 200; i += 1) {
        at +=
          random() < 0.02 ? 5000 * random() : random() < 0.1 ? 0 : random() * 20 * scale - (random() < 0.02 ? 50 : 0);
        x += gaussian(random) * scale * 10;
        y += random() < 0.3 ? 0 : gaussian(random) * scale * 10;
        const phase = (["move", "move", "move", "move", "move", "move", "down", "up", "cancel"] as const)[
          integer(random, 9)
        ];
        const place = random() < 0.01 ? 65_535 : x;
        if (random() < 0.02) events.push({ kind: "wheel", at, dx: 0, dy: 1, unit: "line" });
        else
          events.push({
            ...moveTo(at, place, y, integer(random, 2)),
            phase: phase ?? "move",
            button: phase === "move" ? -1 : 0,
          });
      }
      const { strokes, flaws } = cutStrokes(events);
      expect(Object.values(flaws).every((count) => count >= 0)).toBe(true);
      for (const stroke of strokes) {
        expect(stroke.at.length).toBeLessThanOrEqual(400);
        const path = tracePath(stroke.at, stroke.x, stroke.y);
        if (path === undefined) continue;
        const counts = new Float64Array(COUNTS);
        addCounts(path, counts);
        expect(strokeFeatures(path, stroke).every(Number.isFinite)).toBe(true);
        expect(counts.every((count) => count >= 0)).toBe(true);
      }
    }
  });
});
