import { createHash } from "node:crypto";
import type { AuditEntry } from "@habitus/wire";

/** An audit entry before it is linked to the one before it. Holds no behaviour. */
export type AuditDraft = Omit<AuditEntry, "id" | "hash">;

/** Stands for the entry before the first. */
export const GENESIS = "0".repeat(64);

/** Returns the entry linked to its predecessor: its hash covers the hash before it and every field of its own. */
export function linkAudit(draft: AuditDraft, id: number, previousHash: string): AuditEntry {
  const { at, action, actor, subject, session, detail } = draft;
  const entry = { id, at, action, actor, subject, session, detail };
  return { ...entry, hash: hashEntry(entry, previousHash) };
}

export function hashEntry(entry: Omit<AuditEntry, "hash">, previousHash: string): string {
  const { id, at, action, actor, subject, session, detail } = entry;
  const text = canonicalJson({ id, at, action, actor, subject, session, detail });
  return createHash("sha256").update(`habitus-audit-1\n${previousHash}\n${text}`).digest("hex");
}

/** Returns JSON with the keys of every object in code point order and no white space (as RFC 8785 for these types). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
