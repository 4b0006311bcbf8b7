import { ACQUIRE_FAILURES, BANDS, DECISIONS, PHRASE_ABSENCES } from "@habitus/core";
import { z } from "zod";
import { SUPPORT_MODALITIES } from "./readings/readings-batch.ts";

/** What a page sends. Each tier has a batch of its own: events, readings (feature sets), or assertions of what the page decided itself. */

export const MAX_BATCH_BYTES = 256 * 1024;
const uint32 = z.number().int().min(0).max(0xffffffff);
const tenths = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const count = z.number().int().min(0).max(1_000_000_000);
const instantMs = z
  .number()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER / 10);
const base64Url = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9_-]*$/);
const ofStream = {
  stream: uint32,
  seq: count,
  lost: count.describe("events lost in this stream so far"),
};

export const wireBatchSchema = z.strictObject({
  v: z.literal(1),
  ...ofStream,
  t: tenths.describe("instant of the first event, tenths of an epoch millisecond"),
  q: z.number().int().min(1).max(1_000_000).describe("estimated quantum of the page's clock, microseconds"),
  e: z.array(z.number()).max(60_000).describe("flat list of integers, see the batch format in docs/api.md"),
});

const values = base64Url(16_384).describe("feature values, see the batch format in docs/api.md");
const span = { s: instantMs, e: instantMs };
const counts = (name: RegExp, most: number) =>
  z
    .record(z.string().regex(name), z.number().int().min(1).max(1_000_000_000))
    .refine((named) => Object.keys(named).length <= most)
    .optional();
const few = (...names: readonly string[]) => counts(new RegExp(`^(${names.join("|")})$`), names.length);
const wireUsage = z.strictObject({
  pages: counts(/^[0-9a-f]{8}$/, 64),
  transitions: counts(/^[0-9a-f]{8}>[0-9a-f]{8}$/, 128),
  weekHours: counts(/^\d{1,3}$/, 168),
  pauses: counts(/^\d{1,2}$/, 80),
  shortcuts: count.optional(),
  pastes: count.optional(),
  copies: count.optional(),
  autofills: count.optional(),
  tabSwitches: count.optional(),
  scroll: few("wheel", "trackpad", "touch"),
  pointerTypes: few("mouse", "pen", "touch"),
  viewports: few("phone", "tablet", "laptop", "desktop"),
  corrections: count.optional(),
});
const wireReading = z.discriminatedUnion("k", [
  z.strictObject({
    k: z.literal("w"),
    ...span,
    c: z.tuple([z.number().int().min(0).max(1000), z.number().int().min(0).max(10_000)]),
    f: values,
  }),
  z.strictObject({ k: z.literal("s"), m: z.enum(SUPPORT_MODALITIES), ...span, f: values }),
  z.strictObject({
    k: z.literal("f"),
    y: z
      .number()
      .int()
      .min(0)
      .max(ACQUIRE_FAILURES.length - 1),
    ...span,
  }),
  z.strictObject({ k: z.literal("p"), h: uint32, p: z.array(z.number().int().min(-1)).max(256) }),
  z.strictObject({
    k: z.literal("a"),
    h: uint32,
    y: z
      .number()
      .int()
      .min(0)
      .max(PHRASE_ABSENCES.length - 1),
    ...span,
  }),
]);
export const wireReadingsSchema = z.strictObject({
  v: z.literal(2),
  ...ofStream,
  t: tenths.describe("instant of the first event, tenths of an epoch millisecond"),
  u: tenths.describe("instant of the newest"),
  x: z.string().max(64).describe("name@version of the reader"),
  n: z
    .tuple([count, count, count, count])
    .describe("events, keystrokes, pointer events; keystrokes that wait for a window"),
  g: wireUsage.describe("how the device was used: counts, none of them 0"),
  r: z.array(wireReading).max(400),
});

export const wireAssertionSchema = z.strictObject({
  v: z.literal(3),
  ...ofStream,
  t: tenths.describe("when it was decided, tenths of an epoch millisecond"),
  x: z.string().max(64).describe("name@version of the system in the page"),
  d: z.enum(DECISIONS),
  b: z.enum(BANDS),
  n: z.tuple([count, count]).describe("windows of evidence in this sitting, feature sets learnt from"),
  k: z.boolean().describe("the page knows its subject: a reference was made"),
});

/** What is sent, once it is opened. */
export const anyBatchSchema = z.discriminatedUnion("v", [wireBatchSchema, wireReadingsSchema, wireAssertionSchema]);

export const sealedBatchSchema = z.strictObject({
  s: z.literal(1),
  k: base64Url(87).length(87).describe("the sender's public key, P-256, uncompressed"),
  n: count.describe("number of the message under this key"),
  c: base64Url(MAX_BATCH_BYTES).min(22).describe("ciphertext and tag: AES-256-GCM, HPKE (RFC 9180)"),
});
export const batchResponse = z.object({
  accepted: z.number().int().describe("events of this batch; 0 when it had been accepted before"),
  nextSeq: z.number().int(),
});

export type WireAssertion = z.output<typeof wireAssertionSchema>;
export type AnyBatch = z.output<typeof anyBatchSchema>;
export type BatchResponse = z.output<typeof batchResponse>;
