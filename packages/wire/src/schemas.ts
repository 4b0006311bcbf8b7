import { BANDS, DECISIONS, MODALITIES, NO_EVIDENCE_REASONS, PHRASE_ABSENCES, REASON_CODES } from "@habitus/core";
import { z } from "zod";
import { accommodation, policyContext, policyOfSession, shadowOfSession } from "./policy-schemas.ts";
import { PROBLEMS, type ProblemCode } from "./problem.ts";

export * from "./policy-schemas.ts";

/** Every body of the HTTP contract, once: validation, types, the client and OpenAPI come from here. */

const instant = z.number().int().nonnegative().describe("epoch milliseconds");
const subjectId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9._:@-]+$/)
  .describe("the application's own id of the subject; a pseudonym serves as well as a name");
const sessionId = z.string().regex(/^[A-Za-z0-9_-]{16,40}$/);

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]), // safe: the keys of the table
  detail: z.string(),
  requestId: z.string(),
  expectedSeq: z.number().int().optional(),
  missing: z.number().int().optional(),
});

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
  collectorToken: z.string().describe("for the browser: lets it send batches of this session and nothing else"),
  channelKey: z.string().describe("32 bytes, base64url: signs the batches"),
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

// --- Batches --------------------------------------------------------------------------------------------------

const uint32 = z.number().int().min(0).max(0xffffffff);
export const MAX_BATCH_BYTES = 256 * 1024;
export const wireBatchSchema = z.strictObject({
  v: z.literal(1),
  stream: uint32,
  seq: z.number().int().min(0).max(1_000_000_000),
  t: z
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .describe("instant of the first event, tenths of an epoch millisecond"),
  q: z.number().int().min(1).max(1_000_000).describe("estimated quantum of the page's clock, microseconds"),
  lost: z.number().int().min(0).max(1_000_000_000).describe("events lost in this stream so far"),
  e: z.array(z.number()).max(60_000).describe("flat list of integers, see the batch format in docs/api.md"),
});
export const batchResponse = z.object({
  accepted: z.number().int().describe("events of this batch; 0 when it had been accepted before"),
  nextSeq: z.number().int(),
});

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
  about: z.enum([...MODALITIES, "together"]).describe("a modality, or `together`: whether keyboard and pointer agree"),
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
});
const phraseStanding = {
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

// --- Subjects -------------------------------------------------------------------------------------------------

export const subjectStatus = z.object({
  subject: z.string(),
  since: instant,
  consent: z.object({ granted: z.boolean(), textVersion: z.string().nullable(), at: instant.nullable() }),
  enrolment: enrolmentSchema,
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
  consents: z.array(z.object({ granted: z.boolean(), textVersion: z.string(), actor: z.string(), at: instant })),
  references: z.array(
    z.object({
      version: z.number().int(),
      system: z.string(),
      samples: z.number().int(),
      enrolledAt: instant,
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
export const auditEntry = z.object({
  id: z.number().int(),
  at: instant,
  action: z.string(),
  actor: z.string(),
  subject: z.string().nullable(),
  session: z.string().nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  hash: z.string(),
});
export const serviceStatus = z.object({
  system: z.string(),
  background: z
    .object({ id: z.string(), people: z.number().int(), own: z.boolean() })
    .nullable()
    .describe("what people in general are like; null where a subject is compared with other subjects"),
  enrolled: z.number().int().describe("subjects of this application with a reference"),
  advice: z.array(z.string()).describe("what an operator should do, in sentences"),
});
export const auditList = z.object({ entries: z.array(auditEntry) });

export type OpenSessionRequest = z.input<typeof openSessionRequest>;
export type OpenSessionResponse = z.output<typeof openSessionResponse>;
export type SessionSummary = z.output<typeof sessionSummary>;
export type BatchResponse = z.output<typeof batchResponse>;
export type Assessment = z.output<typeof assessmentSchema>;
export type Usage = z.output<typeof usageSchema>;
export type EnrolmentStatus = z.output<typeof enrolmentSchema>;
export type OutcomeRequest = z.input<typeof outcomeRequest>;
export type Outcome = (typeof OUTCOMES)[number];
export type SubjectStatus = z.output<typeof subjectStatus>;
export type ConsentRequest = z.input<typeof consentRequest>;
export type EnrolResponse = z.output<typeof enrolResponse>;
export type SubjectExport = z.output<typeof subjectExport>;
export type ServiceStatus = z.output<typeof serviceStatus>;
export type AuditEntry = z.output<typeof auditEntry>;
