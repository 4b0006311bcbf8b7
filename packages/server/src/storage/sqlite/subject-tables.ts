import type { RetentionKind } from "@habitus/wire";
import type { Tables } from "./tables.ts";

/** The tables whose rows name a subject. */
export type SubjectTable = {
  [T in keyof Tables]: Tables[T] extends { readonly subject: string | null } ? T : never;
}[keyof Tables];

interface Held {
  /** The column that tells when a row was made; missing where it is the subject's one row. */
  readonly at?: string;
  /** What of it takes space. */
  readonly sealed?: string;
}

/** The data key first: what another process might still read of the rest no longer opens. The audit is never erased. */
export const SUBJECT_TABLES = {
  subject_keys: { sealed: "wrapped_key" },
  samples: { at: "at", sealed: "sealed" },
  references: { at: "enrolled_at", sealed: "sealed" },
  phrases: { at: "at", sealed: "sealed" },
  decisions: { at: "at", sealed: "sealed_reasons" },
  outcomes: { at: "at" },
  trust_traces: { at: "at", sealed: "sealed" },
  kept_events: { at: "at", sealed: "sealed" },
  score_histories: { sealed: "sealed" },
  accommodations: { at: "at", sealed: "sealed" },
  pauses: { at: "at" },
  erasures: {},
  sessions: { at: "opened_at", sealed: "sealed_context" },
  consents: { at: "at" },
  subjects: { at: "since" },
} as const satisfies Record<Exclude<SubjectTable, "audit">, Held>;

/** What stays after a withdrawal: that there is a subject, and the ledger of its consents. */
export const LEDGER_TABLES = ["subjects", "consents"] as const satisfies readonly SubjectTable[];

interface Retained {
  readonly table: keyof Tables;
  readonly at: string;
  readonly key: readonly string[];
  /** Only these rows. */
  readonly where?: string;
}

/** Rows that a newer one of the same subject has replaced. */
const replaced = (table: string): string =>
  `id NOT IN (SELECT max(id) FROM ${table} GROUP BY application, subject)` as const;

/** Where each kind is that retention deletes row by row. */
export const RETAINED: Readonly<Record<Exclude<RetentionKind, "inactive">, readonly Retained[]>> = {
  samples: [{ table: "samples", at: "at", key: ["id"] }],
  oldReferences: [{ table: "references", at: "enrolled_at", key: ["subject", "version"], where: "active = 0" }],
  phrases: [{ table: "phrases", at: "at", key: ["subject", "field"] }],
  decisions: [{ table: "decisions", at: "at", key: ["id"] }],
  sessions: [{ table: "sessions", at: "opened_at", key: ["session"], where: "state = 'ended'" }],
  outcomes: [{ table: "outcomes", at: "at", key: ["id"] }],
  traces: [{ table: "trust_traces", at: "at", key: ["id"] }],
  accommodations: [
    { table: "accommodations", at: "at", key: ["id"], where: replaced("accommodations") },
    { table: "pauses", at: "at", key: ["id"], where: replaced("pauses") },
  ],
  events: [{ table: "kept_events", at: "at", key: ["id"] }],
};
