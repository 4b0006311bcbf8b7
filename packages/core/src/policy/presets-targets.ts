import type { OperatingPoint, PolicyTargets } from "./targets.ts";

const fast = { stepUpLooks: 1, confirmLooks: 1, minimumLooks: 1, lookEverySeconds: 0 } as const;

const balancedRoutine: OperatingPoint = {
  ...fast,
  falseChallenges: { atMost: 1 / 5, per: "activeHour" },
  missCost: 5,
  neverBelow: 0.1,
};

/** Where the shipped thresholds were measured: about one false challenge in five hours of active use, less patience where more is at stake. */
export const balanced: PolicyTargets = {
  name: "balanced",
  activeHoursPerUserMonth: 40,
  contexts: {
    routine: balancedRoutine,
    sensitive: {
      ...fast,
      falseChallenges: { atMost: 1 / 3, per: "activeHour" },
      missCost: 10,
      neverBelow: 0.25,
      minimumLooks: 2,
    },
    admin: {
      ...fast,
      falseChallenges: { atMost: 1, per: "activeHour" },
      missCost: 20,
      neverBelow: 0.4,
      minimumLooks: 3,
    },
  },
  coolDownMinutes: 5,
  graceHours: 0,
  adaptation: "subject",
};

/** For those who must hardly ever be disturbed: one false challenge per user and month, never on a single look, a few minutes apart. */
export const quiet: PolicyTargets = {
  ...balanced,
  name: "quiet",
  contexts: {
    ...balanced.contexts,
    routine: {
      ...balancedRoutine,
      falseChallenges: { atMost: 1, per: "userMonth" },
      neverBelow: 0.05,
      stepUpLooks: 2,
      confirmLooks: 2,
      lookEverySeconds: 120,
    },
    sensitive: { ...balanced.contexts.sensitive, falseChallenges: { atMost: 1 / 8, per: "activeHour" } },
  },
  coolDownMinutes: 15,
  graceHours: 24,
};

/** For workplaces where a take-over is dear: every window counts everywhere. */
export const strict: PolicyTargets = {
  ...balanced,
  name: "strict",
  contexts: {
    ...balanced.contexts,
    routine: { ...balanced.contexts.sensitive, minimumLooks: 1 },
    sensitive: { ...balanced.contexts.admin, minimumLooks: 2 },
  },
  coolDownMinutes: 2,
};

export const POLICY_PRESETS = { balanced, quiet, strict } as const satisfies Readonly<Record<string, PolicyTargets>>;
