import { DECISIONS } from "@habitus/core";
import { z } from "zod";
import { accommodation } from "./policy-schemas.ts";
import { instant, OUTCOMES, reasonSchema, sessionSummary } from "./session-schemas.ts";
import { consentStanding, profile } from "./subject-schemas.ts";

/** The export of everything kept of one person; docs/export.md is its description for people. */

export const EXPORT_FORMAT = "habitus-subject-export";
/** Rises when a part changes its meaning or goes away; a new part alone does not raise it. */
export const EXPORT_VERSION = 1;

/** What each part of an export is, in a sentence: it goes with the export. */
export const EXPORT_SECTIONS = {
  since: "When this service first heard of you. All times are milliseconds since 1 January 1970, 00:00 UTC.",
  consents: "Every word on consent that was recorded, oldest first: what for, how much, which text, by whom, when.",
  pauses: "When you paused it, and until when; `until` null is until it was ended.",
  erasureDueAt: "After a withdrawal: when all that was learnt is gone.",
  references: "What you are compared with: a summary of how you type, point and use the device (`payload`, base64).",
  featureSets:
    "Measurements of some moments, from which the summary was made: times and speeds, never what was typed. `values` are in the order of the extractor's features; null where there was too little to measure.",
  decisions: "What was decided in your sessions, and why, in words for an analyst (`text`) and for you (`gentle`).",
  outcomes: "How your sessions and requests for a proof turned out, as the application told.",
  accommodations: "What was done differently for you, oldest first.",
  sessions: "Your sessions as they were saved last, with what the application told when it opened each.",
  sessionStates: "What a session that is still kept had in hand when it was saved last.",
  phrases:
    "How you type the words of a sign-in: of each repetition the number of keys and corrections, start and end, then the region, hold and pause of each key, in tenths of a millisecond, -1 where missing.",
  trustTraces: "How sure the service was that it was you, some seconds at a time.",
  events:
    "Single movements and key presses, only where you agreed to give them: regions and times, never letters. In the form in which your page sent them (docs/api.md, Batches).",
  scoreHistory: "How low that got, hour by hour of use, as counts.",
  audit: "Entries of the service's log that name you, newest first: who did or looked at what, and when.",
} as const;

const opened = z.record(z.string(), z.unknown());
export const subjectExport = z.object({
  format: z.literal(EXPORT_FORMAT),
  version: z.literal(EXPORT_VERSION),
  about: z.record(z.string(), z.string()).describe("what each part is, in a sentence"),
  application: z.string().describe("the name of the application that asked for the data"),
  subject: z.string(),
  since: instant,
  exportedAt: instant,
  consents: z.array(consentStanding),
  pauses: z.array(z.object({ at: instant, until: instant.nullable(), actor: z.string() })),
  erasureDueAt: instant.nullable(),
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
    .array(sessionSummary.omit({ subject: true, system: true }).extend({ expiresAt: instant, context: opened }))
    .describe("`context`: what the application told when it opened the session, where from included"),
  sessionStates: z.array(z.object({ session: z.string(), state: opened })),
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
    .array(z.object({ session: z.string(), at: instant, trace: opened }))
    .describe("how trust went, some seconds at a time, kept for thresholds and simulation"),
  events: z
    .array(z.object({ session: z.string(), at: instant, batch: opened }))
    .describe("batches of content-free events as they came, oldest first"),
  scoreHistory: opened.nullable().describe("how low trust got, hour by hour of use"),
  audit: z.array(
    z.object({
      id: z.number().int(),
      at: instant,
      action: z.string(),
      actor: z.string(),
      session: z.string().nullable(),
      detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    }),
  ),
});
export type SubjectExport = z.output<typeof subjectExport>;
