import type { AuditEntry, RetentionKind } from "@habitus/wire";

/** Rows about what is kept of people and for how long: settings, pauses, promised erasures, and what there is to delete. */

export interface SettingsRow {
  readonly application: string;
  /** What was set, as JSON: what is not in it is as by default. */
  readonly settings: string;
  readonly at: number;
  readonly actor: string;
}
/** From `at` on nothing is observed or compared, until `until`; null is until somebody says so. */
export interface PauseRow {
  readonly application: string;
  readonly subject: string;
  readonly at: number;
  readonly until: number | null;
  readonly actor: string;
}
/** A withdrawal: what was learnt of the subject is to be gone by then. */
export interface ErasureRow {
  readonly application: string;
  readonly subject: string;
  readonly dueAt: number;
}
/** A batch of content-free events as it came, of somebody who agreed to that. */
export interface KeptEventsRow {
  readonly application: string;
  readonly subject: string;
  readonly session: string;
  /** Random, unique in the application. */
  readonly id: string;
  readonly at: number;
  readonly sealed: Uint8Array;
}
/** How much of a table there is. */
export interface Holding {
  readonly table: string;
  readonly count: number;
  readonly bytes: number;
  readonly oldest: number | null;
  readonly newest: number | null;
}
export interface Older {
  readonly application: string;
  readonly kind: RetentionKind;
  /** Rows with an older instant. */
  readonly before: number;
  readonly limit: number;
}

export interface CustodyReads {
  readonly settings: (application: string) => Promise<SettingsRow | undefined>;
  /** Oldest first. */
  readonly pauses: (application: string, subject: string) => Promise<readonly PauseRow[]>;
  readonly erasure: (application: string, subject: string) => Promise<ErasureRow | undefined>;
  /** Of any application, the longest overdue first. */
  readonly dueErasures: (now: number, limit: number) => Promise<readonly ErasureRow[]>;
  /** Oldest first. */
  readonly keptEvents: (application: string, subject: string, limit: number) => Promise<readonly KeptEventsRow[]>;
  /** How much of each table that tells of subjects is this subject's; tables with nothing are left out. */
  readonly holdings: (application: string, subject: string) => Promise<readonly Holding[]>;
  /** How many rows of a kind there are in an application, and when the oldest was made. */
  readonly kept: (
    application: string,
    kind: RetentionKind,
  ) => Promise<{ readonly count: number; readonly oldest: number | null }>;
  /** Entries that name the subject, newest first. */
  readonly auditOfSubject: (application: string, subject: string, limit: number) => Promise<readonly AuditEntry[]>;
  /** Whose rows `forgetOlder` with the same arguments would delete, and how many of each. */
  readonly older: (what: Older) => Promise<readonly { readonly subject: string; readonly count: number }[]>;
}

export type CustodyWrite =
  | { readonly kind: "putSettings"; readonly row: SettingsRow }
  | { readonly kind: "addPause"; readonly row: PauseRow }
  /** Replaces an earlier promise. */
  | { readonly kind: "promiseErasure"; readonly row: ErasureRow }
  | { readonly kind: "keepEvents"; readonly row: KeptEventsRow }
  /** Deletes all kept events of the subject. */
  | { readonly kind: "forgetEvents"; readonly row: { readonly application: string; readonly subject: string } }
  /** Deletes the oldest rows of a kind, not more than `limit`. */
  | { readonly kind: "forgetOlder"; readonly row: Older }
  /**
   * Destroys the data key first, then everything but the ledger of consents; sessions too. `wrappedKey` is a new data key, which
   * seals nothing yet.
   */
  | {
      readonly kind: "eraseBehaviour";
      readonly row: { readonly application: string; readonly subject: string; readonly wrappedKey: Uint8Array };
    };
