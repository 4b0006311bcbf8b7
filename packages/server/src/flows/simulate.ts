import {
  challengesPerHour,
  mostAffected,
  type OperatingPoint,
  type PolicyContext,
  type PolicyTargets,
  type SimulateOptions,
  simulateThreshold,
} from "@habitus/core";
import type { Simulation } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { compileFor } from "../live/rules.ts";
import type { OutcomeRow } from "../storage/storage.ts";
import { readPolicy } from "./read-policies.ts";
import { resultOf } from "./record-outcome.ts";
import { breathe, readRecorded } from "./recorded-sessions.ts";

export interface Simulate {
  readonly application: string;
  readonly id: string;
  readonly context: PolicyContext;
  readonly days: number;
  /** What if the threshold were this; or the target, `atMost` challenges in vain `per` unit. */
  readonly threshold?: number | undefined;
  readonly atMost?: number | undefined;
  readonly per: "activeHour" | "userMonth";
}

const DAY_MS = 86_400_000;
/** Twenty minutes of use each, read at once: about 60 MB. */
const TRACES_READ = 40_000;
const OUTCOMES_READ = 100_000;
const NAMED = 10;
/** From 0.02 to 0.98. */
const THRESHOLDS = Array.from({ length: 49 }, (_, i) => Math.round(100 * (0.02 + 0.02 * i)) / 100);

/** Returns what other thresholds would have meant for the recorded sessions of the application. Throws `unknown-policy`. */
export async function simulate(deps: Deps, input: Simulate): Promise<Simulation> {
  const { application, id, context, days } = input;
  const { version, targets } = await readPolicy(deps, { application, id });
  const since = Math.max(0, deps.now() - days * DAY_MS);
  const [traces, outcomes] = await Promise.all([
    deps.storage.traces(application, { since, limit: TRACES_READ }),
    deps.storage.outcomes(application, { since, limit: OUTCOMES_READ }),
  ]);
  const sessions = await readRecorded(deps, application, { traces, outcomes });
  const { stepUpLooks } = targets.contexts[context];
  const { coolDownMinutes, activeHoursPerUserMonth } = targets;
  const options: SimulateOptions = {
    speed: stepUpLooks === 1 ? "fast" : "confirmed",
    coolDownMs: 60_000 * coolDownMinutes,
    activeHoursPerUserMonth,
  };
  const policies = await deps.policies.load(application);
  const thresholdOf = (of: PolicyTargets): number =>
    compileFor({ id, version, targets: of }, { system: deps.system, policies, context, subject: undefined, at: 0 })
      .policy.stepUpBelow;
  const live = thresholdOf(targets);
  const asked = askedThreshold(input, targets, thresholdOf) ?? live;
  const owners = sessions.filter(({ takenOverAtS }) => takenOverAtS === undefined);
  const activeHours = owners.reduce((sum, { activeMs }) => sum + activeMs / 3_600_000, 0);
  const points: Simulation["points"] = [];
  for (const threshold of THRESHOLDS) {
    points.push(simulateThreshold(sessions, threshold, options));
    await breathe();
  }
  return {
    id,
    version,
    context,
    since,
    subjects: new Set(owners.map(({ subject }) => subject)).size,
    sessions: sessions.length,
    activeHours,
    isComplete: traces.length < TRACES_READ && outcomes.length < OUTCOMES_READ,
    live: simulateThreshold(sessions, live, options),
    asked: simulateThreshold(sessions, asked, options),
    points,
    mostAffected: [...mostAffected(sessions, asked, { ...options, count: NAMED })],
    realised: realisedOf(outcomes, activeHours, targets),
  };
}

function askedThreshold(
  { threshold, atMost, per, context }: Simulate,
  targets: PolicyTargets,
  thresholdOf: (of: PolicyTargets) => number,
): number | undefined {
  if (threshold !== undefined || atMost === undefined) return threshold;
  const point: OperatingPoint = { ...targets.contexts[context], falseChallenges: { atMost, per } };
  // What could not be saved can still be asked about, within what a rate can be.
  const rate = Math.min(6, challengesPerHour(point, targets));
  const changed: OperatingPoint = { ...point, falseChallenges: { atMost: rate, per: "activeHour" } };
  return thresholdOf({ ...targets, contexts: { ...targets.contexts, [context]: changed } });
}

function realisedOf(
  outcomes: readonly OutcomeRow[],
  activeHours: number,
  { activeHoursPerUserMonth }: PolicyTargets,
): Simulation["realised"] {
  const results = challengeResults(outcomes);
  const falseChallenges = results.filter((result) => result === "inVain").length;
  const perActiveHour = activeHours === 0 ? null : falseChallenges / activeHours;
  return {
    falseChallenges,
    rightChallenges: results.length - falseChallenges,
    perActiveHour,
    perUserMonth: perActiveHour === null ? null : perActiveHour * activeHoursPerUserMonth,
  };
}

/** One for each challenge: of several words on the same lock the last one counts. */
function challengeResults(outcomes: readonly OutcomeRow[]): readonly ("inVain" | "right")[] {
  const sessions = new Map<string, { results: ("inVain" | "right")[]; isLocked: boolean }>();
  for (const { session, decision, outcome } of [...outcomes].reverse()) {
    const result = resultOf(outcome);
    if (result === undefined || (decision !== "stepUp" && decision !== "lock")) continue;
    const own = sessions.get(session) ?? { results: [], isLocked: false };
    if (decision === "lock" && own.isLocked) own.results.pop();
    own.results.push(result);
    own.isLocked = decision === "lock" || result === "right";
    sessions.set(session, own);
  }
  return [...sessions.values()].flatMap(({ results }) => results);
}
