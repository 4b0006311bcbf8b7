import type { SealContext } from "../keys/envelope.ts";

/** Rows about keys: what is wrapped under key-encryption keys, and what is sealed under a subject's data key. */

export interface ServiceKeyRow {
  readonly name: string;
  readonly wrappedKey: Uint8Array;
}
export interface WrappedKeyRow {
  readonly application: string;
  readonly subject: string;
  readonly wrappedKey: Uint8Array;
}

/** Every table that holds something sealed under a subject's data key, with what it is sealed as. The journal is beside them. */
export const SEALED_AS = {
  samples: "sample",
  references: "reference",
  phrases: "phrase",
  decisions: "decision",
  sessions: "context",
  snapshots: "snapshot",
  trust_traces: "scores",
  score_histories: "scores",
  accommodations: "accommodation",
  kept_events: "events",
} as const satisfies Record<string, SealContext["kind"]>;
export type SealedTable = keyof typeof SEALED_AS;

export interface SealedRow {
  /** What the seal calls the row. */
  readonly row: string;
  readonly sealed: Uint8Array;
}
export interface SealedFilter {
  readonly application: string;
  readonly subject: string;
  readonly table: SealedTable;
  /** Rows behind this one in the order of their names; empty for the first. */
  readonly after: string;
  readonly limit: number;
}

export interface KeyReads {
  readonly serviceKey: (name: string) => Promise<Uint8Array | undefined>;
  /** Subjects' keys of all applications behind this one, in the order of application and subject. */
  readonly wrappedKeys: (
    after: Pick<WrappedKeyRow, "application" | "subject"> | undefined,
    limit: number,
  ) => Promise<readonly WrappedKeyRow[]>;
  readonly sealedRows: (filter: SealedFilter) => Promise<readonly SealedRow[]>;
}

export type KeyWrite =
  | { readonly kind: "putServiceKey"; readonly row: ServiceKeyRow }
  /** Replaces the wrapped key where it is still the one before; what was there is overwritten. */
  | { readonly kind: "replaceWrappedKey"; readonly row: WrappedKeyRow & { readonly before: Uint8Array } }
  /** Replaces what is sealed where it is still what was read. */
  | {
      readonly kind: "reseal";
      readonly row: SealedRow &
        Pick<SealedFilter, "application" | "subject" | "table"> & { readonly before: Uint8Array };
    };
