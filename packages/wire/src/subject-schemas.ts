import { z } from "zod";
import { accommodation } from "./policy-schemas.ts";
import { enrolmentSchema, instant, phraseStanding, sessionSummary } from "./session-schemas.ts";
import { purpose, tier } from "./settings-schemas.ts";

/** Subjects: what is known and kept of them. */

// --- Subjects -------------------------------------------------------------------------------------------------

export const consentStanding = z.object({
  purpose,
  granted: z.boolean(),
  tier,
  textVersion: z.string(),
  actor: z.string(),
  at: instant,
});
export const profile = z.object({
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
  pause: z
    .object({ since: instant, until: instant.nullable() })
    .nullable()
    .describe("the subject has stopped capture and comparison for a while; null where they go on"),
  erasureDueAt: instant.nullable().describe("after a withdrawal: all that was learnt is gone by then"),
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
export type SubjectStatus = z.output<typeof subjectStatus>;
export type ConsentRequest = z.input<typeof consentRequest>;
export type EnrolResponse = z.output<typeof enrolResponse>;
