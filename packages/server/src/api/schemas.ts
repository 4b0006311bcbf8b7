import { problemSchema } from "@habitus/wire/schemas";
import { z } from "zod";

export const sessionParams = z.object({ session: z.string().max(64) });
export const subjectParams = z.object({ subject: z.string().min(1).max(128) });

const CODES = [400, 401, 403, 404, 409, 413, 415, 422, 429, 503, 507] as const;
type Code = (typeof CODES)[number];

/** For the document: which problems a route may answer with. */
export function problems<Own extends Code>(
  ...own: readonly Own[]
): Record<Own | 401 | 429 | 503, typeof problemSchema> {
  const entries = [401 as const, 429 as const, 503 as const, ...own].map((code) => [code, problemSchema] as const);
  return Object.fromEntries(entries) as Record<Own | 401 | 429 | 503, typeof problemSchema>; // made of just these codes
}
