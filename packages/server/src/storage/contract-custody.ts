import { expect } from "vitest";
import { bytes, outcomeRow } from "./contract-policies.ts";
import type { ConsentRow, SessionRow, Storage, Write } from "./storage.ts";

const addSubject = (subject: string, application = "app"): Write => ({
  kind: "addSubject",
  row: { application, subject, since: 1, wrappedKey: bytes(`key of ${subject}`) },
});
const sample = (id: string, at: number, of: { application?: string; subject?: string } = {}): Write => ({
  kind: "addSample",
  row: { application: "app", subject: "alice", id, at, extractor: "e@1", sealed: bytes("12345"), ...of },
});
const session = (id: string, openedAt: number, state: SessionRow["state"] = "ended", subject = "alice"): Write => ({
  kind: "addSession",
  row: {
    ...{ application: "app", session: id, subject, state, openedAt, expiresAt: 9000, lastEventAt: null },
    ...{ decision: "noDecision", band: "none", trust: null, keystrokes: 0, pointerEvents: 0 },
    sealedContext: bytes("context"),
  },
});
const reference = (version: number, enrolledAt: number): Write => ({
  kind: "addReference",
  row: {
    ...{ application: "app", subject: "alice", version, system: "x@1", samples: 1, enrolledAt, active: true },
    sealed: bytes("r"),
  },
});
const CONSENT: ConsentRow = {
  ...{ application: "app", subject: "alice", granted: true, textVersion: "1", actor: "s", at: 5 },
  purpose: "research",
  tier: "events",
};

/** What the laws of the storage port say of what is kept of people and for how long. */
export function describeCustodyRows(withStore: (law: string, work: (storage: Storage) => Promise<void>) => void): void {
  withStore(
    "keeps the newest settings of an application, every pause, and one promise of an erasure",
    async (storage) => {
      const settings = (text: string, application = "app") => ({ application, settings: text, at: 1, actor: "x" });
      await storage.commit([
        { kind: "putSettings", row: settings("one") },
        { kind: "putSettings", row: settings("two") },
        { kind: "putSettings", row: settings("other's", "other") },
        { kind: "addPause", row: { application: "app", subject: "alice", at: 1, until: null, actor: "x" } },
        { kind: "addPause", row: { application: "app", subject: "alice", at: 2, until: 3, actor: "x" } },
        { kind: "promiseErasure", row: { application: "app", subject: "alice", dueAt: 50 } },
        { kind: "promiseErasure", row: { application: "app", subject: "alice", dueAt: 20 } },
        { kind: "promiseErasure", row: { application: "other", subject: "bob", dueAt: 10 } },
      ]);
      expect(await storage.settings("app")).toEqual(settings("two"));
      expect(await storage.settings("none")).toBeUndefined();
      expect((await storage.pauses("app", "alice")).map(({ until }) => until)).toEqual([null, 3]);
      expect(await storage.pauses("other", "alice")).toEqual([]);
      expect(await storage.erasure("app", "alice")).toEqual({ application: "app", subject: "alice", dueAt: 20 });
      expect((await storage.dueErasures(20, 9)).map(({ subject }) => subject)).toEqual(["bob", "alice"]);
      expect((await storage.dueErasures(19, 9)).map(({ subject }) => subject)).toEqual(["bob"]);
    },
  );

  withStore("keeps events of a subject in order, and forgets them alone", async (storage) => {
    const events = (id: string, at: number, subject = "alice"): Write => ({
      kind: "keepEvents",
      row: { application: "app", subject, session: "s", id, at, sealed: bytes(id) },
    });
    await storage.commit([addSubject("alice"), addSubject("bob"), sample("a", 3)]);
    await storage.commit([events("two", 2), events("one", 1), events("bob's", 1, "bob")]);
    expect((await storage.keptEvents("app", "alice", 9)).map(({ id }) => id)).toEqual(["one", "two"]);
    expect(await storage.kept("app", "events")).toEqual({ count: 3, oldest: 1 });
    await storage.commit([{ kind: "forgetEvents", row: { application: "app", subject: "alice" } }]);
    expect(await storage.keptEvents("app", "alice", 9)).toEqual([]);
    expect((await storage.keptEvents("app", "bob", 9)).length).toBe(1);
    expect((await storage.holdings("app", "alice")).map(({ table }) => table)).toContain("samples");
  });

  withStore("says how much of each table is a subject's, and when the oldest of a kind was made", async (storage) => {
    await storage.commit([addSubject("alice"), addSubject("bob"), sample("a", 3), sample("b", 7)]);
    await storage.commit([sample("c", 1, { subject: "bob" }), sample("d", 2, { application: "other" })]);
    const held = await storage.holdings("app", "alice");
    expect(held.map(({ table }) => table)).toEqual(["subject_keys", "samples", "subjects"]);
    expect(held[1]).toEqual({ table: "samples", count: 2, bytes: 10, oldest: 3, newest: 7 });
    expect(await storage.kept("app", "samples")).toEqual({ count: 3, oldest: 1 });
    expect(await storage.kept("app", "phrases")).toEqual({ count: 0, oldest: null });
  });

  withStore(
    "forgets the oldest of a kind, so many at once, of that application, and says before whose they are",
    async (storage) => {
      await storage.commit([addSubject("alice"), addSubject("bob"), addSubject("alice", "other")]);
      await storage.commit([sample("a", 3), sample("b", 7), sample("c", 1, { subject: "bob" })]);
      await storage.commit([sample("d", 1, { application: "other" })]);
      const what = { application: "app", kind: "samples", before: 7, limit: 1 } as const;
      expect(await storage.older(what)).toEqual([{ subject: "bob", count: 1 }]);
      await storage.commit([{ kind: "forgetOlder", row: what }]);
      expect(await storage.older(what)).toEqual([{ subject: "alice", count: 1 }]);
      await storage.commit([{ kind: "forgetOlder", row: { ...what, limit: 9 } }]);
      expect(await storage.older(what)).toEqual([]);
      expect((await storage.samples("app", "alice", 9)).map(({ id }) => id)).toEqual(["b"]);
      expect((await storage.samples("other", "alice", 9)).length).toBe(1);
    },
  );

  withStore(
    "never forgets what is in use: the active reference, a running session, the newest of what is replaced",
    async (storage) => {
      const accommodation = (at: number): Write => ({
        kind: "addAccommodation",
        row: { application: "app", subject: "alice", at, actor: "x", sealed: bytes("a") },
      });
      await storage.commit([addSubject("alice"), reference(1, 5), reference(2, 6), accommodation(1), accommodation(2)]);
      await storage.commit([session("over", 1), session("running", 1, "open"), session("locked", 1, "locked")]);
      await storage.commit([
        { kind: "putSnapshot", row: { application: "app", session: "over", through: -1, sealed: bytes("s") } },
      ]);
      for (const kind of ["oldReferences", "sessions", "accommodations"] as const)
        await storage.commit([{ kind: "forgetOlder", row: { application: "app", kind, before: 100, limit: 9 } }]);
      expect((await storage.references("app", "alice")).map(({ version }) => version)).toEqual([2]);
      expect((await storage.subject("app", "alice"))?.enrolledAt, "it is known since when").toBe(5);
      expect((await storage.sessions("app", { limit: 9 })).map((row) => row.session).sort()).toEqual([
        "locked",
        "running",
      ]);
      expect(await storage.snapshot("app", "over")).toBeUndefined();
      expect((await storage.accommodations("app", "alice")).map(({ at }) => at)).toEqual([2]);
    },
  );

  withStore("finds who has something learnt and had no session for so long", async (storage) => {
    await storage.commit([addSubject("alice"), addSubject("bob"), addSubject("carol"), sample("a", 3)]);
    await storage.commit([sample("b", 3, { subject: "bob" }), session("s", 50, "ended", "bob")]);
    const inactive = (before: number) => storage.older({ application: "app", kind: "inactive", before, limit: 9 });
    expect(await inactive(50)).toEqual([{ subject: "alice", count: 1 }]);
    expect((await inactive(51)).map(({ subject }) => subject)).toEqual(["alice", "bob"]);
    await storage.commit([
      { kind: "forgetOlder", row: { application: "app", kind: "sessions", before: 99, limit: 9 } },
    ]);
    expect(await inactive(50), "though the session itself is forgotten").toEqual([{ subject: "alice", count: 1 }]);
  });

  withStore("erases what was learnt and leaves the ledger, with another data key", async (storage) => {
    await storage.commit([addSubject("alice"), addSubject("bob"), sample("a", 3), sample("b", 3, { subject: "bob" })]);
    await storage.commit([{ kind: "addConsent", row: CONSENT }, reference(1, 5), session("s", 1, "open")]);
    await storage.commit([{ kind: "addOutcome", row: outcomeRow("s", 1) }]);
    await storage.commit([{ kind: "promiseErasure", row: { application: "app", subject: "alice", dueAt: 1 } }]);
    const row = { application: "app", subject: "alice", wrappedKey: bytes("new key") };
    await storage.commit([{ kind: "eraseBehaviour", row }, session("s", 1, "open")]);
    const held = await storage.holdings("app", "alice");
    expect(held.map(({ table }) => table)).toEqual(["subject_keys", "sessions", "consents", "subjects"]);
    expect(Buffer.from((await storage.subject("app", "alice"))?.wrappedKey ?? []).toString()).toBe("new key");
    expect((await storage.subject("app", "alice"))?.enrolledAt).toBeUndefined();
    expect(await storage.consents("app", "alice")).toEqual([CONSENT]);
    expect((await storage.samples("app", "bob", 9)).length).toBe(1);
  });
}
