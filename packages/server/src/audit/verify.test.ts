import { createRandom, integer } from "@habitus/core";
import type { AuditEntry } from "@habitus/wire";
import { expect, test } from "vitest";
import { canonicalJson, GENESIS, linkAudit } from "./chain.ts";
import { verifyAudit } from "./verify.ts";

function chain(length: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let id = 1; id <= length; id += 1) {
    const detail = { n: id, label: `entry ${id}` };
    const draft = {
      at: 1000 + id,
      action: "decision.changed",
      actor: "habitus",
      subject: "alice",
      session: null,
      detail,
    };
    entries.push(linkAudit(draft, id, entries.at(-1)?.hash ?? GENESIS));
  }
  return entries;
}

test("an untouched log is intact, in whole and from any entry on", () => {
  const entries = chain(20);
  expect(verifyAudit(entries)).toEqual({ kind: "intact", entries: 20, head: entries[19]?.hash });
  expect(verifyAudit([])).toEqual({ kind: "intact", entries: 0, head: GENESIS });
  const before = entries[4];
  expect(verifyAudit(entries.slice(5), { previousHash: before?.hash ?? "", firstId: 6 })).toMatchObject({
    kind: "intact",
  });
});

test("a thousand single edits, removals, insertions and swaps are all found", () => {
  const random = createRandom(3);
  for (let round = 0; round < 1000; round += 1) {
    const entries = chain(12);
    const at = integer(random, 11);
    const one = entries[at] as AuditEntry; // at is below the length
    const edits: (() => void)[] = [
      () => entries.splice(at, 1, { ...one, at: one.at + 1 }),
      () => entries.splice(at, 1, { ...one, actor: "mallory" }),
      () => entries.splice(at, 1, { ...one, action: "decision.changeD" }),
      () => entries.splice(at, 1, { ...one, subject: null }),
      () => entries.splice(at, 1, { ...one, session: "s" }),
      () => entries.splice(at, 1, { ...one, detail: { ...one.detail, extra: null } }),
      () => entries.splice(at, 1, { ...one, hash: "f".repeat(64) }),
      () => entries.splice(at, 1),
      () => entries.splice(at, 0, one),
      () => entries.splice(at, 2, entries[at + 1] as AuditEntry, one), // at + 1 is below the length
    ];
    edits[integer(random, edits.length)]?.();
    expect(verifyAudit(entries), `round ${round}`).toMatchObject({ kind: "broken" });
  }
});

test("the text that is hashed does not depend on the order of keys", () => {
  expect(canonicalJson({ b: [1, { d: null, c: "x" }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
});
