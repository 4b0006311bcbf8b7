import {
  addUse,
  afterDecision,
  afterStepUpPassed,
  balanced,
  challengesPerHour,
  compilePolicy,
  type DecisionKind,
  decide,
  emptyHistory,
  emptyTrace,
  habitusPolicy,
  type Lows,
  lookAt,
  lowsOf,
  NO_LOOKS,
  POLICY_CONTEXTS,
  type Policy,
  type PolicyContext,
  type PolicyTargets,
  personAndChange,
  quiet,
  type ScoreHistory,
  strict,
  traceLook,
} from "@habitus/core";
import { rounded } from "../metrics/bootstrap.ts";
import type { WindowScore } from "../systems/lab-system.ts";
import type { Followed } from "./follow.ts";

/** What a policy states, what it lets expect, and what became of it: false challenges per hour of active use. */
export interface Promised {
  readonly policy: string;
  readonly context: PolicyContext;
  readonly target: number;
  readonly predicted: number;
  readonly realised: number;
  readonly challenges: number;
  readonly hours: number;
  readonly stepUpBelow: number;
}

/**
 * Recorded sittings last two or three minutes, and a sitting that is unlike its person is unlike from its beginning: what counts is how
 * often people sit down anew. So many sittings are taken for an hour of active use.
 */
const SITTINGS_PER_HOUR = 3.5;
const SITTING_MS = 3_600_000 / SITTINGS_PER_HOUR;

/**
 * Judges genuine sittings by the presets as the service would: thresholds for one half of the people follow from the scores of the other
 * half and from the prior; every challenge is passed. Nobody has a history of their own yet.
 */
export function keptPromises(followed: readonly Followed[]): readonly Promised[] {
  const subjects = [...new Set(followed.map(({ subject }) => subject))];
  const halfOf = ({ subject }: Followed): number => subjects.indexOf(subject) % 2;
  const lows = followed.map(({ genuine }) => live(genuine, habitusPolicy).lows);
  const populations = [0, 1].map((own) =>
    followed.reduce<ScoreHistory>(
      (history, one, i) => (halfOf(one) === own ? history : addUse(history, lows[i] ?? NO_LOWS)),
      emptyHistory(),
    ),
  );
  const hours = followed.length / SITTINGS_PER_HOUR;
  return [balanced, quiet, strict].flatMap((targets) =>
    POLICY_CONTEXTS.map((context) => {
      const made = populations.map((population) =>
        compilePolicy(targets, { context, anchor: habitusPolicy, population }),
      );
      let challenges = 0;
      let predicted = 0;
      for (const one of followed) {
        const compiled = made[halfOf(one)];
        if (compiled === undefined) continue;
        challenges += live(one.genuine, compiled.policy).challenges;
        predicted += compiled.predicted.perActiveHour / followed.length;
      }
      return promised(targets, context, {
        challenges,
        predicted,
        hours,
        stepUpBelow: made[0]?.policy.stepUpBelow ?? 0,
      });
    }),
  );
}

const NO_LOWS: Lows = { activeMs: 0, fast: null, confirmed: null };

function promised(
  targets: PolicyTargets,
  context: PolicyContext,
  found: Pick<Promised, "challenges" | "predicted" | "hours" | "stepUpBelow">,
): Promised {
  return {
    policy: targets.name,
    context,
    target: rounded(challengesPerHour(targets.contexts[context], targets)),
    predicted: rounded(found.predicted),
    realised: rounded(found.challenges / found.hours),
    challenges: found.challenges,
    hours: rounded(found.hours),
    stepUpBelow: rounded(found.stepUpBelow),
  };
}

/** Lives through a sitting: how often its owner is asked, and how low trust got. */
function live(windows: readonly WindowScore[], policy: Policy): { readonly challenges: number; readonly lows: Lows } {
  let state = personAndChange.initial();
  let looks = NO_LOOKS;
  let previous: DecisionKind | undefined;
  let trace = emptyTrace();
  let challenges = 0;
  for (const { evidence } of windows) {
    if (evidence === undefined) continue;
    state = personAndChange.update(state, evidence);
    const reading = personAndChange.read(state);
    if (reading.value === undefined) continue;
    const { startedAt, at, keystrokes } = evidence;
    trace = traceLook(trace, { startedAt, at, value: reading.value, keystrokes });
    looks = lookAt(policy, looks, { at, previous, reading });
    const { kind } = decide(policy, {
      at,
      reading,
      enrolment: "enrolled",
      previous,
      stepUp: "none",
      evidence: [],
      looks,
    });
    looks = afterDecision(policy, looks, { at, previous, kind });
    previous = kind;
    if (kind !== "stepUp") continue;
    challenges += 1;
    state = personAndChange.reset(state);
    looks = afterStepUpPassed(looks, at);
    previous = "continue";
  }
  return { challenges, lows: { ...lowsOf(trace), activeMs: SITTING_MS } };
}
