import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPopulation, session } from "../../attacks/index.ts";
import type { Event, WheelEvent } from "../../events/event.ts";
import { readUsage } from "./read-usage.ts";
import { addUsage, emptyUsage, MOST_PAGES, MOST_TRANSITIONS, type UsageState } from "./usage.ts";

const MONDAY = Date.UTC(2026, 0, 5); // a Monday
const events = createPopulation(4, 5).flatMap((person, i) =>
  session(person, { startAt: MONDAY + i * 7_200_000, durationMs: 240_000, seed: i }),
);
const of = (...list: Event[]): ReturnType<typeof readUsage> => readUsage(addUsage(emptyUsage(), list));
const page = (at: number, number: number): Event => ({ kind: "page", at, page: number });
const wheel = (at: number, dy: number, rest: Partial<WheelEvent> = {}): Event => ({
  kind: "wheel",
  at,
  dx: 0,
  dy,
  unit: "pixel",
  ...rest,
});

describe("usage", () => {
  test("batch by batch gives the same as all at once, through JSON as well", () => {
    const whole = addUsage(emptyUsage(), events);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: events.length }), { maxLength: 8 }), (cuts) => {
        const borders = [0, ...cuts.sort((a, b) => a - b), events.length];
        let state = emptyUsage();
        borders.slice(1).forEach((end, i) => {
          const stored: UsageState = JSON.parse(JSON.stringify(state));
          state = addUsage(stored, events.slice(borders[i], end));
        });
        expect(state).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  test("a state is never changed in place", () => {
    const state = addUsage(emptyUsage(), events.slice(0, 500));
    const before = JSON.stringify(state);
    addUsage(state, events.slice(500));
    expect(JSON.stringify(state)).toBe(before);
  });

  test("each event is counted in its hour of the week, Monday first", () => {
    const { weekHours } = readUsage(addUsage(emptyUsage(), events));
    expect(weekHours).toHaveLength(168);
    expect(weekHours.reduce((sum, count) => sum + count, 0)).toBe(events.length);
    expect(of(page(MONDAY, 1)).weekHours[0]).toBe(1);
    expect(of(page(MONDAY - 1, 1)).weekHours[167]).toBe(1);
    expect(of(page(Date.UTC(1969, 11, 31, 23), 1)).weekHours[2 * 24 + 23]).toBe(1); // a Wednesday
  });

  test("however many pages are visited, the most visited are kept and the state stays small", () => {
    const many: Event[] = [];
    for (let i = 0; i < 5000; i += 1) many.push(page(MONDAY + 20 * i, i), page(MONDAY + 20 * i + 10, 0xffffffff));
    const state = addUsage(emptyUsage(), many);
    const usage = readUsage(state);
    expect(usage.pages).toHaveLength(MOST_PAGES);
    expect(usage.transitions).toHaveLength(MOST_TRANSITIONS);
    expect(usage.pages[0]).toEqual({ page: "ffffffff", visits: 5000 });
    expect(JSON.stringify(state).length).toBeLessThan(12_000);
  });

  test("pages are eight hexadecimal digits, in their order; staying is no transition", () => {
    const usage = of(page(0, 0xab), page(1, 0xab), page(2, 7), page(3, 0xab), page(4, 7));
    expect(usage.pages).toEqual([
      { page: "000000ab", visits: 3 },
      { page: "00000007", visits: 2 },
    ]);
    expect(usage.transitions).toEqual([
      { from: "000000ab", to: "00000007", count: 2 },
      { from: "00000007", to: "000000ab", count: 1 },
    ]);
  });

  test("the median pause is right to 4.5 %, and neither haste nor absence is a pause", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 2000, max: 1_800_000, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (gaps) => {
          let at = MONDAY;
          const list = [
            page(at, 1),
            ...gaps.map((gap) => {
              at += gap;
              return page(at, 1);
            }),
          ];
          // What the instants keep of the gaps, not what was drawn.
          const kept = list.slice(1).map((event, i) => event.at - (list[i]?.at ?? 0));
          const counted = kept.filter((gap) => gap >= 2000 && gap <= 1_800_000).sort((a, b) => a - b);
          const { count, medianMs } = of(...list).pauses;
          expect(count).toBe(counted.length);
          const truth = counted[Math.ceil(counted.length / 2) - 1];
          if (truth !== undefined) expect(Math.abs((medianMs ?? 0) / truth - 1)).toBeLessThan(0.046);
        },
      ),
    );
    expect(of(page(0, 1), page(1999, 1), page(2_000_000, 1)).pauses).toEqual({ count: 0, medianMs: null });
  });

  test("time on another tab is a tab switch and no pause", () => {
    const usage = of(
      { kind: "visibility", at: 0, state: "hidden" },
      { kind: "visibility", at: 5, state: "hidden" },
      { kind: "visibility", at: 60_000, state: "visible" },
    );
    expect(usage.tabSwitches).toBe(1);
    expect(usage.pauses.count).toBe(0);
  });

  test("a wheel is known by its notches, a trackpad by its many small steps, a touch by the page it pans", () => {
    expect(of(wheel(0, 100), wheel(80, 100), wheel(1000, -120)).scroll).toEqual({ wheel: 2, trackpad: 0, touch: 0 });
    expect(of(wheel(0, 3, { unit: "line" })).scroll.wheel).toBe(1);
    const swipe = Array.from({ length: 20 }, (_, i) => wheel(16 * i, Math.round(60 * 0.85 ** i)));
    expect(of(...swipe).scroll).toEqual({ wheel: 0, trackpad: 1, touch: 0 });
    const touch = { kind: "pointer", at: 0, pointer: "touch", contact: 0, x: 1, y: 1, button: 0, buttons: 0 } as const;
    const panned = of(
      { ...touch, phase: "down", pressure: 0.5, size: 20 },
      { ...touch, phase: "cancel", pressure: 0, size: 0 },
    );
    expect(panned.scroll.touch).toBe(1);
    expect(panned.pointerTypes).toEqual({ mouse: 0, pen: 0, touch: 2 });
  });

  test("simulated people are seen to scroll with what they have", () => {
    for (const person of createPopulation(6, 8)) {
      const scrolls = session(person, { startAt: 0, durationMs: 120_000, seed: 1, mix: { scroll: 5 } });
      const { wheel: turns, trackpad } = readUsage(addUsage(emptyUsage(), scrolls)).scroll;
      const own = person.scrolling.device === "wheel" ? turns : trackpad;
      expect(own / (turns + trackpad)).toBeGreaterThan(0.9);
    }
  });

  test("a chord is one shortcut, held or not, and backspace with control is a command", () => {
    const key = { kind: "key", press: 0, phase: "down", shortcut: true } as const;
    const usage = of(
      { ...key, at: 0, zone: "other" },
      { ...key, at: 1, zone: "leftBottom" },
      { ...key, at: 2, zone: "leftBottom", phase: "repeat" },
      { ...key, at: 3, zone: "backspace" },
      { ...key, at: 4, zone: "backspace", shortcut: false },
      { kind: "input", at: 5, what: "delete" },
    );
    expect([usage.shortcuts, usage.corrections]).toEqual([2, 2]);
  });

  test("facts of editing are counted each for itself", () => {
    const facts = (["paste", "cut", "copy", "autofill", "drop", "undo"] as const).map(
      (what, at): Event => ({ kind: "edit", at, what }),
    );
    const { pastes, copies, autofills } = of(...facts);
    expect([pastes, copies, autofills]).toEqual([1, 2, 1]);
  });

  test("it never throws: any time, any order, any number", () => {
    const anyNumber = fc.double().map((number) => number + 0); // JSON has no -0
    const anyEvent = fc.oneof(
      fc.record({ kind: fc.constant("page" as const), at: anyNumber, page: anyNumber }),
      fc.record({
        kind: fc.constant("wheel" as const),
        at: anyNumber,
        dx: anyNumber,
        dy: anyNumber,
        unit: fc.constant("pixel" as const),
      }),
      fc.record({
        kind: fc.constant("visibility" as const),
        at: anyNumber,
        state: fc.constantFrom("hidden" as const, "visible" as const),
      }),
    );
    fc.assert(
      fc.property(fc.array(anyEvent), (list) => {
        const state = addUsage(emptyUsage(), list);
        const finite = list.filter(({ at }) => Number.isFinite(at)).length;
        expect(readUsage(state).weekHours.reduce((sum, count) => sum + count, 0)).toBe(finite);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
    );
  });
});
