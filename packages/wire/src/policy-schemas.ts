import { ADAPTATIONS, BOUNDS, DECISIONS, MODALITIES, POLICY_CONTEXTS, RATE_UNITS } from "@habitus/core";
import { z } from "zod";

/** Policies, accommodations and the simulation: the part of the contract that states how much is asked of whom. */

const instant = z.number().int().nonnegative().describe("epoch milliseconds");
const actor = z.string().min(1).max(128);
export const policyId = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
export const policyContext = z
  .enum(POLICY_CONTEXTS)
  .describe("how much is at stake: the policy asks sooner and looks closer where it is more");

const falseChallenges = z.strictObject({ atMost: z.number(), per: z.enum(RATE_UNITS) });
const operatingPoint = z.strictObject({
  falseChallenges: falseChallenges.describe("how often the owner may be asked in vain"),
  missCost: z.number().describe("what not asking somebody else costs, in challenges of the owner"),
  neverBelow: z.number().describe("trust below this is always asked about, whatever the history"),
  minimumLooks: z.number().int(),
  stepUpLooks: z.union([z.literal(1), z.literal(2)]).describe("1: a fast look may ask; 2: a silent extra look first"),
  confirmLooks: z.number().int().describe("looks after the step-up before low trust locks"),
  lookEverySeconds: z.number().describe("0: with every window"),
});
export const policyTargets = z.strictObject({
  name: z.string().min(1).max(64),
  activeHoursPerUserMonth: z.number(),
  contexts: z.strictObject({ routine: operatingPoint, sensitive: operatingPoint, admin: operatingPoint }),
  coolDownMinutes: z.number(),
  graceHours: z.number(),
  adaptation: z.enum(ADAPTATIONS).describe("whose score history moves the thresholds"),
});
export const POLICY_ROLES = ["live", "shadow", "off"] as const;
export const PRESET_NAMES = ["balanced", "quiet", "strict"] as const;
const policyBase = {
  role: z.enum(POLICY_ROLES).describe("live decides, shadow is only reported, off does neither"),
  actor: actor.default("application"),
};
export const policyRequest = z.union([
  z.strictObject({ ...policyBase, targets: policyTargets }),
  z.strictObject({ ...policyBase, preset: z.enum(PRESET_NAMES) }),
]);

const thresholds = z.object({
  stepUpBelow: z.number(),
  observeBelow: z.number(),
  continueFrom: z.number(),
  lockBelow: z.number(),
});
export const compiledPoint = thresholds.extend({
  predicted: z.object({ perActiveHour: z.number(), perUserMonth: z.number() }),
  bound: z.enum(BOUNDS).describe("what kept the threshold from where the target alone would put it"),
  weights: z.object({ prior: z.number(), population: z.number(), subject: z.number() }),
});
export const policyRecord = z.object({
  id: policyId,
  version: z.number().int().describe("0 is what a service starts with"),
  role: z.enum(POLICY_ROLES),
  at: instant,
  actor: z.string(),
  targets: policyTargets,
  compiled: z
    .object({ routine: compiledPoint, sensitive: compiledPoint, admin: compiledPoint })
    .describe("the thresholds of somebody with no history of their own, now"),
});
export const policyList = z.object({ policies: z.array(policyRecord) });

export const policyOfSession = thresholds.extend({
  id: policyId,
  version: z.number().int(),
  context: policyContext,
});
export const shadowOfSession = z.object({
  id: policyId,
  version: z.number().int(),
  decision: z.enum(DECISIONS),
  challenges: z.number().int().describe("step-ups it would have asked for in this session"),
});
export const contextRequest = z.strictObject({ context: policyContext, actor: actor.default("application") });

// --- Accommodation --------------------------------------------------------------------------------------------

const modalities = z.array(z.enum(MODALITIES)).max(MODALITIES.length);
export const accommodationRequest = z.strictObject({
  without: modalities.default([]).describe("kinds of input that are not compared, because they would be unfair"),
  withdrawn: modalities.default([]).describe("kinds of input that the subject has switched off"),
  widenNats: z.number().min(0).max(2).default(0).describe("so much more doubt is needed, natural log"),
  until: instant.nullable().default(null),
  actor: actor.default("application"),
});
export const accommodation = z.object({
  without: modalities,
  withdrawn: modalities,
  widenNats: z.number(),
  until: instant.nullable(),
  actor: z.string(),
  at: instant,
});

// --- Simulation -----------------------------------------------------------------------------------------------

export const simulationQuery = z.object({
  context: policyContext.default("routine"),
  days: z.coerce.number().int().min(1).max(90).default(30),
  threshold: z.coerce.number().min(0.01).max(0.99).optional().describe("what if the step-up threshold were this"),
  atMost: z.coerce.number().positive().optional().describe("what if this were the target, with `per`"),
  per: z.enum(RATE_UNITS).default("userMonth"),
});
const simulatedPoint = z.object({
  threshold: z.number(),
  challenges: z.number().int(),
  perActiveHour: z.number(),
  perUserMonth: z.number(),
  usersAsked: z.number().describe("share of users who would have been asked in vain at all"),
  takeOvers: z.number().int(),
  missed: z.number().int(),
  medianSeconds: z.number().nullable(),
  medianKeystrokes: z.number().nullable(),
});
export const simulationSchema = z.object({
  id: policyId,
  version: z.number().int(),
  context: policyContext,
  since: instant,
  subjects: z.number().int(),
  sessions: z.number().int(),
  activeHours: z.number().describe("of genuine use, as far as outcomes tell"),
  isComplete: z.boolean().describe("false where more was recorded than is read at once"),
  live: simulatedPoint.describe("at the threshold of this policy now"),
  asked: simulatedPoint.describe("at the threshold or target of the query; without one the same as live"),
  points: z.array(simulatedPoint).describe("the whole range of thresholds, rising"),
  mostAffected: z.array(
    z.object({
      subject: z.string(),
      activeHours: z.number(),
      challenges: z.number().int(),
      perActiveHour: z.number(),
    }),
  ),
  realised: z
    .object({
      falseChallenges: z.number().int(),
      rightChallenges: z.number().int(),
      perActiveHour: z.number().nullable(),
      perUserMonth: z.number().nullable(),
    })
    .describe("what outcomes say of the challenges that were really asked, whichever policy was live"),
});

export type PolicyRequest = z.input<typeof policyRequest>;
export type PolicyRecord = z.output<typeof policyRecord>;
export type PolicyRole = (typeof POLICY_ROLES)[number];
export type ContextRequest = z.input<typeof contextRequest>;
export type AccommodationRequest = z.input<typeof accommodationRequest>;
export type Accommodation = z.output<typeof accommodation>;
export type SimulationQuery = z.input<typeof simulationQuery>;
export type Simulation = z.output<typeof simulationSchema>;
