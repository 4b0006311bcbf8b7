import type { OperatorRole, Scope } from "@habitus/wire";
import type { AuditSigner } from "../audit/sign.ts";

/** Rows about who may ask: API keys, operators with passkeys and sessions, and the signed marks of the audit log. */

export interface ApiKeyRow {
  readonly application: string;
  readonly id: string;
  /** The key itself is not kept. */
  readonly hash: Uint8Array;
  /** How the key begins. */
  readonly prefix: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** The day of its last use (UTC), no finer. */
  readonly usedOn: string | null;
}
export interface OperatorRow {
  readonly application: string;
  /** Random, unique in the service. */
  readonly operator: string;
  readonly name: string;
  readonly role: OperatorRole;
  readonly createdAt: number;
}
export interface CredentialRow {
  readonly application: string;
  readonly operator: string;
  /** The authenticator's id, base64url, unique in the service. */
  readonly credential: string;
  /** The relying party that it was made for. */
  readonly rpId: string;
  /** COSE key. */
  readonly publicKey: Uint8Array;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly label: string;
  readonly createdAt: number;
  readonly usedAt: number | null;
}
/** `enrolment`: may register a passkey, and nothing else. */
export type SignInKind = "full" | "enrolment";
export interface OperatorSessionRow {
  readonly application: string;
  readonly operator: string;
  /** The token itself is not kept. */
  readonly hash: Uint8Array;
  readonly kind: SignInKind;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
}
export interface OperatorLinkRow {
  readonly application: string;
  readonly operator: string;
  readonly hash: Uint8Array;
  readonly kind: SignInKind;
  readonly expiresAt: number;
}
/** `checkpoint`: the chain had this head; `cut`: what is before was deleted by retention. */
export type AuditMarkKind = "head" | "checkpoint" | "cut";
export interface AuditMarkRow {
  readonly application: string;
  readonly id: number;
  readonly hash: string;
  readonly at: number;
  readonly keyId: string;
  /** Empty where the store had no signer. */
  readonly signature: Uint8Array;
}

export interface AccessReads {
  readonly apiKey: (hash: Uint8Array) => Promise<ApiKeyRow | undefined>;
  /** Oldest first. */
  readonly apiKeys: (application: string) => Promise<readonly ApiKeyRow[]>;
  readonly operators: (application: string) => Promise<readonly OperatorRow[]>;
  readonly operator: (operator: string) => Promise<OperatorRow | undefined>;
  readonly credentials: (operator: string) => Promise<readonly CredentialRow[]>;
  readonly credential: (credential: string) => Promise<CredentialRow | undefined>;
  readonly operatorSession: (hash: Uint8Array) => Promise<OperatorSessionRow | undefined>;
  readonly operatorLink: (hash: Uint8Array) => Promise<OperatorLinkRow | undefined>;
  readonly auditHead: (application: string) => Promise<AuditMarkRow | undefined>;
  /** Oldest first. */
  readonly auditMarks: (application: string, kind: "checkpoint" | "cut") => Promise<readonly AuditMarkRow[]>;
  /** Everything that has a chain. */
  readonly auditChains: () => Promise<readonly string[]>;
}

export type AccessWrite =
  | { readonly kind: "addApiKey"; readonly row: ApiKeyRow }
  | {
      readonly kind: "expireApiKey";
      readonly row: { readonly application: string; readonly id: string; readonly expiresAt: number };
    }
  | { readonly kind: "dropApiKey"; readonly row: { readonly application: string; readonly id: string } }
  | { readonly kind: "touchApiKey"; readonly row: { readonly hash: Uint8Array; readonly usedOn: string } }
  /** Makes the operator or changes name and role. */
  | { readonly kind: "putOperator"; readonly row: OperatorRow }
  /** With passkeys, sessions and links. */
  | { readonly kind: "dropOperator"; readonly row: { readonly application: string; readonly operator: string } }
  | { readonly kind: "addCredential"; readonly row: CredentialRow }
  | {
      readonly kind: "useCredential";
      readonly row: { readonly credential: string; readonly counter: number; readonly usedAt: number };
    }
  | { readonly kind: "dropCredential"; readonly row: { readonly operator: string; readonly credential: string } }
  | { readonly kind: "addOperatorSession"; readonly row: OperatorSessionRow }
  | { readonly kind: "touchOperatorSession"; readonly row: { readonly hash: Uint8Array; readonly seenAt: number } }
  | { readonly kind: "dropOperatorSession"; readonly row: { readonly hash: Uint8Array } }
  /** Those whose time was over by then, and links too. */
  | { readonly kind: "dropExpiredSignIns"; readonly row: { readonly before: number } }
  /** Replaces the operator's other links. */
  | { readonly kind: "putOperatorLink"; readonly row: OperatorLinkRow }
  /** Deletes the link. A `conflict` where it is gone: of two who use it at once one gets in. */
  | { readonly kind: "takeOperatorLink"; readonly row: { readonly hash: Uint8Array } }
  /** Deletes the application's entries that are older, and leaves a signed mark of where they ended. */
  | {
      readonly kind: "cutAudit";
      readonly row: { readonly application: string; readonly before: number; readonly at: number };
    };

export interface SignedStore {
  /** From now on the head of every chain is signed in the transaction that moves it. */
  readonly signAudit: (signer: AuditSigner) => void;
}
