import type { DecisionKind, PolicyTargets } from "@habitus/core";
import type { Outcome, PolicyRole } from "@habitus/wire";

export interface OutcomeRow {
  readonly application: string;
  readonly session: string;
  readonly subject: string | null;
  readonly at: number;
  readonly outcome: Outcome;
  readonly actor: string;
  /** What stood when it came. */
  readonly decision: DecisionKind | null;
  /** When a take-over began, if anybody knew. */
  readonly since: number | null;
}
export interface PolicyRow {
  readonly application: string;
  readonly id: string;
  readonly version: number;
  readonly role: PolicyRole;
  readonly at: number;
  readonly actor: string;
  readonly targets: PolicyTargets;
}
export interface TraceRow {
  readonly application: string;
  readonly subject: string;
  readonly session: string;
  /** Random, unique in the application. */
  readonly id: string;
  readonly at: number;
  readonly sealed: Uint8Array;
}
export interface ScoreHistoryRow {
  readonly application: string;
  readonly subject: string;
  readonly sealed: Uint8Array;
}
export interface AccommodationRow {
  readonly application: string;
  readonly subject: string;
  readonly at: number;
  readonly actor: string;
  readonly sealed: Uint8Array;
}
export interface RecordsFilter {
  readonly subject?: string;
  readonly since?: number;
  readonly limit: number;
}
