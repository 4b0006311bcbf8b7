import { balanced, personAndChange } from "@habitus/core";
import type { WindowScore } from "../systems/lab-system.ts";

/** How windows become alarms. The statistic is high while all is well; below the threshold the session is challenged. */
export interface Rule {
  readonly name: string;
  readonly note: string;
  /** A threshold, or how often genuine use may be challenged: per hour, or per action (a keystroke, a stroke). */
  readonly threshold:
    | number
    /** Set on one half of the people for the other; `seen`: on all of them, as the literature does. */
    | { readonly atMost: number; readonly per: "hour" | "action"; readonly seen?: boolean };
  /** After a challenge nothing more is asked for so long. */
  readonly coolDownMs?: number;
  /** Returns a fresh statistic; it gives NaN while it has too little. */
  readonly start: () => (window: WindowScore) => number;
}

const MEMORY = 10;
const LEAST = 3;

function meanOfLastTen(): (window: WindowScore) => number {
  const scores: number[] = [];
  return ({ score }) => {
    scores.push(score);
    if (scores.length > MEMORY) scores.shift();
    return scores.length < LEAST ? Number.NaN : scores.reduce((sum, one) => sum + one, 0) / scores.length;
  };
}

/** The sum of evidence against the subject since it was last nothing (Page 1954), negated. */
function cusum(): (window: WindowScore) => number {
  let sum = 0;
  return ({ llr }) => {
    sum = Math.max(0, sum - llr);
    return -sum;
  };
}

/** The log-odds that trust gives the subject, as the service computes it from the same evidence. */
function trust(): (window: WindowScore) => number {
  let state = personAndChange.initial();
  return ({ evidence }) => {
    if (evidence === undefined) return Number.NaN;
    state = personAndChange.update(state, evidence);
    const { value } = personAndChange.read(state);
    return value === undefined ? Number.NaN : Math.log(value / (1 - value));
  };
}

/** As the service's policy has it. */
const COOL_DOWN_MS = balanced.coolDownMinutes * 60_000;
/** Below 0 where the service asks. */
function asked(): (window: WindowScore) => number {
  return ({ asked: isAsked }) => (isAsked === undefined ? Number.NaN : isAsked ? -1 : 1);
}

const SET_ON_OTHERS = "a threshold set, on other people, for";

export const RULES: readonly Rule[] = [
  {
    name: "tutorial",
    note: "challenged when the mean of the last 10 scores is below 0.7 (the tutorial's rule)",
    threshold: 0.7,
    start: meanOfLastTen,
  },
  {
    name: "mean-of-ten-1-per-hour",
    note: `challenged when the mean of the last 10 scores is below ${SET_ON_OTHERS} one false challenge per hour`,
    threshold: { atMost: 1, per: "hour" },
    start: meanOfLastTen,
  },
  {
    name: "cusum-1-per-hour",
    note: `challenged when the evidence since the last quiet moment (CUSUM of the llr) passes ${SET_ON_OTHERS} one false challenge per hour`,
    threshold: { atMost: 1, per: "hour" },
    start: cusum,
  },
  {
    name: "trust",
    note: "challenged where the service asks for a step-up: trust below 0.5; each is passed, the sitting goes on from what it proved, and for five minutes only what two looks agree on is asked about",
    threshold: 0,
    start: asked,
  },
  {
    name: "trust-1-per-8-hours",
    note: `challenged when the system's own trust is below ${SET_ON_OTHERS} one false challenge per 8 hours of activity`,
    threshold: { atMost: 1 / 8, per: "hour" },
    start: trust,
    coolDownMs: COOL_DOWN_MS,
  },
  {
    name: "trust-1-per-20000-actions",
    note: `challenged when the system's own trust is below ${SET_ON_OTHERS} one false challenge per 20,000 keystrokes or strokes`,
    threshold: { atMost: 1 / 20_000, per: "action" },
    start: trust,
    coolDownMs: COOL_DOWN_MS,
  },
  {
    name: "trust-1-per-20000-actions-seen",
    note: "challenged when the system's own trust is below the threshold that gives these very people one false challenge per 20,000 keystrokes or strokes",
    threshold: { atMost: 1 / 20_000, per: "action", seen: true },
    start: trust,
    coolDownMs: COOL_DOWN_MS,
  },
];

/** Returns the places of the windows that raise an alarm; after each one the statistic starts again, as after a passed step-up. */
export function alarms(windows: readonly WindowScore[], rule: Rule, threshold: number): number[] {
  const places: number[] = [];
  let statistic = rule.start();
  let quietUntil = Number.NEGATIVE_INFINITY;
  windows.forEach((window, i) => {
    const value = statistic(window);
    if (!(value < threshold) || window.endedAt < quietUntil) return;
    places.push(i);
    quietUntil = window.endedAt + (rule.coolDownMs ?? 0);
    statistic = rule.start();
  });
  return places;
}

/** Whether a system has what the rule looks at. */
export function canJudge(rule: Rule, windows: readonly WindowScore[]): boolean {
  return (rule.start !== trust && rule.start !== asked) || windows.some(({ evidence }) => evidence !== undefined);
}

/** Returns the most watchful threshold with at most so many alarms on genuine use; -Infinity if none does. */
export function thresholdFor(
  streams: readonly (readonly WindowScore[])[],
  rule: Rule,
  { atMost }: { readonly atMost: number },
): number {
  const lows: number[] = [];
  for (const windows of streams) {
    const statistic = rule.start();
    for (const window of windows) {
      const value = statistic(window);
      if (!Number.isNaN(value)) lows.push(value);
    }
  }
  lows.sort((a, b) => a - b);
  const count = (threshold: number): number =>
    streams.reduce((sum, windows) => sum + alarms(windows, rule, threshold).length, 0);
  // The number of alarms grows with the threshold but for the resets; the search needs no more than that.
  let low = 0;
  let high = lows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (count(lows[middle] ?? 0) <= atMost) low = middle;
    else high = middle - 1;
  }
  const found = lows[low];
  return found === undefined ? Number.NEGATIVE_INFINITY : found;
}
