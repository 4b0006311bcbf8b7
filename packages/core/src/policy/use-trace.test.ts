import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logit } from "../math/stats.ts";
import { mostAffected, type RecordedSession, simulateThreshold } from "./simulate-policy.ts";
import { emptyTrace, goOnTracing, isTraceFull, lowsOf, spansOf, type TracedLook, traceLook } from "./use-trace.ts";

const look = (at: number, value = 0.9, keystrokes = 25): TracedLook => ({
  startedAt: at - 10_000,
  at,
  value,
  keystrokes,
});
const trace = (looks: readonly TracedLook[]) => looks.reduce(traceLook, emptyTrace());

describe("a trace of use", () => {
  test("keeps the lowest of each active span, of one look and of two in a row", () => {
    const values = [0.9, 0.2, 0.8, 0.3, 0.4, 0.9];
    const made = trace(values.map((value, i) => look(20_000 * (i + 1), value)));
    // 10 s of the first window, then 20 s each: 110 s.
    expect(made.activeMs).toBe(110_000);
    expect(spansOf(made).map(({ atS, fast, confirmed }) => [atS, fast, confirmed])).toEqual([
      [30, -1.39, 2.2], // 0.9 0.2: ln(0.2 / 0.8) on one look, and no two agree on less than 0.9
      [70, -0.85, 1.39], // 0.8 0.3, after 0.2
      [90, -0.41, -0.41], // 0.4 after 0.3, then 0.9
    ]);
    expect(spansOf(made, 0).map(({ atS }) => atS)).toEqual([40, 80, 100]);
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
          for (const { atS, fast, confirmed } of spansOf(made)) {
            expect(atS).toBeGreaterThanOrEqual(0);
            expect(confirmed).toBeGreaterThanOrEqual(fast);
          }
        },
      ),
    );
    expect(() => traceLook(emptyTrace(), look(0, Number.NaN))).toThrow(/trust/);
  });

  test("a full one is about a kilobyte, and the next goes on where it ends", () => {
    let made = emptyTrace();
    let at = 0;
    while (!isTraceFull(made)) {
      at += 15_000;
      made = traceLook(made, look(at, 0.7));
    }
    expect(made.spans.length).toBeLessThanOrEqual(60);
    expect(JSON.stringify(made).length).toBeLessThan(1500);
    expect(traceLook(goOnTracing(made), look(at + 15_000)).activeMs).toBe(15_000);
  });
});

describe("what if the threshold were another", () => {
  const span = (atS: number, value: number) => ({ atS, fast: logit(value), confirmed: logit(value), keystrokes: 40 });
  const own = (subject: string, values: readonly number[]): RecordedSession => ({
    subject,
    activeMs: 3_600_000,
    spans: values.map((value, i) => span(60 * i, value)),
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
      challenges: 3, // in three minutes of alice's hour, never in bob's
      perActiveHour: 1.5,
      perUserMonth: 60,
      usersAsked: 0.5,
      takeOvers: 2,
      missed: 1,
      medianSeconds: 60, // from 120 to 180 s
      medianKeystrokes: 80,
    });
    expect(simulateThreshold(sessions, 0.5, { ...options, coolDownMs: 300_000 }).challenges).toBe(1);
    expect(simulateThreshold(sessions, 0.8, options)).toMatchObject({ challenges: 4, medianSeconds: 0, usersAsked: 1 });
    expect(simulateThreshold([], 0.5, options)).toMatchObject({ perActiveHour: 0, medianSeconds: null, usersAsked: 0 });
  });

  test("a higher threshold never asks less, and never misses more", () => {
    const anySpans = fc.array(fc.double({ min: 0.02, max: 0.98, noNaN: true }), { minLength: 1, maxLength: 60 });
    const any = fc.array(fc.tuple(anySpans, fc.boolean()), { maxLength: 8 });
    const threshold = fc.double({ min: 0.02, max: 0.98, noNaN: true });
    const coolDown = fc.constantFrom(0, 90_000, 600_000);
    fc.assert(
      fc.property(any, threshold, threshold, coolDown, (all, one, other, coolDownMs) => {
        const recorded = all.map(([values, taken], i) => ({
          ...own(`${i % 3}`, values),
          takenOverAtS: taken ? 60 : undefined,
        }));
        const low = simulateThreshold(recorded, Math.min(one, other), { ...options, coolDownMs });
        const high = simulateThreshold(recorded, Math.max(one, other), { ...options, coolDownMs });
        expect(high.challenges).toBeGreaterThanOrEqual(low.challenges);
        expect(high.missed).toBeLessThanOrEqual(low.missed);
      }),
    );
  });

  test("names who would suffer most, and nobody who would not be asked", () => {
    expect(mostAffected(sessions, 0.5, { ...options, count: 5 })).toEqual([
      { subject: "alice", activeHours: 1, challenges: 3, perActiveHour: 3 },
    ]);
    expect(mostAffected(sessions, 0.8, { ...options, count: 1 }).map(({ subject }) => subject)).toEqual(["alice"]);
  });
});
