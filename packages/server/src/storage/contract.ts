import { describe, expect, test } from "vitest";
import { verifyAudit } from "../audit/verify.ts";
import { apiKeyRow, describeAccessRows } from "./contract-access.ts";
import { describeCustodyRows } from "./contract-custody.ts";
import { describeKeyRows } from "./contract-keys.ts";
import { bytes, describePolicyRows, outcomeRow, plain } from "./contract-policies.ts";
import type { SampleRow, SessionRow, Storage, Write } from "./storage.ts";

export interface OpenedStore {
  readonly storage: Storage;
  /** Closes it and opens the same store again; for a store that keeps nothing, undefined. */
  readonly reopen: (() => Promise<Storage>) | undefined;
  readonly remove: () => Promise<void>;
}

const sessionRow = (session: string, change: Partial<SessionRow> = {}): SessionRow => ({
  application: "app",
  session,
  subject: "alice",
  state: "open",
  openedAt: 1000,
  expiresAt: 9000,
  lastEventAt: null,
  decision: "noDecision",
  band: "none",
  trust: null,
  keystrokes: 0,
  pointerEvents: 0,
  sealedContext: bytes("context"),
  ...change,
});
const sampleRow = (id: string, change: Partial<SampleRow> = {}): SampleRow => ({
  application: "app",
  subject: "alice",
  id,
  at: 1,
  extractor: "e@1",
  sealed: bytes(id),
  ...change,
});
const addSubject = (subject: string, application = "app"): Write => ({
  kind: "addSubject",
  row: { application, subject, since: 1, wrappedKey: bytes(`key of ${subject}`) },
});
const entry = (n: number, session = "s1", application = "app") => ({
  kind: "appendJournal" as const,
  row: { application, session, n, receivedAt: 10 + n, sealed: bytes(`${session}/${n}`) },
});
const snapshot = (through: number, session = "s1"): Write => ({
  kind: "putSnapshot",
  row: { application: "app", session, through, sealed: bytes(`snapshot ${through}`) },
});
const note = (action: string, application = "app"): Write => ({
  kind: "audit",
  application,
  draft: { at: 1, action, actor: "test", subject: null, session: null, detail: { n: 1, ok: true, why: null } },
});

const CONSENT = {
  granted: true,
  textVersion: "1",
  actor: "s",
  at: 1,
  purpose: "authentication",
  tier: "features",
} as const;

/** The laws of the storage port. Every adapter runs them. */
export function describeStorage(name: string, openStore: () => Promise<OpenedStore>): void {
  describe(`the ${name} store`, () => {
    const withStore = (law: string, work: (storage: Storage, store: OpenedStore) => Promise<void>): void => {
      test(law, async () => {
        const store = await openStore();
        try {
          await work(store.storage, store);
        } finally {
          await store.remove();
        }
      });
    };

    withStore("gives back what was written", async (storage) => {
      const consent = {
        application: "app",
        subject: "alice",
        granted: true,
        textVersion: "2",
        actor: "subject",
        at: 5,
        purpose: "authentication" as const,
        tier: "features" as const,
      };
      const reference = {
        application: "app",
        subject: "alice",
        system: "baseline@1",
        samples: 30,
        enrolledAt: 7,
        active: true,
      };
      const decision = { application: "app", subject: "alice", session: "s1", decision: "continue" as const };
      await storage.commit([
        { kind: "putApplication", row: { application: "app", name: "bank", origins: ["https://a"], createdAt: 1 } },
        { kind: "addApiKey", row: apiKeyRow("h") },
        addSubject("alice"),
        { kind: "addConsent", row: consent },
        { kind: "addConsent", row: { ...consent, granted: false, at: 6 } },
        { kind: "addSession", row: sessionRow("s1") },
        { kind: "addSession", row: sessionRow("s2", { openedAt: 2000 }) },
        { kind: "addReference", row: { ...reference, version: 1, sealed: bytes("r1") } },
        { kind: "addReference", row: { ...reference, version: 2, sealed: bytes("r2") } },
        { kind: "addDecision", row: { ...decision, id: "d2", at: 9, sealedReasons: bytes("two") } },
        { kind: "addDecision", row: { ...decision, id: "d1", at: 8, sealedReasons: bytes("one") } },
        { kind: "addOutcome", row: outcomeRow("s1", 3) },
        snapshot(-1),
        {
          kind: "putReading",
          row: {
            application: "app",
            session: "s1",
            state: "locked",
            lastEventAt: 44,
            decision: "lock",
            band: "low",
            trust: 0.25,
            keystrokes: 5,
            pointerEvents: 6,
          },
        },
      ]);
      expect(await storage.applications()).toEqual([
        { application: "app", name: "bank", origins: ["https://a"], createdAt: 1 },
      ]);
      expect(await storage.apiKey(bytes("h"))).toMatchObject({ application: "app", id: "key-h", scopes: ["audit"] });
      expect(await storage.apiKey(bytes("other"))).toBeUndefined();
      expect(plain(await storage.subject("app", "alice"))).toEqual(
        plain({ application: "app", subject: "alice", since: 1, enrolledAt: 7, wrappedKey: bytes("key of alice") }),
      );
      expect(await storage.subject("app", "bob")).toBeUndefined();
      expect(await storage.consents("app", "alice")).toEqual([consent, { ...consent, granted: false, at: 6 }]);
      expect(await storage.session("app", "s1")).toMatchObject({
        state: "locked",
        trust: 0.25,
        lastEventAt: 44,
        decision: "lock",
      });
      expect((await storage.sessions("app", { limit: 10 })).map(({ session }) => session)).toEqual(["s2", "s1"]);
      expect((await storage.sessions("app", { limit: 1 })).length).toBe(1);
      expect(await storage.sessions("app", { subject: "bob", limit: 10 })).toEqual([]);
      expect((await storage.references("app", "alice")).map(({ version, active }) => [version, active])).toEqual([
        [1, false],
        [2, true],
      ]);
      expect(await storage.enrolledSubjects("app")).toEqual(["alice"]);
      expect(await storage.enrolledSubjects("other")).toEqual([]);
      expect((await storage.decisions("app", "alice")).map(({ id }) => id)).toEqual(["d1", "d2"]);
      expect(plain(await storage.snapshot("app", "s1"))).toEqual(
        plain({ application: "app", session: "s1", through: -1, sealed: bytes("snapshot -1") }),
      );
      await storage.ping();
    });

    withStore("keeps all of a commit or nothing, the journal too", async (storage) => {
      await storage.commit([addSubject("alice"), { kind: "addSession", row: sessionRow("s1") }]);
      const failing = storage.commit([entry(0), addSubject("bob"), note("x"), addSubject("alice")]);
      await expect(failing).rejects.toMatchObject({ name: "StorageError", code: "conflict" });
      expect(await storage.subject("app", "bob")).toBeUndefined();
      expect(await storage.journal("app", "s1")).toEqual([]);
      expect(await storage.audit("app", 0, 10)).toEqual([]);
      await storage.commit([entry(0)]);
      expect((await storage.journal("app", "s1")).map(({ n }) => n)).toEqual([0]);
    });

    withStore("holds a journal in order until a snapshot includes it", async (storage) => {
      await storage.commit([entry(0), entry(1), entry(0, "s2"), entry(0, "s1", "other")]);
      await storage.commit([entry(2)]);
      const rows = await storage.journal("app", "s1");
      expect(rows.map(({ n, receivedAt, sealed }) => [n, receivedAt, Buffer.from(sealed).toString()])).toEqual([
        [0, 10, "s1/0"],
        [1, 11, "s1/1"],
        [2, 12, "s1/2"],
      ]);
      await storage.commit([snapshot(1)]);
      expect((await storage.journal("app", "s1")).map(({ n }) => n)).toEqual([2]);
      expect((await storage.journal("app", "s2")).length).toBe(1);
      expect((await storage.journal("other", "s1")).length).toBe(1);
      expect((await storage.pendingSessions()).length).toBe(3);
      await storage.commit([{ kind: "dropPending", row: { application: "app", session: "s1" } }]);
      expect(await storage.journal("app", "s1")).toEqual([]);
      expect(await storage.snapshot("app", "s1")).toBeUndefined();
    });

    withStore("keeps the newest samples and finds those of others", async (storage) => {
      const own = [3, 1, 2, 5, 4].map((at) => ({ kind: "addSample" as const, row: sampleRow(`a${at}`, { at }) }));
      await storage.commit([
        ...own,
        { kind: "addSample", row: sampleRow("b1", { subject: "bob" }) },
        { kind: "addSample", row: sampleRow("c1", { application: "other", subject: "carol" }) },
      ]);
      expect((await storage.samples("app", "alice", 3)).map(({ id }) => id)).toEqual(["a5", "a4", "a3"]);
      expect((await storage.otherSamples("app", "alice", 10)).map(({ id }) => id)).toEqual(["b1"]);
      const keep = (newest: number): Write => ({
        kind: "keepSamples",
        row: { application: "app", subject: "alice", newest },
      });
      await storage.commit([keep(9)]);
      expect(await storage.countSamples("app", "alice", "e@1")).toBe(5);
      await storage.commit([keep(2)]);
      expect((await storage.samples("app", "alice", 9)).map(({ id }) => id)).toEqual(["a5", "a4"]);
      expect(await storage.countSamples("app", "bob", "e@1")).toBe(1);
      expect(await storage.countSamples("app", "bob", "e@2")).toBe(0);
      const used = [6, 7, 8].map((at) => ({
        kind: "addSample" as const,
        row: sampleRow(`u${at}`, { at, extractor: "u@1" }),
      }));
      const row = { application: "app", subject: "alice" };
      await storage.commit([...used, { kind: "keepSamples", row: { ...row, newest: 1, only: "u@1" } }]);
      expect((await storage.samples("app", "alice", 9)).map(({ id }) => id)).toEqual(["u8", "a5", "a4"]);
      expect((await storage.samples("app", "alice", 9, "e@1")).map(({ id }) => id)).toEqual(["a5", "a4"]);
      await storage.commit([{ kind: "keepSamples", row: { ...row, newest: 1, except: ["t@1", "u@1"] } }]);
      expect((await storage.samples("app", "alice", 9)).map(({ id }) => id)).toEqual(["u8", "a5"]);
    });

    withStore("keeps what is known of each phrase of a subject, the newest alone", async (storage) => {
      const put = (field: number, text: string, subject = "alice"): Write => ({
        kind: "putPhrase",
        row: { application: "app", subject, field, at: 1, sealed: bytes(text) },
      });
      await storage.commit([put(0xffffffff, "one"), put(7, "two"), put(7, "bob's", "bob"), put(7, "three")]);
      expect((await storage.phrases("app", "alice")).map(plain)).toEqual([
        { application: "app", subject: "alice", field: 7, at: 1, sealed: "three" },
        { application: "app", subject: "alice", field: 0xffffffff, at: 1, sealed: "one" },
      ]);
      expect((await storage.phrases("other", "alice")).length).toBe(0);
    });

    describeAccessRows(withStore);
    describeCustodyRows(withStore);
    describeKeyRows(withStore);
    describePolicyRows(withStore);

    withStore("chains the audit of each application", async (storage) => {
      await storage.commit([note("one"), note("elsewhere", "other"), note("two")]);
      await storage.commit([note("three")]);
      const entries = await storage.audit("app", 0, 10);
      expect(entries.map(({ id, action }) => [id, action])).toEqual([
        [1, "one"],
        [2, "two"],
        [3, "three"],
      ]);
      expect(verifyAudit(entries)).toMatchObject({ kind: "intact", entries: 3 });
      expect((await storage.audit("app", 1, 1)).map(({ action }) => action)).toEqual(["two"]);
      expect(verifyAudit(await storage.audit("other", 0, 10))).toMatchObject({ kind: "intact", entries: 1 });
    });

    withStore("finds running sessions whose time is over", async (storage) => {
      await storage.commit([
        { kind: "addSession", row: sessionRow("past", { expiresAt: 10 }) },
        { kind: "addSession", row: sessionRow("closed", { expiresAt: 10, state: "ended" }) },
        { kind: "addSession", row: sessionRow("running", { expiresAt: 11 }) },
      ]);
      expect((await storage.expiredSessions(10, 10)).map(({ session }) => session)).toEqual(["past"]);
    });

    withStore("erases everything of one subject and nothing else, but never the audit", async (storage) => {
      const things = (application: string, subject: string, session: string): Write[] => [
        addSubject(subject, application),
        { kind: "addConsent", row: { application, subject, ...CONSENT } },
        { kind: "addSession", row: sessionRow(session, { application, subject }) },
        { kind: "addSample", row: sampleRow(`sample-${session}`, { application, subject }) },
        { kind: "putSnapshot", row: { application, session, through: -1, sealed: bytes("s") } },
        {
          kind: "addReference",
          row: {
            application,
            subject,
            version: 1,
            system: "x@1",
            samples: 1,
            enrolledAt: 1,
            active: true,
            sealed: bytes("r"),
          },
        },
        {
          kind: "addDecision",
          row: {
            application,
            subject,
            session,
            id: `d-${session}`,
            at: 1,
            decision: "lock",
            sealedReasons: bytes("r"),
          },
        },
        { kind: "appendJournal", row: { application, session, n: 0, receivedAt: 1, sealed: bytes("j") } },
        { kind: "addTrace", row: { application, subject, session, id: `t-${session}`, at: 1, sealed: bytes("t") } },
        { kind: "putScoreHistory", row: { application, subject, sealed: bytes("h") } },
        { kind: "putPhrase", row: { application, subject, field: 1, at: 1, sealed: bytes("p") } },
        { kind: "addAccommodation", row: { application, subject, at: 1, actor: "x", sealed: bytes("a") } },
        { kind: "addOutcome", row: outcomeRow(session, 1, { application, subject }) },
      ];
      const all = [...things("app", "alice", "s1"), ...things("app", "bob", "s2"), ...things("other", "alice", "s3")];
      await storage.commit([...all, note("x")]);
      await storage.commit([{ kind: "eraseSubject", row: { application: "app", subject: "alice" } }]);
      const left = async (application: string, subject: string, session: string): Promise<number[]> => [
        Number((await storage.subject(application, subject)) !== undefined),
        (await storage.consents(application, subject)).length,
        Number((await storage.session(application, session)) !== undefined),
        await storage.countSamples(application, subject, "e@1"),
        Number((await storage.snapshot(application, session)) !== undefined),
        (await storage.references(application, subject)).length,
        (await storage.decisions(application, subject)).length,
        (await storage.journal(application, session)).length,
        (await storage.traces(application, { subject, limit: 9 })).length,
        Number((await storage.scoreHistory(application, subject)) !== undefined),
        (await storage.phrases(application, subject)).length,
        (await storage.accommodations(application, subject)).length,
        (await storage.outcomes(application, { subject, limit: 9 })).length,
      ];
      expect(await left("app", "alice", "s1")).toEqual(Array(13).fill(0));
      expect(await left("app", "bob", "s2")).toEqual(Array(13).fill(1));
      expect(await left("other", "alice", "s3")).toEqual(Array(13).fill(1));
      expect((await storage.audit("app", 0, 10)).length).toBe(1);
    });

    withStore("is the same after it was closed and opened again", async (storage, { reopen }) => {
      if (reopen === undefined) return;
      await storage.commit([addSubject("alice"), entry(0), entry(1), note("one")]);
      const again = await reopen();
      expect(await again.subject("app", "alice")).toBeDefined();
      expect((await again.journal("app", "s1")).map(({ n }) => n)).toEqual([0, 1]);
      await again.commit([entry(2), note("two")]);
      expect((await again.journal("app", "s1")).map(({ n }) => n)).toEqual([0, 1, 2]);
      expect(verifyAudit(await again.audit("app", 0, 10))).toMatchObject({ kind: "intact", entries: 2 });
    });
  });
}
