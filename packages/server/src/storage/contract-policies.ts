import { balanced } from "@habitus/core";
import { expect } from "vitest";
import type { OutcomeRow, PolicyRow, Storage, Write } from "./storage.ts";

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Bytes of any kind as text, so that rows of different libraries compare. */
export const plain = (row: unknown): unknown =>
  typeof row === "object" && row !== null
    ? Object.fromEntries(
        Object.entries(row).map(([k, v]) => [k, v instanceof Uint8Array ? Buffer.from(v).toString() : v]),
      )
    : row;

export const outcomeRow = (session: string, at: number, change: Partial<OutcomeRow> = {}): OutcomeRow => ({
  application: "app",
  session,
  subject: "alice",
  at,
  outcome: "ended",
  actor: "x",
  decision: "continue",
  since: null,
  ...change,
});
const policyRow = (id: string, version: number, change: Partial<PolicyRow> = {}): PolicyRow => ({
  application: "app",
  id,
  version,
  role: "live",
  at: version,
  actor: "x",
  targets: balanced,
  ...change,
});

/** What the laws of the storage port say of policies, of how trust went, and of how it turned out. */
export function describePolicyRows(withStore: (law: string, work: (storage: Storage) => Promise<void>) => void): void {
  withStore("keeps every version of a policy, and a role belongs to one policy of an application", async (storage) => {
    const add = (row: PolicyRow): Write => ({ kind: "addPolicy", row });
    const roles = async (application = "app") =>
      (await storage.policies(application)).map(({ id, version, role }) => [id, version, role]);
    await storage.commit([add(policyRow("a", 1)), add(policyRow("z", 1, { application: "other" }))]);
    await storage.commit([add(policyRow("b", 1, { role: "shadow" }))]);
    expect(await roles()).toEqual([
      ["a", 1, "live"],
      ["b", 1, "shadow"],
    ]);
    await storage.commit([add(policyRow("b", 2)), add(policyRow("a", 2, { role: "off" }))]);
    expect(await roles()).toEqual([
      ["a", 2, "off"],
      ["b", 2, "live"],
    ]);
    expect(await roles("other")).toEqual([["z", 1, "live"]]);
    expect(await storage.policy("app", "a", 1)).toEqual(policyRow("a", 1));
    expect(await storage.policy("app", "a", 3)).toBeUndefined();
    expect(await storage.policy("other", "a", 1)).toBeUndefined();
    await expect(storage.commit([add(policyRow("a", 2))])).rejects.toMatchObject({ code: "conflict" });
  });

  withStore(
    "keeps how trust went and how it turned out, newest first, within a span and an application",
    async (storage) => {
      const trace = (id: string, at: number, change = {}): Write => ({
        kind: "addTrace",
        row: { application: "app", subject: "alice", session: "s1", id, at, sealed: bytes(id), ...change },
      });
      await storage.commit([trace("1", 1), trace("3", 3), trace("2", 2, { subject: "bob" })]);
      await storage.commit([trace("1", 9, { application: "other" })]);
      const ids = async (application: string, filter: object) =>
        (await storage.traces(application, { limit: 10, ...filter })).map(({ id }) => id);
      expect(await ids("app", {})).toEqual(["3", "2", "1"]);
      expect(await ids("app", { since: 2, limit: 1 })).toEqual(["3"]);
      expect(await ids("app", { subject: "alice" })).toEqual(["3", "1"]);
      expect(await ids("other", {})).toEqual(["1"]);
      await storage.commit([{ kind: "forgetTraces", row: { application: "app", subject: "alice", before: 3 } }]);
      expect(await ids("app", {})).toEqual(["3", "2"]);
      const later = outcomeRow("s2", 5, { outcome: "labelledTakeover", since: 4, decision: null, subject: "bob" });
      await storage.commit([
        { kind: "addOutcome", row: outcomeRow("s1", 3) },
        { kind: "addOutcome", row: later },
        { kind: "addOutcome", row: outcomeRow("s1", 3, { application: "other" }) },
      ]);
      expect(await storage.outcomes("app", { limit: 10 })).toEqual([later, outcomeRow("s1", 3)]);
      expect(await storage.outcomes("app", { limit: 10, since: 4 })).toEqual([later]);
      expect(await storage.outcomes("app", { limit: 10, subject: "alice" })).toEqual([outcomeRow("s1", 3)]);
    },
  );

  withStore("keeps the newest score history and every accommodation", async (storage) => {
    const history = (subject: string, text: string, application = "app"): Write => ({
      kind: "putScoreHistory",
      row: { application, subject, sealed: bytes(text) },
    });
    const accommodation = (at: number): Write => ({
      kind: "addAccommodation",
      row: { application: "app", subject: "alice", at, actor: "x", sealed: bytes(`${at}`) },
    });
    await storage.commit([history("", "all"), history("alice", "1"), history("alice", "2"), history("", "o", "other")]);
    await storage.commit([accommodation(1), accommodation(2)]);
    expect(plain(await storage.scoreHistory("app", "alice"))).toMatchObject({ sealed: "2" });
    expect(plain(await storage.scoreHistory("app", ""))).toMatchObject({ sealed: "all" });
    expect(await storage.scoreHistory("app", "bob")).toBeUndefined();
    expect((await storage.accommodations("app", "alice")).map(({ at }) => at)).toEqual([1, 2]);
    expect(await storage.accommodations("other", "alice")).toEqual([]);
  });
}
