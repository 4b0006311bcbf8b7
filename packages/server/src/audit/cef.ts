import type { AuditEntry } from "@habitus/wire";
import { AUDIT_ACTIONS } from "./actions.ts";

/** 0 to 10, as ArcSight's guide has it: what an analyst should look at first. */
const SEVERITY: Readonly<Record<string, number>> = {
  "audit.headMissing": 10,
  "signIn.refused": 6,
  "operator.added": 5,
  "operator.passkeyAdded": 5,
  "apiKey.made": 5,
  "subject.erased": 5,
  "subject.exported": 5,
  "policy.saved": 4,
};
const USUAL = 3;

/** Returns the entry as one line of the Common Event Format, version 0. */
export function toCef(entry: AuditEntry): string {
  const { id, at, action, actor, subject, session, detail, hash } = entry;
  const words: Readonly<Record<string, string>> = AUDIT_ACTIONS;
  const head = ["CEF:0", "Habitus", "Habitus", "1", action, words[action] ?? action, String(SEVERITY[action] ?? USUAL)];
  const fields: readonly (readonly [string, string | null])[] = [
    ["rt", String(at)],
    ["externalId", String(id)],
    ["suser", actor],
    ["duser", subject],
    ["cs1Label", session === null ? null : "session"],
    ["cs1", session],
    ["cs2Label", "hash"],
    ["cs2", hash],
    ["msg", JSON.stringify(detail)],
  ];
  const extension = fields.flatMap(([name, text]) => (text === null ? [] : [`${name}=${escapeValue(text)}`]));
  return `${head.map(escapeHead).join("|")}|${extension.join(" ")}`;
}

function escapeHead(text: string): string {
  return text.replace(/[\\|]/g, "\\$&").replace(/[\r\n]+/g, " ");
}

function escapeValue(text: string): string {
  return text.replace(/[\\=]/g, "\\$&").replace(/\r\n|\r|\n/g, "\\n");
}
