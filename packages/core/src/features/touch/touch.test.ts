import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPopulation, createTouchers, session, touchSession } from "../../attacks/index.ts";
import { EVENT_KINDS, type Event, type PointerEvent } from "../../events/event.ts";
import { noTouch, readTouch, type TouchPending } from "./read-touch.ts";
import { TOUCH_EXTRACTOR, TOUCH_FEATURES } from "./touch-set.ts";

const START = 1_700_000_000_000;
const [one, other] = createTouchers(2, 7);
if (one === undefined || other === undefined) throw new Error("nobody");
const events = touchSession(one, { startAt: START, durationMs: 180_000, seed: 1 });
const { sets } = readTouch(noTouch(), events);
const featureValue = (values: Float64Array | undefined, name: string): number =>
  values?.[TOUCH_FEATURES.indexOf(name)] ?? Number.NaN;

const finger = (at: number, phase: PointerEvent["phase"], rest: Partial<PointerEvent> = {}): PointerEvent => ({
  ...{
    kind: "pointer",
    phase,
    pointer: "touch",
    contact: 0,
    x: 100,
    y: 100,
    button: 0,
    buttons: 1,
    pressure: 0.5,
    size: 20,
  },
  at: START + at,
  ...rest,
});
/** Ten taps of the same kind close a window. */
const taps = (change: (i: number) => Partial<PointerEvent>, holdMs = 80): PointerEvent[] =>
  Array.from({ length: 10 }, (_, i) => [
    finger(i * 1000, "down", change(i)),
    finger(i * 1000 + holdMs, "up", { ...change(i), x: (change(i).x ?? 100) + 3, pressure: 0 }),
  ]).flat();

describe("touch", () => {
  test("a window has a value or none per name, never an infinite one, and counts nothing of a mouse", () => {
    expect(sets.length).toBeGreaterThan(5);
    for (const set of sets) {
      expect(set).toMatchObject({ extractor: TOUCH_EXTRACTOR, keystrokes: 0, pointerEvents: 0 });
      expect(set.values).toHaveLength(TOUCH_FEATURES.length);
      expect(set.values.some((value) => Math.abs(value) === Number.POSITIVE_INFINITY)).toBe(false);
      expect(set.endedAt).toBeGreaterThanOrEqual(set.startedAt);
    }
  });

  test("the same hour later gives the same numbers", () => {
    const later = events.map((event) => ({ ...event, at: event.at + 3_600_000 }));
    readTouch(noTouch(), later).sets.forEach(({ values }, i) => {
      for (const [k, value] of values.entries()) {
        const first = sets[i]?.values[k] ?? Number.NaN;
        if (Number.isNaN(value)) expect(first).toBeNaN();
        else expect(Math.abs(value - first)).toBeLessThan(0.03); // instants of 13 digits keep tenths
      }
    });
  });

  test("batch by batch gives the same windows as all at once, through JSON as well, and the state stays small", () => {
    const whole = readTouch(noTouch(), events);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: events.length }), { maxLength: 8 }), (cuts) => {
        const borders = [0, ...cuts.sort((a, b) => a - b), events.length];
        let pending = noTouch();
        const found = borders.slice(1).flatMap((end, i) => {
          const stored: TouchPending = JSON.parse(JSON.stringify(pending));
          const next = readTouch(stored, events.slice(borders[i], end));
          pending = next.pending;
          return next.sets;
        });
        expect(found).toEqual(whole.sets);
        expect(pending).toEqual(whole.pending);
      }),
      { numRuns: 20 },
    );
    expect(JSON.stringify(whole.pending).length).toBeLessThan(1500);
  });

  test("mouse and pen are passed over, whatever else a finger does", () => {
    const [somebody] = createPopulation(1, 3);
    if (somebody === undefined) throw new Error("nobody");
    const mouse = session(somebody, { startAt: START, durationMs: 120_000, seed: 1 });
    expect(readTouch(noTouch(), mouse).sets).toEqual([]);
    const pens = events.map((event) => (event.kind === "pointer" ? { ...event, pointer: "pen" as const } : event));
    const isGesture = ({ values }: { readonly values: Float64Array }) =>
      !Number.isNaN(featureValue(values, "tap_log_hold"));
    expect(readTouch(noTouch(), pens).sets.filter(isGesture)).toEqual([]);
    const mixed = [...mouse, ...events].sort((a, b) => a.at - b.at);
    expect(readTouch(noTouch(), mixed).sets).toEqual(sets);
  });

  test("a tap is its hold, its slip, its size and its pressure", () => {
    const [window] = readTouch(
      noTouch(),
      taps(() => ({})),
    ).sets;
    expect(featureValue(window?.values, "tap_log_hold")).toBeCloseTo(Math.log(80), 4);
    expect(featureValue(window?.values, "tap_log_hold_spread")).toBeCloseTo(0, 2);
    expect(featureValue(window?.values, "tap_log_offset")).toBeCloseTo(Math.log1p(3), 4);
    expect(featureValue(window?.values, "tap_log_size")).toBeCloseTo(Math.log(20), 4);
    expect(featureValue(window?.values, "tap_pressure")).toBeCloseTo(0.5, 4);
    expect(featureValue(window?.values, "tap_log_pause")).toBeCloseTo(Math.log(920), 4);
    expect(featureValue(window?.values, "swipe_log_length")).toBeNaN();
    expect(featureValue(window?.values, "soft_log_interval")).toBeNaN();
  });

  test("a screen that tells no size and no pressure has none, and the rest is as it was", () => {
    const [window] = readTouch(
      noTouch(),
      taps(() => ({ pressure: 0, size: 0 })),
    ).sets;
    expect(featureValue(window?.values, "tap_log_size")).toBeNaN();
    expect(featureValue(window?.values, "tap_pressure")).toBeNaN();
    expect(featureValue(window?.values, "tap_log_hold")).toBeCloseTo(Math.log(80), 4);
  });

  test("two fingers at once, and what the browser takes for itself, are no gestures", () => {
    const second = taps(() => ({ contact: 1, x: 200 })).map((event) => ({ ...event, at: event.at + 20 }));
    const both = [...taps(() => ({})), ...second].sort((a, b) => a.at - b.at);
    expect(readTouch(noTouch(), both).sets).toEqual([]);
    const taken = taps(() => ({})).map((event) =>
      event.phase === "up" ? { ...event, phase: "cancel" as const } : event,
    );
    expect(readTouch(noTouch(), taken).sets).toEqual([]);
  });

  test("a soft keyboard is its intervals and what is taken back; a replacement is the keyboard's own work", () => {
    const inputs = Array.from({ length: 30 }, (_, i): Event => {
      return { kind: "input", at: START + 200 * i, what: i % 10 === 9 ? "delete" : "insert" };
    });
    const replaced = inputs.flatMap((event): Event[] => [event, { kind: "input", at: event.at + 1, what: "replace" }]);
    for (const list of [inputs, replaced]) {
      const [window] = readTouch(noTouch(), list).sets;
      expect(featureValue(window?.values, "soft_log_interval")).toBeCloseTo(Math.log(200), 4);
      expect(featureValue(window?.values, "soft_deletes")).toBeCloseTo(0.1, 9);
    }
  });

  test("it never throws: any kind, any time, any place, any order", () => {
    const anyEvent = fc.record({
      kind: fc.constantFrom(...EVENT_KINDS),
      at: fc.oneof(fc.double(), fc.integer({ min: 0, max: 100_000 })),
      phase: fc.constantFrom("down", "move", "up", "cancel"),
      pointer: fc.constantFrom("touch", "touch", "mouse"),
      contact: fc.nat(12),
      x: fc.oneof(fc.double(), fc.integer({ min: 0, max: 500 }), fc.constant(65_535)),
      y: fc.integer({ min: 0, max: 500 }),
      pressure: fc.double(),
      size: fc.double(),
      what: fc.constantFrom("insert", "delete", "replace"),
    });
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 200 }), (list) => {
        const { sets: found, pending } = readTouch(noTouch(), list as unknown as Event[]); // odd on purpose
        for (const { values } of found)
          expect(values.some((value) => Math.abs(value) === Number.POSITIVE_INFINITY)).toBe(false);
        expect(pending.fingers.length).toBeLessThanOrEqual(5);
      }),
    );
  });

  test("simulated people differ in each family of features", () => {
    const theirs = readTouch(noTouch(), touchSession(other, { startAt: START, durationMs: 180_000, seed: 1 })).sets;
    for (const name of ["tap_log_hold", "swipe_log_speed_max", "soft_log_interval", "tap_pressure"]) {
      const mean = (list: typeof sets): number => {
        const there = list.map(({ values }) => featureValue(values, name)).filter(Number.isFinite);
        return there.reduce((sum, value) => sum + value, 0) / there.length;
      };
      expect(Math.abs(mean(sets) - mean(theirs))).toBeGreaterThan(0.001);
    }
  });
});
