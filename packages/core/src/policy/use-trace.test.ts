import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logit } from "../math/stats.ts";
import { mostAffected, type RecordedSession, simulateThreshold } from "./simulate-policy.ts";
import { emptyTrace, goOnTracing, isTraceFull, lowsOf, minutesOf, type TracedLook, traceLook } from "./use-trace.ts";

const look = (at: number, value = 0.9, keystrokes = 25): TracedLook => ({
  startedAt: at - 10_000,
  at,
  value,
  keystrokes,
});
const trace = (looks: readonly TracedLook[]) => looks.reduce(traceLook, emptyTrace());

describe("a trace of use", () => {
  test("keeps the lowest of each active minute, of one look and of two in a row", () => {
    const values = [0.9, 0.2, 0.8, 0.3, 0.4, 0.9];
    const made = trace(values.map((value, i) => look(20_000 * (i + 1), value)));
    // 10 s of the first window, then 20 s each: 110 s.
    expect(made.activeMs).toBe(110_000);
    expect(minutesOf(made).map(({ atS, fast, confirmed }) => [atS, fast, confirmed])).toEqual([
      [30, -1.39, 1.39], // 0.9 0.2 0.8 0.3: ln(0.2 / 0.8) on one look, and no two agree on less than 0.8
      [90, -0.41, -0.41], // 0.4 after 0.3, then 0.9
    ]);
    expect(minutesOf(made, 0).map(({ atS }) => atS)).toEqual([40, 100]);
    expect(lowsOf(trace([look(0, 0.5)]))).toEqual({ activeMs: 10_000, fast: 0, confirmed: 0 });
    expect(lowsOf(emptyTrace())).toEqual({ activeMs: 0, fast: null, confirmed: null });
  });

  test("a suspended laptop, a clock that jumps, evidence out of order or twice add no time that was not there", () => {
    expect(trace([look(0), look(8 * 3_600_000)]).activeMs).toBe(20_000);
    expect(trace([look(1e12), look(0), look(1000)]).activeMs).toBe(10_000);
    expect(trace([look(0), look(30_000), look(30_000), look(10_000)]).activeMs).toBe(40_000);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -1e12, max: 1e13 }), fc.double({ min: 0, max: 1, noNaN: true }))),
        (all) => {
          const made = trace(all.map(([at, value]) => look(at, value)));
          expect(made.activeMs).toBeGreaterThanOrEqual(0);
          expect(made.activeMs).toBeLessThanOrEqual(60_000 * all.length);
          for (const { atS, fast, confirmed } of minutesOf(made)) {
            expect(atS).toBeGreaterThanOrEqual(0);
            expect(confirmed).toBeGreaterThanOrEqual(fast);
          }
        },
      ),
    );
    expect(() => traceLook(emptyTrace(), look(0, Number.NaN))).toThrow(/trust/);
  });

  test("an hour of it is about a kilobyte, and the next goes on where it ends", () => {
    let made = emptyTrace();
    let at = 0;
    while (!isTraceFull(made)) {
      at += 15_000;
      made = traceLook(made, look(at, 0.7));
    }
    expect(made.minutes.length).toBeLessThanOrEqual(60);
    expect(JSON.stringify(made).length).toBeLessThan(1500);
    expect(traceLook(goOnTracing(made), look(at + 15_000)).activeMs).toBe(15_000);
  });
});

describe("what if the threshold were another", () => {
  const minute = (atS: number, value: number) => ({ atS, fast: logit(value), confirmed: logit(value), keystrokes: 40 });
  const own = (subject: string, values: readonly number[]): RecordedSession => ({
    subject,
    activeMs: 3_600_000,
    minutes: values.map((value, i) => minute(60 * i, value)),
    takenOverAtS: undefined,
  });
  const sessions: RecordedSession[] = [
    own("alice", [0.9, 0.4, 0.4, 0.9, 0.4, 0.9]),
    own("bob", [0.9, 0.9, 0.9, 0.7]),
    { ...own("alice", [0.9, 0.9, 0.7, 0.3, 0.05]), takenOverAtS: 120 },
    { ...own("bob", [0.9, 0.9, 0.9]), takenOverAtS: 60 },
  ];
  const options = { speed: "fast", coolDownMs: 0, activeHoursPerUserMonth: 40 } as const;

  test("counts what the owners would have been asked, and when a take-over would have been noticed", () => {
    expect(simulateThreshold(sessions, 0.5, options)).toEqual({
      threshold: 0.5,
      challenges: 2, // twice in alice's hour, never in bob's
      perActiveHour: 1,
      perUserMonth: 40,
      usersAsked: 0.5,
      takeOvers: 2,
      missed: 1,
      medianSeconds: 60, // from 120 to 180 s
      medianKeystrokes: 80,
    });
    expect(simulateThreshold(sessions, 0.5, { ...options, coolDownMs: 300_000 }).challenges).toBe(1);
    expect(simulateThreshold(sessions, 0.8, options)).toMatchObject({ challenges: 3, medianSeconds: 0, usersAsked: 1 });
    expect(simulateThreshold([], 0.5, options)).toMatchObject({ perActiveHour: 0, medianSeconds: null, usersAsked: 0 });
  });

  test("names who would suffer most, and nobody who would not be asked", () => {
    expect(mostAffected(sessions, 0.5, { ...options, count: 5 })).toEqual([
      { subject: "alice", activeHours: 1, challenges: 2, perActiveHour: 2 },
    ]);
    expect(mostAffected(sessions, 0.8, { ...options, count: 1 }).map(({ subject }) => subject)).toEqual(["alice"]);
  });
});
