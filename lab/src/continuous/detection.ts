import { type Figure, figure, resampleSubjects, rounded } from "../metrics/bootstrap.ts";
import type { Followed } from "./follow.ts";
import { alarms, type Rule, thresholdFor } from "./rules.ts";

const RESAMPLES = 500;

/** What became of one subject's sessions under a rule. */
interface Fate {
  readonly hours: number;
  readonly actions: number;
  readonly challenges: number;
  /** Mean genuine actions until a false challenge; all of them if there was none. */
  readonly genuineActions: number;
  readonly takeOvers: readonly { readonly actions: number; readonly seconds: number; readonly detected: boolean }[];
}

export interface Detection {
  readonly figures: Readonly<Record<string, Figure>>;
  /** Mondal & Bours: first sign, the subject is never challenged; second, every impostor is found. Shares of the subjects. */
  readonly classes: Readonly<Record<"++" | "+-" | "-+" | "--", number>>;
  readonly curve: readonly (readonly [number, number])[];
  readonly hours: number;
  readonly takeOvers: number;
}

/**
 * Judges a rule. A threshold that must be set is set on one half of the people for the other half and the other way round, so
 * that the false challenges reported are of people it was not set on. Quantiles count a take-over that was never detected as
 * infinitely late: null if they are reached by nobody.
 */
export function detect(
  followed: readonly Followed[],
  rule: Rule,
  { unit, seed }: { readonly unit: "keys" | "strokes"; readonly seed: number },
): Detection {
  const subjects = [...new Set(followed.map(({ subject }) => subject))];
  const half = new Map(subjects.map((subject, i) => [subject, i % 2]));
  const thresholds = [0, 1].map((own) => {
    if (typeof rule.threshold === "number") return rule.threshold;
    const { atMost, per, seen } = rule.threshold;
    const others = followed.filter(({ subject }) => seen === true || half.get(subject) !== own);
    const use = others.reduce((sum, one) => sum + (per === "hour" ? one.genuineHours : one.genuineActions), 0);
    return thresholdFor(
      others.map(({ genuine }) => genuine),
      rule,
      { atMost: atMost * use },
    );
  });
  const fates = subjects.map((subject) =>
    togetherOf(
      followed
        .filter((one) => one.subject === subject)
        .map((one) => fateOf(one, rule, thresholds[half.get(subject) ?? 0] ?? 0)),
    ),
  );
  const once = summarise(fates, new Float64Array(fates.length).fill(1));
  const names = Object.keys(once);
  const replicates: Record<string, number>[] = [];
  resampleSubjects(
    fates.length,
    { resamples: RESAMPLES, seed },
    (weights) => void replicates.push(summarise(fates, weights)),
  );
  const label = unit === "keys" ? "Keys" : "Strokes";
  const figures = Object.fromEntries(
    names.map((name) => [
      name.replace("Actions", label),
      figure(
        once[name] ?? Number.NaN,
        replicates.map((replicate) => replicate[name] ?? Number.NaN),
      ),
    ]),
  );
  const all = fates.flatMap(({ takeOvers }) => takeOvers);
  return {
    figures,
    classes: classesOf(fates),
    curve: curveOf(all),
    hours: rounded(fates.reduce((sum, { hours }) => sum + hours, 0)),
    takeOvers: all.length,
  };
}

function fateOf(one: Followed, rule: Rule, threshold: number): Fate {
  const places = alarms(one.genuine, rule, threshold);
  const ends = places.map((place) => one.genuineCount[place] ?? 0);
  const genuineActions = ends.length === 0 ? one.genuineActions : (ends.at(-1) ?? 0) / ends.length;
  const takeOvers = one.takeOvers.map(({ windows, at, actions, since }) => {
    const found = alarms(windows, rule, threshold).find((place) => (windows[place]?.endedAt ?? 0) >= at);
    const seconds = found === undefined ? Number.POSITIVE_INFINITY : ((windows[found]?.endedAt ?? 0) - at) / 1000;
    return { actions: found === undefined ? actions : (since[found] ?? 0), seconds, detected: found !== undefined };
  });
  return { hours: one.genuineHours, actions: one.genuineActions, challenges: places.length, genuineActions, takeOvers };
}

/** What became of all sessions of one subject. */
function togetherOf(fates: readonly Fate[]): Fate {
  const total = (of: (fate: Fate) => number): number => fates.reduce((sum, fate) => sum + of(fate), 0);
  return {
    hours: total(({ hours }) => hours),
    actions: total(({ actions }) => actions),
    challenges: total(({ challenges }) => challenges),
    genuineActions: total(({ genuineActions }) => genuineActions) / fates.length,
    takeOvers: fates.flatMap(({ takeOvers }) => takeOvers),
  };
}

function summarise(fates: readonly Fate[], weights: Float64Array): Record<string, number> {
  const actions: [number, number][] = [];
  const seconds: [number, number][] = [];
  let [hours, used, challenges, all, never, impostorActions, genuineActions, people] = [0, 0, 0, 0, 0, 0, 0, 0];
  fates.forEach((fate, i) => {
    const weight = weights[i] ?? 0;
    if (weight === 0) return;
    hours += weight * fate.hours;
    used += weight * fate.actions;
    challenges += weight * fate.challenges;
    genuineActions += weight * fate.genuineActions;
    people += weight;
    for (const { actions: count, seconds: time, detected } of fate.takeOvers) {
      all += weight;
      if (!detected) never += weight;
      impostorActions += weight * count;
      actions.push([detected ? count : Number.POSITIVE_INFINITY, weight]);
      seconds.push([time, weight]);
    }
  });
  actions.sort(([a], [b]) => a - b);
  seconds.sort(([a], [b]) => a - b);
  return {
    medianActionsToDetection: weightedQuantile(actions, all / 2),
    p90ActionsToDetection: weightedQuantile(actions, 0.9 * all),
    medianSecondsToDetection: weightedQuantile(seconds, all / 2),
    p90SecondsToDetection: weightedQuantile(seconds, 0.9 * all),
    neverDetected: never / all,
    falseChallengesPerHour: challenges / hours,
    falseChallengesPer10000Actions: (10_000 * challenges) / used,
    ania: impostorActions / all,
    anga: genuineActions / people,
  };
}

function weightedQuantile(sorted: readonly (readonly [number, number])[], mass: number): number {
  let sum = 0;
  for (const [value, weight] of sorted) {
    sum += weight;
    if (sum >= mass) return value;
  }
  return Number.NaN;
}

function classesOf(fates: readonly Fate[]): Detection["classes"] {
  const counts = { "++": 0, "+-": 0, "-+": 0, "--": 0 };
  for (const { challenges, takeOvers } of fates) {
    const found = takeOvers.every(({ detected }) => detected);
    if (challenges === 0) counts[found ? "++" : "+-"] += 1 / fates.length;
    else counts[found ? "-+" : "--"] += 1 / fates.length;
  }
  return {
    "++": rounded(counts["++"]),
    "+-": rounded(counts["+-"]),
    "-+": rounded(counts["-+"]),
    "--": rounded(counts["--"]),
  };
}

function curveOf(all: readonly { readonly actions: number; readonly detected: boolean }[]): [number, number][] {
  const found = all
    .filter(({ detected }) => detected)
    .map(({ actions }) => actions)
    .sort((a, b) => a - b);
  const step = Math.max(1, Math.floor(found.length / 200));
  const points: [number, number][] = [[0, 0]];
  for (let i = 0; i < found.length; i += step) points.push([found[i] ?? 0, (i + 1) / all.length]);
  const longest = Math.max(0, ...all.map(({ actions }) => actions));
  points.push([longest, found.length / Math.max(1, all.length)]);
  return points;
}
