import { z } from "zod";
import { PROBLEMS, type ProblemCode } from "./problem.ts";
import { instant } from "./session-schemas.ts";

export { DEFAULT_SCOPES, OPERATOR_ROLES, SCOPES } from "./access.ts";
export * from "./access-schemas.ts";
export * from "./batch-schemas.ts";
export * from "./export-schemas.ts";
export * from "./me-schemas.ts";
export * from "./policy-schemas.ts";
export * from "./session-schemas.ts";
export * from "./settings-schemas.ts";
export * from "./subject-schemas.ts";
export { PURPOSES, TIERS } from "./tiers.ts";

/** Every body of the HTTP contract, once, here and in the files it passes on: validation, types, the client and OpenAPI come from here. */

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

// --- Service --------------------------------------------------------------------------------------------------

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
const origin = z.object({
  id: z.string(),
  people: z.number().int(),
  own: z.boolean(),
  epsilon: z
    .number()
    .optional()
    .describe("what was promised to these people (differential privacy); missing where nothing was"),
});
export const serviceStatus = z.object({
  system: z.string(),
  background: origin
    .extend({ pointing: origin, usage: origin })
    .nullable()
    .describe(
      "what people in general type like, point like and use a device like; null where a subject is compared with other subjects",
    ),
  enrolled: z.number().int().describe("subjects of this application with a reference"),
  advice: z.array(z.string()).describe("what an operator should do, in sentences"),
});
export const auditList = z.object({ entries: z.array(auditEntry) });

export type ServiceStatus = z.output<typeof serviceStatus>;
export type AuditEntry = z.output<typeof auditEntry>;
