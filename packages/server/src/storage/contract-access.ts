import { expect } from "vitest";
import { verifyAudit } from "../audit/verify.ts";
import { bytes } from "./contract-policies.ts";
import type { ApiKeyRow, OperatorRow, Storage, Write } from "./storage.ts";

type WithStore = (law: string, work: (storage: Storage) => Promise<void>) => void;

export const apiKeyRow = (hash: string, change: Partial<ApiKeyRow> = {}): ApiKeyRow => ({
  application: "app",
  id: `key-${hash}`,
  hash: bytes(hash),
  prefix: "habitus_abc",
  label: "l",
  scopes: ["audit"],
  createdAt: 2,
  expiresAt: null,
  usedOn: null,
  ...change,
});
const operatorRow = (operator: string, change: Partial<OperatorRow> = {}): OperatorRow => ({
  application: "app",
  operator,
  name: operator,
  role: "viewer",
  createdAt: 1,
  ...change,
});
const note = (action: string, at: number): Write => ({
  kind: "audit",
  application: "app",
  draft: { at, action, actor: "test", subject: null, session: null, detail: {} },
});

/** The laws of the port that are about who may ask, and about the log of it. */
export function describeAccessRows(withStore: WithStore): void {
  withStore("an API key ends, is used and goes without another's being touched", async (storage) => {
    await storage.commit([
      { kind: "addApiKey", row: apiKeyRow("1") },
      { kind: "addApiKey", row: apiKeyRow("2", { application: "other", scopes: ["keys", "audit"] }) },
      { kind: "expireApiKey", row: { application: "other", id: "key-1", expiresAt: 5 } },
      { kind: "touchApiKey", row: { hash: bytes("1"), usedOn: "2026-01-01" } },
      { kind: "dropApiKey", row: { application: "app", id: "key-2" } },
    ]);
    expect(await storage.apiKeys("app")).toMatchObject([{ id: "key-1", expiresAt: null, usedOn: "2026-01-01" }]);
    expect(await storage.apiKeys("other")).toMatchObject([{ id: "key-2", scopes: ["keys", "audit"], usedOn: null }]);
    await storage.commit([{ kind: "dropApiKey", row: { application: "app", id: "key-1" } }]);
    expect(await storage.apiKey(bytes("1"))).toBeUndefined();
  });

  withStore("an operator who goes takes passkeys, sessions and links along", async (storage) => {
    const of = (operator: string) => ({ application: "app", operator });
    const credential = (name: string, operator: string): Write => ({
      kind: "addCredential",
      row: {
        ...of(operator),
        ...{ credential: name, rpId: "localhost", publicKey: bytes("key"), counter: 1, transports: ["usb"] },
        ...{ label: "Key", createdAt: 1, usedAt: null },
      },
    });
    const session = (hash: string, operator: string): Write => ({
      kind: "addOperatorSession",
      row: { ...of(operator), hash: bytes(hash), kind: "full", createdAt: 1, seenAt: 1, expiresAt: 9 },
    });
    const link = (hash: string, operator: string): Write => ({
      kind: "putOperatorLink",
      row: { ...of(operator), hash: bytes(hash), kind: "enrolment", expiresAt: 9 },
    });
    await storage.commit([
      { kind: "putOperator", row: operatorRow("a") },
      { kind: "putOperator", row: operatorRow("b") },
      ...[credential("c1", "a"), credential("c2", "b"), session("s1", "a"), session("s2", "b")],
      ...[link("l0", "a"), link("l1", "a"), link("l2", "b")],
      { kind: "useCredential", row: { credential: "c2", counter: 7, usedAt: 5 } },
      { kind: "putOperator", row: operatorRow("b", { role: "admin" }) },
    ]);
    expect(await storage.operatorLink(bytes("l0")), "a newer link replaces the one before").toBeUndefined();
    await storage.commit([{ kind: "dropOperator", row: of("a") }]);
    expect(await storage.operators("app")).toMatchObject([{ operator: "b", role: "admin" }]);
    expect(await storage.operator("a")).toBeUndefined();
    expect(await storage.credential("c1")).toBeUndefined();
    expect(await storage.credentials("b")).toMatchObject([{ counter: 7, usedAt: 5, transports: ["usb"] }]);
    expect([await storage.operatorSession(bytes("s1")), await storage.operatorLink(bytes("l1"))]).toEqual([
      undefined,
      undefined,
    ]);
    expect(await storage.operatorSession(bytes("s2"))).toMatchObject({ operator: "b", kind: "full", expiresAt: 9 });
  });

  withStore("a link is taken once, and a name is an operator's alone", async (storage) => {
    await storage.commit([
      { kind: "putOperator", row: operatorRow("a") },
      {
        kind: "putOperatorLink",
        row: { application: "app", operator: "a", hash: bytes("l"), kind: "full", expiresAt: 9 },
      },
    ]);
    const take = () => storage.commit([{ kind: "takeOperatorLink", row: { hash: bytes("l") } }, note("in", 1)]);
    await take();
    await expect(take()).rejects.toMatchObject({ code: "conflict" });
    expect(await storage.audit("app", 0, 10)).toHaveLength(1);
    const again = storage.commit([{ kind: "putOperator", row: operatorRow("z", { name: "a" }) }]);
    await expect(again).rejects.toMatchObject({ code: "conflict" });
  });

  withStore("the audit log is cut at a mark, and goes on from where it stood", async (storage) => {
    await storage.commit([note("old", 1), note("older clock", 0), note("new", 10), note("newest", 11)]);
    await storage.commit([{ kind: "cutAudit", row: { application: "app", before: 10, at: 20 } }]);
    await storage.commit([note("after", 21)]);
    const [cut] = await storage.auditMarks("app", "cut");
    const entries = await storage.audit("app", 0, 10);
    expect(entries.map(({ id }) => id)).toEqual([3, 4, 5]);
    expect(cut).toMatchObject({ id: 2, at: 20 });
    expect(verifyAudit(entries, { previousHash: cut?.hash ?? "", firstId: 3 })).toMatchObject({ kind: "intact" });
    expect(await storage.auditHead("app")).toMatchObject({ id: 5, hash: entries[2]?.hash });
    expect(await storage.auditChains()).toEqual(["app"]);
  });
}
