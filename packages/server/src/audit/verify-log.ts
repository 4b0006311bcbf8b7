import type { AuditEntry, AuditMarks, SignedMark } from "@habitus/wire";
import { GENESIS, hashEntry } from "./chain.ts";
import { createMarkCheck } from "./sign.ts";

export const FINDINGS = {
  altered: "the entry is not as it was written, or does not follow the one before",
  missing: "an entry was removed",
  inserted: "an entry was put in",
  rewritten: "the chain was made anew: it does not come to what was signed; somewhere in these entries",
  cutOff: "the log was cut off: what was signed goes on",
  unsigned: "there is no signed head: what stood from here on may have been cut off",
  forgedMark: "the signature of a head or checkpoint is not the service's",
  headMissing: "the service once found entries without a signed head: what came before may have been cut off",
  differs: "the entry is not the one of the copy",
} as const;
export type FindingKind = keyof typeof FINDINGS;

export interface Finding {
  readonly kind: FindingKind;
  /** The first entry that is not as it should be; for `rewritten` the first that may not be. */
  readonly at: number;
}
export type LogVerdict =
  | { readonly kind: "intact"; readonly from: number; readonly entries: number; readonly head: string }
  | { readonly kind: "broken"; readonly findings: readonly Finding[] };

export interface LogCheck {
  /** Takes the next entries, in the order in which they are kept. */
  readonly add: (entries: readonly AuditEntry[]) => void;
  readonly finish: () => LogVerdict;
}
export interface LogCheckOptions {
  /** The service's, 32 bytes, from where an attacker could not have changed it. */
  readonly publicKey: Uint8Array;
  /** Hashes of entries as a copy elsewhere has them. */
  readonly copy?: ReadonlyMap<number, string>;
  /** For part of a log: it may begin at any entry. */
  readonly part?: boolean;
}

const MOST_FINDINGS = 20;

/**
 * Returns a check of one application's log against what the service signed. It finds entries altered, removed, put in or moved, a chain
 * made anew, and a tail that was cut off. A whole data folder put back to an earlier day is found only with `copy`.
 */
export function checkLog(marks: AuditMarks, { publicKey, copy = new Map(), part = false }: LogCheckOptions): LogCheck {
  const findings: Finding[] = [];
  const find = (kind: FindingKind, at: number): void => {
    if (findings.length < MOST_FINDINGS) findings.push({ kind, at });
  };
  const isOurs = signatureCheck(marks, publicKey);
  for (const [kind, list] of [
    ["head", marks.head === null ? [] : [marks.head]],
    ["cut", marks.cut === null ? [] : [marks.cut]],
    ["checkpoint", marks.checkpoints],
  ] as const)
    for (const mark of list) if (!isOurs(kind, mark)) find("forgedMark", mark.id);
  const checkpoints = new Map(marks.checkpoints.map((mark) => [mark.id, mark]));

  let last = { id: marks.cut?.id ?? 0, hash: marks.cut?.hash ?? GENESIS };
  let from = last.id + 1;
  let count = 0;
  /** Up to here the chain is what was signed. */
  let sure = last.id;
  const take = (entry: AuditEntry): void => {
    if (count === 0 && part) {
      from = entry.id;
      sure = entry.id - 1;
    } else if (entry.id <= last.id) {
      find("inserted", entry.id);
      return;
    } else if (entry.id !== last.id + 1) find("missing", last.id + 1);
    const follows = entry.id === last.id + 1;
    if (follows && hashEntry(entry, last.hash) !== entry.hash) find("altered", entry.id);
    if (entry.action === "audit.headMissing") find("headMissing", entry.id);
    if ((copy.get(entry.id) ?? entry.hash) !== entry.hash) find("differs", entry.id);
    const mark = checkpoints.get(entry.id);
    if (mark !== undefined && mark.hash !== entry.hash) find("rewritten", sure + 1);
    if (mark !== undefined) sure = entry.id;
    last = entry;
    count += 1;
  };
  return {
    add: (entries) => entries.forEach(take),
    finish() {
      const { head } = marks;
      const noted = Math.max(head?.id ?? 0, ...checkpoints.keys(), ...copy.keys());
      if (head === null && (count > 0 || noted > 0)) find("unsigned", last.id + 1);
      if (noted > last.id) find("cutOff", last.id + 1);
      if (head !== null && head.id < last.id) find("inserted", head.id + 1);
      if (head !== null && head.id === last.id && head.hash !== last.hash) find("rewritten", sure + 1);
      if (findings.length > 0) return { kind: "broken", findings: findings.toSorted((a, b) => a.at - b.at) };
      return { kind: "intact", from, entries: count, head: last.hash };
    },
  };
}

function signatureCheck({ application }: AuditMarks, publicKey: Uint8Array) {
  const check = createMarkCheck(publicKey);
  return (kind: "head" | "cut" | "checkpoint", mark: SignedMark): boolean =>
    check(kind, { ...mark, application, signature: Buffer.from(mark.signature, "base64url") });
}
