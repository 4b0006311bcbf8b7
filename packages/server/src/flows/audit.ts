import type { AuditEntry } from "@habitus/wire";
import type { AuditAction } from "../audit/actions.ts";
import type { Write } from "../storage/storage.ts";

export interface AuditNote {
  readonly at: number;
  readonly action: AuditAction;
  readonly actor: string;
  readonly subject?: string;
  readonly session?: string;
  readonly detail?: AuditEntry["detail"];
}

/** Returns the write that appends an audit entry. Keep behaviour and secrets out of `detail`. */
export function audit(
  application: string,
  { at, action, actor, subject = undefined, session = undefined, detail = {} }: AuditNote,
): Write {
  const draft = { at, action, actor, subject: subject ?? null, session: session ?? null, detail };
  return { kind: "audit", application, draft };
}
