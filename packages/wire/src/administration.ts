import type { OperatorRole, Scope } from "./access.ts";
import type { ApiKeyRecord, AuditEntry, AuditMarks, MadeApiKey, OneTimeLink, OperatorRecord } from "./schemas.ts";

/** What an admin does with an application: over HTTP with a key that may, or on the machine itself. */
export interface Administration {
  readonly operators: {
    readonly list: () => Promise<readonly OperatorRecord[]>;
    /** Returns a one-time link to register a passkey with. */
    readonly add: (operator: { readonly name: string; readonly role: OperatorRole }) => Promise<OneTimeLink>;
    readonly link: (operator: string) => Promise<OneTimeLink>;
    readonly remove: (operator: string) => Promise<void>;
  };
  readonly apiKeys: {
    readonly list: () => Promise<readonly ApiKeyRecord[]>;
    /** The key is told only now. */
    readonly add: (key: {
      readonly label?: string | undefined;
      readonly scopes?: Scope[] | undefined;
      readonly expiresInDays?: number | undefined;
    }) => Promise<MadeApiKey>;
    readonly rotate: (id: string, options: { readonly overlapHours: number }) => Promise<MadeApiKey>;
    readonly revoke: (id: string) => Promise<void>;
  };
  readonly audit: {
    /** Oldest first; `after` is the id of the last entry already read. */
    readonly entries: (options: { readonly after: number }) => Promise<readonly AuditEntry[]>;
    readonly marks: () => Promise<AuditMarks>;
  };
}
