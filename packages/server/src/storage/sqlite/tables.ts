import type { Band, DecisionKind } from "@habitus/core";
import type { Outcome, PolicyRole, Purpose, Tier } from "@habitus/wire";
import type { Generated } from "kysely";
import type { SessionState } from "../storage.ts";

/** The tables of `migrations.ts` for the query builder. */
export interface Tables {
  readonly applications: { application: string; name: string; origins: string; created_at: number };
  readonly subjects: {
    application: string;
    subject: string;
    since: number;
    seen_at: number;
    enrolled_at: number | null;
  };
  readonly service_keys: { name: string; wrapped_key: Uint8Array };
  readonly subject_keys: { application: string; subject: string; wrapped_key: Uint8Array };
  readonly consents: {
    id: Generated<number>;
    application: string;
    subject: string;
    granted: number;
    text_version: string;
    actor: string;
    at: number;
    purpose: Purpose;
    tier: Tier;
  };
  readonly settings: { application: string; settings: string; at: number; actor: string };
  readonly pauses: {
    id: Generated<number>;
    application: string;
    subject: string;
    at: number;
    until: number | null;
    actor: string;
  };
  readonly erasures: { application: string; subject: string; due_at: number };
  readonly sessions: {
    application: string;
    session: string;
    subject: string;
    state: SessionState;
    opened_at: number;
    expires_at: number;
    last_event_at: number | null;
    decision: DecisionKind;
    band: Band;
    trust: number | null;
    keystrokes: number;
    pointer_events: number;
    sealed_context: Uint8Array;
  };
  readonly snapshots: { application: string; session: string; through: number; sealed: Uint8Array };
  readonly samples: {
    application: string;
    id: string;
    subject: string;
    at: number;
    extractor: string;
    sealed: Uint8Array;
  };
  readonly references: {
    application: string;
    subject: string;
    version: number;
    system: string;
    samples: number;
    enrolled_at: number;
    active: number;
    sealed: Uint8Array;
  };
  readonly phrases: { application: string; subject: string; field: number; at: number; sealed: Uint8Array };
  readonly decisions: {
    application: string;
    id: string;
    subject: string;
    session: string;
    at: number;
    decision: DecisionKind;
    sealed_reasons: Uint8Array;
  };
  readonly outcomes: {
    id: Generated<number>;
    application: string;
    session: string;
    at: number;
    outcome: Outcome;
    actor: string;
    subject: string | null;
    decision: DecisionKind | null;
    since: number | null;
  };
  readonly policies: {
    application: string;
    id: string;
    version: number;
    role: PolicyRole;
    at: number;
    actor: string;
    targets: string;
  };
  readonly policy_roles: { application: string; role: PolicyRole; id: string };
  readonly kept_events: {
    application: string;
    id: string;
    subject: string;
    session: string;
    at: number;
    sealed: Uint8Array;
  };
  readonly trust_traces: {
    application: string;
    id: string;
    subject: string;
    session: string;
    at: number;
    sealed: Uint8Array;
  };
  readonly score_histories: { application: string; subject: string; sealed: Uint8Array };
  readonly accommodations: {
    id: Generated<number>;
    application: string;
    subject: string;
    at: number;
    actor: string;
    sealed: Uint8Array;
  };
  readonly audit: {
    application: string;
    id: number;
    at: number;
    action: string;
    actor: string;
    subject: string | null;
    session: string | null;
    detail: string;
    hash: string;
  };
}
