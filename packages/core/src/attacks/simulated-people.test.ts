import { describe, expect, test } from "vitest";
import type { Event, KeyEvent } from "../events/event.ts";
import { KEY_ZONES } from "../events/key-zone.ts";
import { pairKeystrokes } from "../events/keystrokes.ts";
import { TUTORIAL_FEATURES } from "../features/tutorial.ts";
import { createRandom } from "../math/random.ts";
import { moments } from "../math/stats.ts";
import { fitTwoCovariance } from "../models/two-covariance.ts";
import { createPopulation, featureTable, movePointer, type SimulatedPerson, session, typeText } from "./index.ts";

const people = createPopulation(24, 20);
const first = people[0] as SimulatedPerson; // there are 24
const MINUTES = 60_000;
const sessions = people
  .slice(0, 6)
  .map((person, i) => session(person, { startAt: 1e12, durationMs: 5 * MINUTES, seed: i }));
const keysOf = (events: readonly Event[]): KeyEvent[] => events.filter((event) => event.kind === "key");

describe("simulated people", () => {
  test("the same seed gives the same people and the same events", () => {
    expect(createPopulation(24, 20)).toEqual(people);
    expect(createPopulation(3, 20)).toEqual(people.slice(0, 3));
    expect(session(first, { startAt: 1e12, durationMs: 5 * MINUTES, seed: 0 })).toEqual(sessions[0]);
    expect(session(first, { startAt: 1e12, durationMs: 5 * MINUTES, seed: 1 })).not.toEqual(sessions[0]);
  });

  test("a person is plain data: it survives JSON", () => {
    const copy: SimulatedPerson = JSON.parse(JSON.stringify(first));
    expect(session(copy, { startAt: 0, durationMs: MINUTES, seed: 9 })).toEqual(
      session(first, { startAt: 0, durationMs: MINUTES, seed: 9 }),
    );
  });

  test("events are in time order, to a tenth of a millisecond, and hold finite numbers only", () => {
    for (const events of sessions) {
      let before = 0;
      for (const event of events) {
        expect(event.at).toBeGreaterThanOrEqual(before);
        expect(Math.round(event.at * 10) / 10).toBe(event.at);
        before = event.at;
        for (const value of Object.values(event))
          if (typeof value === "number") expect(value).toSatisfy(Number.isFinite);
      }
    }
  });

  test("each press has one release after it, and presses count on from 0", () => {
    for (const events of sessions) {
      const keys = keysOf(events);
      const downs = keys.filter(({ phase }) => phase === "down");
      expect(downs.map(({ press }) => press).sort((a, b) => a - b)).toEqual(downs.map((_, i) => i));
      for (const down of downs) {
        const ups = keys.filter(({ phase, press }) => phase === "up" && press === down.press);
        expect(ups).toHaveLength(1);
        expect(ups[0]?.at).toBeGreaterThan(down.at);
        expect(ups[0]?.zone).toBe(down.zone);
      }
    }
  });

  test("each press of a button has its release, and the pointer stays in the window but for a slip", () => {
    sessions.forEach((events, i) => {
      const pointer = events.filter((event) => event.kind === "pointer");
      let held = 0;
      for (const { phase, x, y } of pointer) {
        if (phase === "down") held += 1;
        if (phase === "up") held -= 1;
        expect(held === 0 || held === 1).toBe(true);
        expect(Math.abs(x)).toBeLessThan(2 * (people[i]?.usage.widthPx ?? 0));
        expect(Math.abs(y)).toBeLessThan(3 * (people[i]?.usage.heightPx ?? 0));
      }
      expect(held).toBe(0);
    });
  });

  test("a session has everything that is collected, and mix leaves out what it is told to", () => {
    const kinds = new Set(sessions.flat().map(({ kind }) => kind));
    for (const kind of ["key", "pointer", "wheel", "focus", "page", "visibility", "viewport", "edit"] as const)
      expect(kinds).toContain(kind);
    const quiet = session(first, { startAt: 0, durationMs: 5 * MINUTES, seed: 3, mix: { type: 0 } });
    expect(keysOf(quiet)).toHaveLength(0);
  });

  test("zones come as often as in English: a space every four to eight keys, most keys letters", () => {
    const keystrokes = pairKeystrokes(typeText(first, { keystrokes: 4000, startAt: 0, random: createRandom(1) }));
    const share = (zones: readonly string[]): number =>
      keystrokes.filter(({ zone }) => zones.includes(zone)).length / keystrokes.length;
    expect(share(["space"])).toBeGreaterThan(1 / 8);
    expect(share(["space"])).toBeLessThan(1 / 4);
    expect(share(KEY_ZONES.slice(0, 6))).toBeGreaterThan(0.65);
    expect(share(["shiftLeft", "shiftRight"])).toBeGreaterThan(0);
  });

  test("given zones are typed in their order, corrections apart", () => {
    const faultless = { ...first, typing: { ...first.typing, errors: 0 } };
    const zones = ["leftHome", "rightTop", "space", "digit"] as const;
    const keys = typeText(faultless, { zones, startAt: 50, random: createRandom(2), firstPress: 7 });
    const downs = keys.filter(({ phase }) => phase === "down");
    expect(downs.map(({ zone }) => zone)).toEqual(zones);
    expect(downs.map(({ press }) => press)).toEqual([7, 8, 9, 10]);
  });

  test("what was mistyped is taken back: keys less backspaces and what they took back is the text", () => {
    const clumsy = { ...first, typing: { ...first.typing, errors: 0.2, holdsBackspace: false } };
    const zones = Array.from({ length: 300 }, () => "leftHome" as const);
    const typed = typeText(clumsy, { zones, startAt: 0, random: createRandom(3) }).filter(
      ({ phase }) => phase === "down",
    );
    const back = typed.filter(({ zone }) => zone === "backspace").length;
    expect(back).toBeGreaterThan(10);
    expect(typed.length - 2 * back).toBe(300);
  });

  test("farther and smaller targets take longer (Fitts' law)", () => {
    const time = (distance: number, widthPx: number): number => {
      const ends = Array.from({ length: 60 }, (_, i) => {
        const targets = [{ x: distance, y: 0, widthPx }];
        return (
          movePointer(first, { from: { x: 0, y: 0 }, targets, startAt: 0, random: createRandom(i) }).at(-1)?.at ?? 0
        );
      });
      return moments(ends).mean;
    };
    expect(time(800, 40)).toBeGreaterThan(time(200, 40));
    expect(time(400, 15)).toBeGreaterThan(time(400, 120));
  });

  test("two people differ more than two sessions of one person do", () => {
    const logs = people.map((person) =>
      [1, 2, 3, 4].map((seed) => {
        const events = session(person, { startAt: 0, durationMs: 4 * MINUTES, seed, mix: { type: 1 } });
        const keys = pairKeystrokes(events);
        const holds = keys.map(({ pressAt, releaseAt }) => (releaseAt ?? pressAt) - pressAt);
        const intervals = keys.slice(1).map(({ pressAt }, i) => pressAt - (keys[i]?.pressAt ?? 0));
        return [median(intervals), median(holds)].map(Math.log);
      }),
    );
    const { between, within } = fitTwoCovariance(logs);
    for (const i of [0, 1]) {
      const ratio = (between[i]?.[i] ?? 0) / (within[i]?.[i] ?? 0);
      expect(ratio).toBeGreaterThan(2);
      expect(ratio).toBeLessThan(60); // more would be a caricature: recorded people have 5 to 8 within one sitting
    }
  });

  test("a mix or a time that makes no sense is the caller's mistake", () => {
    const none = { type: 0, point: 0, scroll: 0, navigate: 0, read: 0 };
    expect(() => session(first, { startAt: 0, durationMs: 1, seed: 1, mix: none })).toThrow(RangeError);
    expect(() => session(first, { startAt: Number.NaN, durationMs: 1, seed: 1 })).toThrow(
      "startAt must be finite, got NaN",
    );
    expect(() => createPopulation(-1, 1)).toThrow(RangeError);
  });
});

describe("the table of simulated people", () => {
  const rows = featureTable(people.slice(0, 4), 12);

  test("each person has the samples asked for, all twelve features finite", () => {
    expect(rows).toHaveLength(48);
    for (const { values } of rows) {
      expect(values).toHaveLength(TUTORIAL_FEATURES.length);
      for (const value of values) expect(value).toSatisfy(Number.isFinite);
      expect(values[TUTORIAL_FEATURES.indexOf("keystroke_count")]).toBe(50);
      expect(values[TUTORIAL_FEATURES.indexOf("mouse_event_count")]).toBe(200);
    }
    expect(new Set(rows.map(({ userId }) => userId)).size).toBe(4);
  });

  test("the same seed gives the same table, another seed other samples of the same people", () => {
    expect(featureTable(people.slice(0, 1), 5)).toEqual(rows.slice(0, 5));
    expect(featureTable(people.slice(0, 1), 5, { seed: 2 })).not.toEqual(rows.slice(0, 5));
  });
});

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
