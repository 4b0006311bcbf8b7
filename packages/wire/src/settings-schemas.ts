import { z } from "zod";
import { PURPOSES, TIERS } from "./tiers.ts";

/** What an application decides about the data of its subjects: how much is collected, and how long each kind is kept. */

const instant = z.number().int().nonnegative().describe("epoch milliseconds");
export const tier = z.enum(TIERS).describe("how much of behaviour leaves the page, at most");
export const purpose = z.enum(PURPOSES);
const days = z.number().int().min(1).max(3650);

/** What is kept for a time, by the name a person would give it, with how many days if nothing else is set; docs/consent.md says why. */
export const RETENTION_DAYS = {
  samples: 180,
  oldReferences: 30,
  phrases: 180,
  decisions: 90,
  sessions: 90,
  outcomes: 180,
  traces: 92,
  accommodations: 90,
  events: 30,
  inactive: 365,
} as const;
export type RetentionKind = keyof typeof RETENTION_DAYS;
export const RETENTION_KINDS = Object.keys(RETENTION_DAYS) as RetentionKind[]; // safe: the table's own keys

const retention = z.strictObject({
  samples: days.describe("feature sets: what references are made of"),
  oldReferences: days.describe("references that a newer one has replaced"),
  phrases: days.describe("how a phrase at sign-in is typed, since it was learnt from last"),
  decisions: days.describe("decisions and their reasons"),
  sessions: days.describe("sessions that have ended, with their last state"),
  outcomes: days.describe("how step-ups and sessions turned out"),
  traces: days.describe("how trust went, for thresholds and simulation"),
  accommodations: days.describe("accommodations and pauses that a newer one has replaced"),
  events: days.describe("content-free events, which only the tier `events` keeps"),
  inactive: days.describe("everything that was learnt of somebody who has had no session for so long"),
});
const consentText = z.strictObject({ version: z.string().min(1).max(64), text: z.string().min(1).max(4000) });
export const applicationSettings = z.strictObject({
  tier,
  retention,
  eraseWithinHours: z.number().int().min(0).max(720).describe("after a withdrawal; 0 is at once"),
  consentTexts: z
    .partialRecord(purpose, consentText)
    .describe("what a person reads on their own page before they consent; plain text"),
});
export const DEFAULT_SETTINGS: ApplicationSettings = {
  tier: "features",
  retention: RETENTION_DAYS,
  eraseWithinHours: 24,
  consentTexts: {},
};
export const settingsRequest = z.strictObject({
  tier: tier.optional(),
  retention: retention.partial().optional(),
  eraseWithinHours: applicationSettings.shape.eraseWithinHours.optional(),
  consentTexts: applicationSettings.shape.consentTexts.optional(),
  actor: z.string().min(1).max(128).default("application"),
});
export const settingsResponse = z.object({
  settings: applicationSettings,
  changedAt: instant.nullable().describe("null while nothing was set"),
  kept: z
    .array(
      z.object({
        kind: z.enum(RETENTION_KINDS),
        days,
        count: z.number().int(),
        oldest: instant.nullable().describe("when the oldest that is kept now was made; null where there is none"),
      }),
    )
    .describe("what is kept now, against what was promised"),
  appliedAt: instant.nullable().describe("when retention was last applied since the service started"),
});

export type ApplicationSettings = z.output<typeof applicationSettings>;
export type SettingsRequest = z.input<typeof settingsRequest>;
export type SettingsResponse = z.output<typeof settingsResponse>;
