import { DECISIONS } from "@habitus/core";
import { z } from "zod";
import { accommodation } from "./policy-schemas.ts";
import { enrolmentSchema, instant, reasonSchema, sessionState } from "./session-schemas.ts";
import { purpose, tier } from "./settings-schemas.ts";
import { consentStanding, profile } from "./subject-schemas.ts";

/** The subject's own page: what one person may see and change of what is kept of them. */

export const PAGE_LINK_MINUTES = 15;
export const PAGE_LONGEST_MINUTES = 60;

export const pageRequest = z
  .strictObject({
    returnTo: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional()
      .describe("where the page leads back to"),
  })
  .default({});
export const pageResponse = z.object({
  url: z.string().describe("of the page; the token is behind `#`, so that no server's log has it"),
  token: z.string(),
  expiresAt: instant.describe("unless the page is used"),
  endsAt: instant.describe("however much it is used"),
});
export const pageRenewal = z.object({ token: z.string(), expiresAt: instant, endsAt: instant });

/** What is kept, by the name that the page has words for. */
export const HELD_KINDS = [
  "samples",
  "references",
  "phrases",
  "decisions",
  "outcomes",
  "traces",
  "history",
  "accommodations",
  "sessions",
  "consents",
  "events",
] as const;
const held = z.object({
  kind: z.enum(HELD_KINDS),
  count: z.number().int(),
  bytes: z.number().int().describe("of what is sealed"),
  oldest: instant.nullable(),
  newest: instant.nullable(),
  keptDays: z.number().int().nullable().describe("null: as long as it is of use"),
});
export const meResponse = z.object({
  subject: z.string(),
  application: z.string().describe("its name"),
  returnTo: z.string().nullable(),
  expiresAt: instant,
  endsAt: instant,
  since: instant,
  tier: tier.describe("how much may leave the page now"),
  consents: z.array(
    consentStanding
      .omit({ purpose: true })
      .partial()
      .extend({
        purpose,
        granted: z.boolean(),
        text: z.object({ version: z.string(), text: z.string() }).nullable().describe("the application's own words"),
      }),
  ),
  ledger: z.array(consentStanding).describe("every word that was ever given, newest first"),
  pause: z.object({ since: instant, until: instant.nullable() }).nullable(),
  erasureDueAt: instant.nullable().describe("after a withdrawal: all that was learnt is gone by then"),
  eraseWithinHours: z.number().int(),
  inactiveDays: z.number().int(),
  held: z.array(held),
  enrolment: enrolmentSchema,
  profiles: z.array(profile),
  accommodation: accommodation.nullable(),
  sessions: z.array(z.object({ session: z.string(), openedAt: instant, state: sessionState })).describe("newest first"),
  decisions: z
    .array(
      z.object({
        session: z.string(),
        at: instant,
        decision: z.enum(DECISIONS),
        reasons: z.array(reasonSchema.pick({ code: true, gentle: true })),
      }),
    )
    .describe("newest first"),
  views: z
    .array(z.object({ at: instant, actor: z.string(), action: z.string() }))
    .describe("who looked at it or changed something, newest first"),
});
export const meConsentRequest = z.strictObject({
  purpose,
  granted: z.boolean(),
  tier: tier.default("features"),
  textVersion: z.string().min(1).max(64),
});
export const mePauseRequest = z.strictObject({
  minutes: z
    .number()
    .int()
    .min(1)
    .max(60 * 24 * 30)
    .nullable()
    .describe("null: until it is ended"),
});
export const meAccommodationRequest = z.strictObject({
  withdrawn: accommodation.shape.withdrawn,
  widenNats: z.number().min(0).max(1),
});
export const meEraseRequest = z.strictObject({ confirm: z.literal("erase") });

export type PageRequest = z.input<typeof pageRequest>;
export type PageResponse = z.output<typeof pageResponse>;
export type PageRenewal = z.output<typeof pageRenewal>;
export type Me = z.output<typeof meResponse>;
export type HeldKind = (typeof HELD_KINDS)[number];
export type MeConsentRequest = z.input<typeof meConsentRequest>;
export type MePauseRequest = z.input<typeof mePauseRequest>;
export type MeAccommodationRequest = z.input<typeof meAccommodationRequest>;
