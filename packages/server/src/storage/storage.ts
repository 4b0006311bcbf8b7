import type { Band, DecisionKind } from "@habitus/core";
import type { AuditEntry, Purpose, Tier } from "@habitus/wire";
import type { AuditDraft } from "../audit/chain.ts";
import type { AccessReads, AccessWrite, SignedStore } from "./access-rows.ts";
import type { CustodyReads, CustodyWrite } from "./custody-rows.ts";
import type { KeyReads, KeyWrite } from "./key-rows.ts";
import type {
  AccommodationRow,
  OutcomeRow,
  PolicyRow,
  RecordsFilter,
  ScoreHistoryRow,
  TraceRow,
} from "./policy-rows.ts";

export type * from "./access-rows.ts";
export type * from "./custody-rows.ts";
export type * from "./key-rows.ts";
export type * from "./policy-rows.ts";

/**
 * The storage port. Everything that is written is a `Write`, and `commit` applies any number of them in order or none:
 * that is all an adapter needs in the way of transactions, and it lets the service commit what many requests brought at once.
 * Every row carries its application (the tenant); ids are text, instants epoch milliseconds, behaviour only ever sealed.
 */
export interface Storage extends AccessReads, SignedStore, CustodyReads, KeyReads {
  /** Durable when it resolves. Rejects with a `StorageError`; then nothing of it was kept. */
  readonly commit: (writes: readonly Write[]) => Promise<void>;
  readonly applications: () => Promise<readonly ApplicationRow[]>;
  readonly subject: (application: string, subject: string) => Promise<SubjectRow | undefined>;
  /** Oldest first. */
  readonly consents: (application: string, subject: string) => Promise<readonly ConsentRow[]>;
  readonly session: (application: string, session: string) => Promise<SessionRow | undefined>;
  /** Newest first. */
  readonly sessions: (application: string, filter: SessionFilter) => Promise<readonly SessionRow[]>;
  /** Sessions of any application that are not ended though their time is over. */
  readonly expiredSessions: (now: number, limit: number) => Promise<readonly SessionRow[]>;
  readonly snapshot: (application: string, session: string) => Promise<SnapshotRow | undefined>;
  /** What was appended after the snapshot, in order. */
  readonly journal: (application: string, session: string) => Promise<readonly JournalRow[]>;
  /** Running or not, the sessions that have a journal. */
  readonly pendingSessions: () => Promise<readonly OfSession[]>;
  /** Newest first; only those that this extractor made where one is named. */
  readonly samples: (
    application: string,
    subject: string,
    limit: number,
    extractor?: string,
  ) => Promise<readonly SampleRow[]>;
  /** Those that this extractor made (`name@version`). */
  readonly countSamples: (application: string, subject: string, extractor: string) => Promise<number>;
  /** Samples of other subjects of the application, spread over them as their random ids are. */
  readonly otherSamples: (application: string, subject: string, limit: number) => Promise<readonly SampleRow[]>;
  /** Those with an active reference, whichever system made it, in the order of their ids. */
  readonly enrolledSubjects: (application: string) => Promise<readonly string[]>;
  /** Oldest version first. */
  readonly references: (application: string, subject: string) => Promise<readonly ReferenceRow[]>;
  readonly phrases: (application: string, subject: string) => Promise<readonly PhraseRow[]>;
  /** Oldest first. */
  readonly decisions: (application: string, subject: string) => Promise<readonly DecisionRow[]>;
  /** The newest version of each, with the role it has now. */
  readonly policies: (application: string) => Promise<readonly PolicyRow[]>;
  /** That version, with the role that it was saved in. */
  readonly policy: (application: string, id: string, version: number) => Promise<PolicyRow | undefined>;
  /** Newest first, those not older than `since`. */
  readonly traces: (application: string, filter: RecordsFilter) => Promise<readonly TraceRow[]>;
  /** Newest first, those not older than `since`. */
  readonly outcomes: (application: string, filter: RecordsFilter) => Promise<readonly OutcomeRow[]>;
  /** `subject` empty: the application's own, of all its subjects together. */
  readonly scoreHistory: (application: string, subject: string) => Promise<ScoreHistoryRow | undefined>;
  /** Oldest first. */
  readonly accommodations: (application: string, subject: string) => Promise<readonly AccommodationRow[]>;
  /** Oldest first, those with an id above `after`. */
  readonly audit: (application: string, after: number, limit: number) => Promise<readonly AuditEntry[]>;
  /** Resolves when the store answers. */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const STORAGE_ERROR_CODES = ["full", "busy", "conflict", "unavailable"] as const;
export type StorageErrorCode = (typeof STORAGE_ERROR_CODES)[number];

/** The store could not do it. `full`: no space; `busy`: another process holds it; `conflict`: the row is there already. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StorageError";
    this.code = code;
  }
}

export type SessionState = "open" | "locked" | "ended";

export interface ApplicationRow {
  readonly application: string;
  readonly name: string;
  readonly origins: readonly string[];
  readonly createdAt: number;
}
export interface SubjectRow {
  readonly application: string;
  readonly subject: string;
  readonly since: number;
  /** When there was a reference for the first time; missing where there was none. */
  readonly enrolledAt?: number;
  /** The subject's data key, wrapped by the key provider. */
  readonly wrappedKey: Uint8Array;
}
export interface ConsentRow {
  readonly application: string;
  readonly subject: string;
  readonly granted: boolean;
  readonly textVersion: string;
  readonly actor: string;
  readonly at: number;
  readonly purpose: Purpose;
  readonly tier: Tier;
}
/** What a list of sessions shows; the last snapshot's reading. */
export interface SessionReading {
  readonly state: SessionState;
  readonly lastEventAt: number | null;
  readonly decision: DecisionKind;
  readonly band: Band;
  readonly trust: number | null;
  readonly keystrokes: number;
  readonly pointerEvents: number;
}
export interface SessionRow extends SessionReading {
  readonly application: string;
  readonly session: string;
  readonly subject: string;
  readonly openedAt: number;
  readonly expiresAt: number;
  readonly sealedContext: Uint8Array;
}
export interface SessionFilter {
  readonly subject?: string;
  readonly limit: number;
}
export interface SnapshotRow {
  readonly application: string;
  readonly session: string;
  /** The last journal entry it includes; -1 for none. */
  readonly through: number;
  readonly sealed: Uint8Array;
}
export interface JournalRow {
  readonly application: string;
  readonly session: string;
  /** Counts the batches of the session from 0. */
  readonly n: number;
  readonly receivedAt: number;
  readonly sealed: Uint8Array;
}
export interface SampleRow {
  readonly application: string;
  readonly subject: string;
  /** Random, unique in the application. */
  readonly id: string;
  readonly at: number;
  readonly extractor: string;
  readonly sealed: Uint8Array;
}
export interface ReferenceRow {
  readonly application: string;
  readonly subject: string;
  readonly version: number;
  /** `name@version` of the system. */
  readonly system: string;
  readonly samples: number;
  readonly enrolledAt: number;
  readonly active: boolean;
  readonly sealed: Uint8Array;
}
export interface PhraseRow {
  readonly application: string;
  readonly subject: string;
  /** Keyed hash of the name that a page gave the phrase. */
  readonly field: number;
  /** When it was learnt from last. */
  readonly at: number;
  readonly sealed: Uint8Array;
}
export interface DecisionRow {
  readonly application: string;
  readonly subject: string;
  readonly session: string;
  readonly id: string;
  readonly at: number;
  readonly decision: DecisionKind;
  readonly sealedReasons: Uint8Array;
}
interface OfSubject {
  readonly application: string;
  readonly subject: string;
}
interface OfSession {
  readonly application: string;
  readonly session: string;
}

export type Write =
  | AccessWrite
  | CustodyWrite
  | KeyWrite
  /** Makes the application, or changes its name and origins. */
  | { readonly kind: "putApplication"; readonly row: ApplicationRow }
  | { readonly kind: "addSubject"; readonly row: SubjectRow }
  | { readonly kind: "addConsent"; readonly row: ConsentRow }
  | { readonly kind: "addSession"; readonly row: SessionRow }
  | { readonly kind: "putReading"; readonly row: OfSession & SessionReading }
  | { readonly kind: "appendJournal"; readonly row: JournalRow }
  /** Replaces the session's snapshot and deletes the journal that it includes. */
  | { readonly kind: "putSnapshot"; readonly row: SnapshotRow }
  /** Deletes snapshot and journal: nothing that was pending is kept. */
  | { readonly kind: "dropPending"; readonly row: OfSession }
  | { readonly kind: "addSample"; readonly row: SampleRow }
  /** Deletes all but the newest samples of the subject: of those that `only` made, or that none of `except` made. */
  | {
      readonly kind: "keepSamples";
      readonly row: OfSubject & {
        readonly newest: number;
        readonly only?: string;
        readonly except?: readonly string[];
      };
    }
  /** Adds the reference and makes it the only active one. */
  | { readonly kind: "addReference"; readonly row: ReferenceRow }
  /** Replaces what is known of how the subject types this phrase. */
  | { readonly kind: "putPhrase"; readonly row: PhraseRow }
  | { readonly kind: "addDecision"; readonly row: DecisionRow }
  | { readonly kind: "addOutcome"; readonly row: OutcomeRow }
  /** Adds the version; live or shadow, it takes that role from whichever policy had it. */
  | { readonly kind: "addPolicy"; readonly row: PolicyRow }
  | { readonly kind: "addTrace"; readonly row: TraceRow }
  /** Deletes the subject's traces that are older. */
  | { readonly kind: "forgetTraces"; readonly row: OfSubject & { readonly before: number } }
  | { readonly kind: "putScoreHistory"; readonly row: ScoreHistoryRow }
  | { readonly kind: "addAccommodation"; readonly row: AccommodationRow }
  /** Links the entry to the application's chain. */
  | { readonly kind: "audit"; readonly application: string; readonly draft: AuditDraft }
  /** Destroys the data key first, then every row of the subject and of its sessions. The audit stays. */
  | { readonly kind: "eraseSubject"; readonly row: OfSubject };
