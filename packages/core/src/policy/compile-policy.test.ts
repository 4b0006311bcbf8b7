import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../math/random.ts";
import { logit } from "../math/stats.ts";
import { checkTargets, LOWEST_STEP_UP } from "./check-targets.ts";
import { compilePolicy, MOST_SHIFT } from "./compile-policy.ts";
import { decide } from "./decide.ts";
import { baselinePolicy, habitusPolicy } from "./presets.ts";
import { balanced, POLICY_PRESETS, quiet } from "./presets-targets.ts";
import { addUse, emptyHistory, HOUR_MS, joinHistories, readHistory, type ScoreHistory } from "./score-history.ts";
import { challengesPerHour, POLICY_CONTEXTS, type PolicyTargets } from "./targets.ts";

const hour = (low: number) => ({ activeMs: HOUR_MS, fast: low, confirmed: low });
const historyOf = (lows: readonly number[]): ScoreHistory =>
  lows.reduce((history, low) => addUse(history, hour(low)), emptyHistory());
/** Hourly lows of somebody: a logistic distribution. */
const lowsOf = (seed: number, middle: number, spread: number, count: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => middle + spread * logit(Math.min(0.9999, Math.max(0.0001, random()))));
};
const context = fc.constantFrom(...POLICY_CONTEXTS);
const targets = fc.constantFrom(...Object.values(POLICY_PRESETS));
const anchor = fc.constantFrom(habitusPolicy, baselinePolicy);
const anyHistory = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { maxLength: 300 }).map(historyOf);

describe("laws of thresholds", () => {
  test("whatever the history and the accommodation, trust below neverBelow is asked about: nobody can be made to accept everybody", () => {
    fc.assert(
      fc.property(
        fc.record({ targets, context, anchor, population: anyHistory, subject: anyHistory }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        ({ targets: preset, ...input }, widenNats) => {
          const { policy } = compilePolicy(preset, { ...input, widenNats });
          const { neverBelow } = preset.contexts[input.context];
          expect(policy.stepUpBelow).toBeGreaterThan(Math.max(neverBelow, LOWEST_STEP_UP) - 1e-9);
          const value = 0.999 * neverBelow;
          const looks = { lowLooks: 50, looksSinceStepUp: 50, stepUpPassedAt: 0, lookedAt: null };
          const reading = { value, scores: 50 };
          const input2 = { at: 1, reading, enrolment: "enrolled", previous: "continue", stepUp: "none" } as const;
          expect(decide(policy, { ...input2, evidence: [], looks }).kind).toBe("stepUp");
        },
      ),
      { numRuns: 300 },
    );
  });

  test("an attacker's hours of the worst trust move the owner's threshold by two nats at the most", () => {
    const calm = historyOf(lowsOf(1, 2, 0.5, 400));
    const poisoned = lowsOf(2, -8, 1, 1000).reduce((history, low) => addUse(history, hour(low)), calm);
    const stepUp = (subject: ScoreHistory | undefined) =>
      logit(
        compilePolicy(quiet, { context: "routine", anchor: habitusPolicy, population: calm, subject }).policy
          .stepUpBelow,
      );
    expect(stepUp(undefined) - stepUp(poisoned)).toBeLessThanOrEqual(MOST_SHIFT + 1e-9);
  });

  test("lock, step-up, observe and continue stand in their order, and a context with more at stake asks no later", () => {
    fc.assert(
      fc.property(targets, anchor, anyHistory, anyHistory, (any, system, population, subject) => {
        const made = POLICY_CONTEXTS.map((one) =>
          compilePolicy(any, { context: one, anchor: system, population, subject }),
        );
        for (const { policy } of made) {
          const { lockBelow, stepUpBelow, observeBelow, continueFrom } = policy;
          expect([lockBelow, stepUpBelow, observeBelow, continueFrom]).toEqual(
            [lockBelow, stepUpBelow, observeBelow, continueFrom].sort((a, b) => a - b),
          );
          expect(policy.lockScores).toBeGreaterThanOrEqual(system.lockScores);
        }
        // Two looks in a row are another question than one: contexts compare where they ask the same.
        const asked = POLICY_CONTEXTS.map((one) => any.contexts[one].stepUpLooks);
        for (let i = 1; i < made.length; i += 1)
          if (asked[i] === asked[i - 1])
            expect(made[i]?.policy.stepUpBelow).toBeGreaterThanOrEqual((made[i - 1]?.policy.stepUpBelow ?? 0) - 1e-9);
      }),
    );
  });

  test("without a history of one's own the thresholds are those the system was measured at", () => {
    for (const system of [habitusPolicy, baselinePolicy]) {
      const { policy, weights, predicted } = compilePolicy(balanced, { context: "routine", anchor: system });
      const { observeBelow, continueFrom, stepUpBelow, lockBelow, minimumScores, lockScores } = system;
      for (const [name, value] of Object.entries({ observeBelow, continueFrom, stepUpBelow, lockBelow }))
        expect(policy[name as "lockBelow"], name).toBeCloseTo(value, 12); // the names of this very object
      expect(policy).toMatchObject({ minimumScores, lockScores });
      expect(weights).toEqual({ prior: 1, population: 0, subject: 0 });
      expect(predicted.perActiveHour).toBeCloseTo(1 / 5, 2);
      expect(predicted.perUserMonth).toBeCloseTo(8, 0);
    }
  });
});

describe("adaptive thresholds", () => {
  /** Forty people; some are steady, some vary. */
  const people = Array.from({ length: 40 }, (_, i) => ({ middle: 1.2 + 0.03 * i, spread: 0.3 + 0.02 * (i % 20) }));
  const seen = people.map(({ middle, spread }, i) => historyOf(lowsOf(i + 1, middle, spread, 200)));
  const population = joinHistories(seen);
  const later = people.map(({ middle, spread }, i) => lowsOf(1000 + i, middle, spread, 2000));
  /** Challenges per hour at the thresholds that were made of what was seen, over hours that were not. */
  const realised = (of: PolicyTargets, who: readonly number[]) => {
    let asked = 0;
    let hours = 0;
    for (const i of who) {
      const { policy } = compilePolicy(of, { context: "routine", anchor: habitusPolicy, population, subject: seen[i] });
      const below = logit(policy.stepUpBelow);
      asked += (later[i] ?? []).filter((low) => low < below).length;
      hours += later[i]?.length ?? 0;
    }
    return -Math.log(1 - asked / hours);
  };
  const all = people.map((_, i) => i);

  test.each([
    ["balanced", balanced],
    [
      "quiet",
      { ...quiet, contexts: { ...quiet.contexts, routine: { ...quiet.contexts.routine, stepUpLooks: 1 as const } } },
    ],
  ])("the rate that %s promises is kept within a factor of 1.5 on hours not yet seen", (_, preset) => {
    const wide = {
      ...preset,
      contexts: { ...preset.contexts, routine: { ...preset.contexts.routine, missCost: 100 } },
    };
    const target = challengesPerHour(wide.contexts.routine, wide);
    expect(realised(wide, all) / target).toBeGreaterThan(1 / 1.5);
    expect(realised(wide, all) / target).toBeLessThan(1.5);
  });

  test("whoever would be asked most is asked less often than with one threshold for all, and still no more than twice the target", () => {
    const wide = {
      ...balanced,
      contexts: { ...balanced.contexts, routine: { ...balanced.contexts.routine, missCost: 100 } },
    };
    const byAll = { ...wide, adaptation: "population" } as const;
    const varying = [...all].sort((a, b) => realised(byAll, [b]) - realised(byAll, [a])).slice(0, 5);
    const common = realised(byAll, varying);
    const own = realised(wide, varying);
    expect(own).toBeLessThan(0.8 * common);
    expect(own).toBeLessThan(2 / 5);
  });

  test("an accommodation widens the limits, not beyond the floor", () => {
    const input = { context: "routine", anchor: habitusPolicy } as const;
    const plain = compilePolicy(balanced, input).policy.stepUpBelow;
    const wide = compilePolicy(balanced, { ...input, widenNats: 1 }).policy.stepUpBelow;
    expect(logit(plain) - logit(wide)).toBeCloseTo(1, 6);
    const most = compilePolicy(balanced, { ...input, widenNats: 2, subject: historyOf(lowsOf(3, -5, 1, 400)) });
    expect(most).toMatchObject({ bound: "neverBelow" });
    expect(most.policy.stepUpBelow).toBeCloseTo(balanced.contexts.routine.neverBelow, 9);
    expect(() => compilePolicy(balanced, { ...input, widenNats: 3 })).toThrow(/widenNats/);
  });
});

describe("a score history", () => {
  test("survives JSON, is small, forgets slowly, and one of another layout is refused", () => {
    let history = emptyHistory();
    for (const low of lowsOf(5, 1, 1, 3000)) history = addUse(history, hour(low));
    expect(readHistory(JSON.parse(JSON.stringify(history)))).toEqual(history);
    expect(history.hours).toBeLessThanOrEqual(400);
    const short = JSON.stringify(history, (_, n) => (typeof n === "number" ? Number(n.toFixed(3)) : n));
    expect(short.length).toBeLessThan(1000);
    expect(() => readHistory({ ...history, layout: 2 })).toThrow(/layout/);
    expect(() => readHistory({ ...history, fast: [1] })).toThrow(/counts/);
    expect(() => readHistory(null)).toThrow(/layout/);
  });

  test("short stretches of use make an hour together, and an hour counts once", () => {
    let history = emptyHistory();
    for (let i = 0; i < 3; i += 1) history = addUse(history, { activeMs: HOUR_MS / 4, fast: 1 - i, confirmed: 2 });
    expect(history).toMatchObject({ hours: 0, open: { fast: -1, confirmed: 2 } });
    history = addUse(history, { activeMs: HOUR_MS / 4, fast: null, confirmed: null });
    expect(history).toMatchObject({ hours: 1, open: { activeMs: 0, fast: null } });
    expect(history.fast.reduce((sum, n) => sum + n, 0)).toBe(1);
    expect(() => addUse(history, { activeMs: -1, fast: 0, confirmed: 0 })).toThrow(/activeMs/);
  });
});

describe("a policy that contradicts itself", () => {
  test("presets do not", () => {
    for (const preset of Object.values(POLICY_PRESETS)) expect(checkTargets(preset), preset.name).toEqual([]);
  });

  const change = (which: "routine" | "sensitive", point: object): PolicyTargets => ({
    ...balanced,
    contexts: { ...balanced.contexts, [which]: { ...balanced.contexts[which], ...point } },
  });
  test.each([
    [change("sensitive", { falseChallenges: { atMost: 1, per: "userMonth" } }), /sensitive has fewer falseChallenges/],
    [change("sensitive", { missCost: 1 }), /sensitive has a lower missCost/],
    [change("sensitive", { lookEverySeconds: 60 }), /sensitive has a longer lookEverySeconds/],
    [change("routine", { neverBelow: 0.3 }), /sensitive has a lower neverBelow/],
    [change("routine", { neverBelow: 0.85 }), /raise missCost or lower neverBelow/],
    [change("routine", { neverBelow: 0 }), /everybody would be accepted/],
    [change("routine", { neverBelow: Number.NaN }), /neverBelow/],
    [change("routine", { falseChallenges: { atMost: 0, per: "userMonth" } }), /never asks/],
    [change("routine", { confirmLooks: 0 }), /one look alone never locks/],
    [change("routine", { minimumLooks: 1.5 }), /minimumLooks/],
    [change("routine", { stepUpLooks: 3 }), /stepUpLooks/],
    [{ ...balanced, coolDownMinutes: 1e4 }, /coolDownMinutes/],
    [{ ...balanced, activeHoursPerUserMonth: 0 }, /activeHoursPerUserMonth/],
    [{ ...balanced, graceHours: -1 }, /graceHours/],
  ])("is refused with what to change (%#)", (wrong, expected) => {
    expect(checkTargets(wrong).join("\n")).toMatch(expected);
  });
});
