import { DECISIONS } from "@habitus/core";
import { z } from "zod";
import { accommodation } from "./policy-schemas.ts";
import { enrolmentSchema, instant, OUTCOMES, phraseStanding, reasonSchema, sessionSummary } from "./session-schemas.ts";
import { purpose, tier } from "./settings-schemas.ts";

/** Subjects: what is known and kept of them. */

// --- Subjects -------------------------------------------------------------------------------------------------

const consentStanding = z.object({
  purpose,
  granted: z.boolean(),
  tier,
  textVersion: z.string(),
  actor: z.string(),
  at: instant,
});
const profile = z.object({
  since: instant.describe("when it was opened"),
  samples: z.number().int().describe("windows it was learnt from"),
});
export const subjectStatus = z.object({
  subject: z.string(),
  since: instant,
  consent: z
    .object({ granted: z.boolean(), textVersion: z.string().nullable(), at: instant.nullable() })
    .describe("the newest word on `authentication`"),
  consents: z.array(consentStanding).describe("the newest word on each purpose that was ever asked about"),
  tier: tier.describe("how much may leave the page now"),
  enrolment: enrolmentSchema,
  profiles: z
    .array(profile)
    .describe("the subject's ways of typing (another keyboard, an injured hand), at most three"),
  accommodation: accommodation.nullable(),
  phrases: z.array(
    z.object({ phrase: z.number().int().describe("keyed hash of its name"), updatedAt: instant, ...phraseStanding }),
  ),
  references: z.array(
    z.object({
      version: z.number().int(),
      system: z.string(),
      samples: z.number().int(),
      enrolledAt: instant,
      active: z.boolean(),
    }),
  ),
  sessions: z.array(sessionSummary),
});
export const consentRequest = z.strictObject({
  granted: z.boolean(),
  textVersion: z.string().min(1).max(64),
  actor: z.string().min(1).max(128).default("subject"),
  purpose: purpose.default("authentication"),
  tier: tier.default("features"),
});
export const enrolResponse = z.object({
  version: z.number().int(),
  samples: z.number().int(),
  heldOutAccuracy: z.number().nullable(),
  heldOut: z.number().int(),
  importances: z.array(z.object({ feature: z.string(), importance: z.number() })),
});
export const subjectExport = z.object({
  subject: z.string(),
  exportedAt: instant,
  consents: z.array(consentStanding),
  references: z.array(
    z.object({
      version: z.number().int(),
      system: z.string(),
      samples: z.number().int(),
      enrolledAt: instant,
      profiles: z.array(profile),
      payload: z.string(),
    }),
  ),
  featureSets: z.array(z.object({ at: instant, extractor: z.string(), values: z.array(z.number().nullable()) })),
  decisions: z.array(
    z.object({ session: z.string(), at: instant, decision: z.enum(DECISIONS), reasons: z.array(reasonSchema) }),
  ),
  outcomes: z.array(
    z.object({
      session: z.string(),
      at: instant,
      outcome: z.enum(OUTCOMES),
      actor: z.string(),
      since: instant.nullable(),
    }),
  ),
  accommodations: z.array(accommodation),
  sessions: z
    .array(z.object({ session: z.string(), openedAt: instant, context: z.record(z.string(), z.unknown()) }))
    .describe("what the application told when it opened each session, where from included"),
  phrases: z
    .array(
      z.object({
        phrase: z.number().int(),
        updatedAt: instant,
        repetitions: z
          .array(z.array(z.number()))
          .describe("number of keys, corrections, start and end, then regions, holds and latencies"),
        reference: z.string().nullable(),
      }),
    )
    .describe("how phrases at sign-in are typed; times in tenths of a millisecond, -1 where missing"),
  trustTraces: z
    .array(z.object({ session: z.string(), at: instant, trace: z.record(z.string(), z.unknown()) }))
    .describe("how trust went, some seconds at a time, kept for thresholds and simulation"),
  scoreHistory: z.record(z.string(), z.unknown()).nullable().describe("how low trust got, hour by hour of use"),
});
export type SubjectStatus = z.output<typeof subjectStatus>;
export type ConsentRequest = z.input<typeof consentRequest>;
export type EnrolResponse = z.output<typeof enrolResponse>;
export type SubjectExport = z.output<typeof subjectExport>;
