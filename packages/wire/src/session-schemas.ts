import { BANDS, DECISIONS, MODALITIES, NO_EVIDENCE_REASONS, PHRASE_ABSENCES, REASON_CODES } from "@habitus/core";
import { z } from "zod";
import { policyContext, policyOfSession, shadowOfSession } from "./policy-schemas.ts";
import { TIERS } from "./tiers.ts";

/** Sessions, what is thought of them, and how they turned out. */

export const instant = z.number().int().nonnegative().describe("epoch milliseconds");
const subjectId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9._:@-]+$/)
  .describe("the application's own id of the subject; a pseudonym serves as well as a name");
const sessionId = z.string().regex(/^[A-Za-z0-9_-]{16,40}$/);

// --- Sessions -------------------------------------------------------------------------------------------------

export const openSessionRequest = z.strictObject({
  subject: subjectId,
  context: z
    .strictObject({
      timeZone: z.string().max(64).optional(),
      language: z.string().max(35).optional(),
      country: z.string().length(2).optional(),
      network: z.string().max(64).optional(),
      remoteDesktop: z.boolean().optional().describe("input comes through a remote desktop: nothing is compared"),
    })
    .default({})
    .describe("coarse circumstances the application already knows; never coordinates"),
  policyContext: policyContext.default("routine"),
  signedIn: z
    .boolean()
    .default(true)
    .describe("false: opened before the sign-in was checked; nothing is learnt until the outcome `signedIn`"),
});
export const openSessionResponse = z.object({
  session: sessionId,
  consent: z.boolean().describe("whether a consent covers capture; without one the collector must not start"),
  tier: z.enum(TIERS).describe("how much may leave the page: the lesser of what is set and what the consent covers"),
  collectorToken: z.string().describe("for the browser: lets it send batches of this session and nothing else"),
  channelKey: z.string().describe("32 bytes, base64url: signs the batches"),
  sealKey: z.string().describe("the service's public key, base64url: batches are sealed to it"),
  reader: z.string().describe("name@version of what reads events into feature sets"),
  nameKey: z.string().describe("16 bytes, base64url: hashes page and field names, stable for the subject"),
  expiresAt: instant,
});

export const sessionState = z.enum(["open", "locked", "ended"]);
export const sessionSummary = z.object({
  session: sessionId,
  subject: z.string(),
  state: sessionState,
  system: z.string().describe("name@version of the system that judges it now"),
  openedAt: instant,
  lastEventAt: instant.nullable(),
  decision: z.enum(DECISIONS),
  band: z.enum(BANDS),
  trust: z.number().min(0).max(1).nullable(),
  keystrokes: z.number().int(),
  pointerEvents: z.number().int(),
});
export const sessionList = z.object({ sessions: z.array(sessionSummary) });

// --- Assessment -----------------------------------------------------------------------------------------------

export const reasonSchema = z.object({
  code: z.enum(REASON_CODES),
  share: z
    .number()
    .nullable()
    .describe("signed share of what the newest windows said; null where the reason is a fact"),
  nats: z.number().nullable().describe("the same as a log-likelihood ratio, natural log"),
  text: z.string().describe("for an analyst"),
  gentle: z.string().describe("for the person: no figures, and nothing that would help to imitate them"),
});
export const evidenceSchema = z.object({
  at: instant,
  llr: z.number().describe("what the window adds for (above 0) or against the enrolled subject, natural log"),
  sittingLlr: z
    .number()
    .nullable()
    .describe("the same of whether it is still who typed before in this sitting; null where that is not asked"),
  score: z.number(),
  source: z
    .string()
    .describe("name@version of what gave it: the system, or `habitus-fixed-text@1` for a phrase typed at sign-in"),
  modalities: z.array(z.enum(MODALITIES)),
  quality: z.number(),
  keystrokes: z.number().int(),
  pointerEvents: z.number().int(),
  contributions: z.array(z.object({ feature: z.string(), share: z.number() })),
});
export const modalityShareSchema = z.object({
  about: z
    .enum([...MODALITIES, "together", "signIn"])
    .describe("a modality; `together`: whether keyboard and pointer agree; `signIn`: a passphrase"),
  windows: z.number().int(),
  llr: z.number().describe("what its windows added for (above 0) or against the enrolled subject, natural log"),
  share: z.number().describe("the same over what all windows said without signs; absolute shares sum to at most 1"),
  supporting: z.boolean().describe("it adds to what the others say and decides nothing by itself"),
});
export const enrolmentSchema = z.object({
  state: z.enum(["none", "learning", "enrolled"]),
  samples: z.number().int(),
  needed: z.number().int(),
  progress: z.number().min(0).max(1),
  enrolledAt: instant.nullable(),
  profiles: z
    .number()
    .int()
    .describe("in how many ways the subject is known to type (keyboards, hands); 0 before enrolment"),
});
export const phraseStanding = {
  state: z.enum(["none", "learning", "enrolled"]),
  repetitions: z.number().int().describe("learnt from"),
  needed: z.number().int().describe("repetitions from which on it is compared"),
};
export const signInSchema = z
  .object({
    ...phraseStanding,
    at: instant,
    llr: z
      .number()
      .nullable()
      .describe("for (above 0) or against the subject, natural log; a bounded part of it enters trust"),
    absence: z
      .enum([...PHRASE_ABSENCES, ...NO_EVIDENCE_REASONS])
      .nullable()
      .describe("why it is no evidence"),
    counted: z.boolean().describe("it, or one typed before it in this session, was put to trust"),
  })
  .describe("the phrase typed last in a field with `data-habitus-phrase`");
export const usageSchema = z
  .object({
    pages: z.array(z.object({ page: z.string(), visits: z.number().int() })),
    transitions: z.array(z.object({ from: z.string(), to: z.string(), count: z.number().int() })),
    weekHours: z.array(z.number().int()).length(168).describe("events per hour of the week, Monday 00:00 UTC first"),
    pauses: z.object({ count: z.number().int(), medianMs: z.number().nullable() }),
    shortcuts: z.number().int(),
    pastes: z.number().int(),
    copies: z.number().int(),
    autofills: z.number().int(),
    tabSwitches: z.number().int(),
    scroll: z.object({ wheel: z.number().int(), trackpad: z.number().int(), touch: z.number().int() }),
    pointerTypes: z.object({ mouse: z.number().int(), pen: z.number().int(), touch: z.number().int() }),
    viewports: z.record(z.string(), z.number().int()),
    corrections: z.number().int(),
  })
  .describe("device usage as it was seen; what is judged of it is evidence of the modality `usage`");
export const assessmentSchema = z.object({
  session: sessionId,
  subject: z.string(),
  state: sessionState,
  at: instant,
  system: z.string(),
  decision: z.enum(DECISIONS),
  band: z.enum(BANDS),
  trust: z.number().min(0).max(1).nullable(),
  policy: policyOfSession,
  shadow: shadowOfSession.nullable().describe("what the shadow policy would decide; null where there is none"),
  reasons: z.array(reasonSchema),
  evidence: z.array(evidenceSchema).describe("the newest windows, oldest first"),
  modalities: z.array(modalityShareSchema).describe("what each modality said in these windows, the loudest first"),
  seen: z.object({
    events: z.number().int(),
    keystrokes: z.number().int(),
    pointerEvents: z.number().int(),
    windows: z.number().int(),
    failuresToAcquire: z.number().int(),
    lost: z.number().int(),
    pendingKeystrokes: z.number().int(),
  }),
  enrolment: enrolmentSchema,
  signIn: signInSchema.nullable().describe("null where no phrase was typed"),
  usage: usageSchema,
});

// --- Outcomes -------------------------------------------------------------------------------------------------

export const OUTCOMES = [
  "stepUpPassed",
  "stepUpFailed",
  "confirmedByOwner",
  "reportedTakeover",
  "labelledOwner",
  "labelledTakeover",
  "signedIn",
  "signInFailed",
  "ended",
] as const;
export const outcomeRequest = z.strictObject({
  outcome: z
    .enum(OUTCOMES)
    .describe("confirmed and reported: that was me, that was not me; labelled: what an analyst found"),
  since: instant.optional().describe("with a take-over: when it began, if anybody knows"),
  actor: z.string().min(1).max(128).default("application"),
});

export type OpenSessionRequest = z.input<typeof openSessionRequest>;
export type OpenSessionResponse = z.output<typeof openSessionResponse>;
export type SessionSummary = z.output<typeof sessionSummary>;
export type Assessment = z.output<typeof assessmentSchema>;
export type Usage = z.output<typeof usageSchema>;
export type EnrolmentStatus = z.output<typeof enrolmentSchema>;
export type OutcomeRequest = z.input<typeof outcomeRequest>;
export type Outcome = (typeof OUTCOMES)[number];
