import type { AuditEntry } from "@habitus/wire";
import { GENESIS, hashEntry } from "./chain.ts";

export type AuditVerdict =
  | { readonly kind: "intact"; readonly entries: number; readonly head: string }
  | { readonly kind: "broken"; readonly at: number; readonly reason: "altered" | "missing" };

/**
 * Says whether the entries, oldest first and without a hole, are as they were appended; if not, at which entry the
 * chain breaks. Entries cut off at the end are only seen by comparing `head` with one noted before.
 */
export function verifyAudit(
  entries: readonly AuditEntry[],
  { previousHash = GENESIS, firstId = 1 }: { previousHash?: string; firstId?: number } = {},
): AuditVerdict {
  let head = previousHash;
  let id = firstId;
  for (const entry of entries) {
    if (entry.id !== id) return { kind: "broken", at: id, reason: "missing" };
    if (hashEntry(entry, head) !== entry.hash) return { kind: "broken", at: id, reason: "altered" };
    head = entry.hash;
    id += 1;
  }
  return { kind: "intact", entries: entries.length, head };
}
