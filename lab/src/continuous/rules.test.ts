import { describe, expect, it } from "vitest";
import type { WindowScore } from "../systems/lab-system.ts";
import { detect } from "./detection.ts";
import type { Followed } from "./follow.ts";
import { alarms, RULES, thresholdFor } from "./rules.ts";

const [tutorial, mean, cusum] = RULES;
if (tutorial === undefined || mean === undefined || cusum === undefined) throw new Error("rules are missing");

function windows(scores: readonly number[], from = 0): WindowScore[] {
  return scores.map((score, i) => ({
    score,
    llr: 4 * score - 2,
    startedAt: from + 1000 * i,
    endedAt: from + 1000 * (i + 1),
  }));
}

describe("rules", () => {
  it("the tutorial's alarms when the mean of the last ten is below 0.7, not before three, and starts again after it", () => {
    expect(alarms(windows([0, 0]), tutorial, 0.7)).toEqual([]);
    expect(alarms(windows([0, 0, 0, 0, 0, 0]), tutorial, 0.7)).toEqual([2, 5]);
    // Ten ones, then zeros: the mean of ten is below 0.7 when four of them are zeros.
    expect(alarms(windows([...new Array(10).fill(1), 0, 0, 0, 0]), tutorial, 0.7)).toEqual([13]);
  });

  it("the CUSUM forgets what spoke for the subject", () => {
    // llr 2 for each 1, -2 for each 0: two zeros make 4, however many ones came before.
    expect(alarms(windows([1, 1, 1, 1, 0, 0]), cusum, -3.5)).toEqual([5]);
  });

  it("a threshold that is set keeps the false challenges within what was asked", () => {
    const streams = [windows([0.9, 0.8, 0.9, 0.4, 0.9, 0.9]), windows([0.9, 0.6, 0.9, 0.9, 0.7, 0.8])];
    for (const rule of [mean, cusum]) {
      const threshold = thresholdFor(streams, rule, { atMost: 1 });
      const count = streams.reduce((sum, stream) => sum + alarms(stream, rule, threshold).length, 0);
      expect(count).toBeLessThanOrEqual(1);
      expect(threshold).toBeGreaterThan(Number.NEGATIVE_INFINITY);
    }
  });
});

it("detection counts actions and seconds since the take-over, and a take-over that is never noticed as infinitely late", () => {
  const genuine = windows(new Array(20).fill(1));
  const caught = {
    impostor: "b",
    windows: windows([...new Array(10).fill(1), ...new Array(10).fill(0)]),
    at: 10_000,
    actions: 100,
    since: Array.from({ length: 20 }, (_, i) => Math.max(0, 10 * (i - 9))),
  };
  const missed = { ...caught, windows: windows(new Array(20).fill(1)) };
  const one: Followed = {
    subject: "a",
    genuine,
    genuineHours: 0.5,
    genuineActions: 200,
    genuineCount: [],
    takeOvers: [caught, caught, missed],
  };
  const { figures, classes } = detect([one, { ...one, subject: "c" }], tutorial, { unit: "keys", seed: 1 });
  // The fourth window after the take-over: 40 keys, 4 s.
  expect(figures.medianKeysToDetection?.value).toBe(40);
  expect(figures.medianSecondsToDetection?.value).toBe(4);
  expect(figures.p90KeysToDetection?.value).toBeNull();
  expect(figures.neverDetected?.value).toBeCloseTo(1 / 3, 5);
  expect(figures.falseChallengesPerHour?.value).toBe(0);
  expect(figures.ania?.value).toBe(60); // 40, 40 and the 100 that went by unnoticed
  expect(figures.anga?.value).toBe(200);
  expect(classes).toEqual({ "++": 0, "+-": 1, "-+": 0, "--": 0 });
});
