import { RETENTION_DAYS, RETENTION_KINDS, type RetentionKind } from "@habitus/wire/schemas";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyRetention, DAY_MS } from "../src/jobs/apply-retention.ts";
import { createSettings } from "../src/live/settings.ts";
import { createGroupCommit } from "../src/storage/group-commit.ts";
import { openSqlite } from "../src/storage/sqlite/open-sqlite.ts";
import type { Storage, Write } from "../src/storage/storage.ts";
import { batchesOf, type Json, joinService, seeded, startApplication, typing } from "./client.ts";

const KINDS = RETENTION_KINDS.filter((kind) => kind !== "inactive" && kind !== "events");
type Kind = (typeof KINDS)[number];
const START = 1_760_000_000_000;
const bytes = new Uint8Array([1]);

/** One row of a kind, made at an instant. */
function rowOf(kind: Kind, n: number, at: number): Write[] {
  const of = { application: "app", subject: "alice" };
  const id = `${kind}-${n}`;
  switch (kind) {
    case "samples":
      return [{ kind: "addSample", row: { ...of, id, at, extractor: "e@1", sealed: bytes } }];
    case "oldReferences":
      return [
        {
          kind: "addReference",
          row: { ...of, version: n + 1, system: "s@1", samples: 1, enrolledAt: at, active: true, sealed: bytes },
        },
      ];
    case "phrases":
      return [{ kind: "putPhrase", row: { ...of, field: n, at, sealed: bytes } }];
    case "decisions":
      return [
        { kind: "addDecision", row: { ...of, session: "s", id, at, decision: "continue", sealedReasons: bytes } },
      ];
    case "sessions": {
      const reading = {
        lastEventAt: null,
        decision: "noDecision",
        band: "none",
        trust: null,
        keystrokes: 0,
        pointerEvents: 0,
      } as const;
      const row = {
        ...of,
        session: id,
        state: "ended",
        openedAt: at,
        expiresAt: at,
        sealedContext: bytes,
        ...reading,
      } as const;
      return [
        { kind: "addSession", row },
        { kind: "putSnapshot", row: { application: "app", session: id, through: -1, sealed: bytes } },
      ];
    }
    case "outcomes":
      return [
        {
          kind: "addOutcome",
          row: { ...of, session: "s", at, outcome: "ended", actor: "a", decision: null, since: null },
        },
      ];
    case "traces":
      return [{ kind: "addTrace", row: { ...of, session: "s", id, at, sealed: bytes } }];
    case "accommodations":
      return [{ kind: "addAccommodation", row: { ...of, at, actor: "a", sealed: bytes } }];
    default:
      throw new RangeError(kind);
  }
}

/** When the rows of each kind that are left were made; what the newest of is kept for ever is not among them. */
async function left(storage: Storage): Promise<Record<Kind, number[]>> {
  const sessions = await storage.sessions("app", { limit: 1e6 });
  const references = await storage.references("app", "alice");
  const found: Record<string, readonly number[]> = {
    samples: (await storage.samples("app", "alice", 1e6)).map(({ at }) => at),
    oldReferences: references.filter(({ active }) => !active).map(({ enrolledAt }) => enrolledAt),
    phrases: (await storage.phrases("app", "alice")).map(({ at }) => at),
    decisions: (await storage.decisions("app", "alice")).map(({ at }) => at),
    sessions: sessions.map(({ openedAt }) => openedAt),
    outcomes: (await storage.outcomes("app", { limit: 1e6 })).map(({ at }) => at),
    traces: (await storage.traces("app", { limit: 1e6 })).map(({ at }) => at),
    accommodations: (await storage.accommodations("app", "alice")).map(({ at }) => at).slice(0, -1),
  };
  return Object.fromEntries(KINDS.map((kind) => [kind, [...(found[kind] ?? [])].sort((a, b) => a - b)])) as Record<
    Kind,
    number[]
  >; // the same kinds
}

const rows = fc.array(fc.tuple(fc.constantFrom(...KINDS), fc.integer({ min: 0, max: 400 * DAY_MS })), {
  maxLength: 80,
});
const days = fc.dictionary(fc.constantFrom(...KINDS), fc.integer({ min: 1, max: 400 }));
const steps = fc.array(fc.integer({ min: 0, max: 60 * DAY_MS }), { minLength: 1, maxLength: 6 });

describe("retention", () => {
  test("leaves nothing older than promised and loses nothing younger, however rows, promises and the clock go", async () => {
    await fc.assert(
      fc.asyncProperty(rows, days, steps, async (given, kept, moves) => {
        const storage = openSqlite(":memory:");
        const commits = createGroupCommit(storage);
        let now = START + 400 * DAY_MS;
        const retention = { ...RETENTION_DAYS, ...kept };
        const made = [...given].sort((a, b) => a[1] - b[1]);
        const settings = JSON.stringify({ retention: kept });
        await storage.commit([
          { kind: "putApplication", row: { application: "app", name: "app", origins: [], createdAt: 1 } },
          { kind: "addSubject", row: { application: "app", subject: "alice", since: START, wrappedKey: bytes } },
          { kind: "putSettings", row: { application: "app", settings, at: 1, actor: "a" } },
          ...made.flatMap(([kind, at], n) => rowOf(kind, n, START + at)),
          // Whoever was here a moment ago is not inactive.
          ...rowOf("sessions", 1e6, now + 400 * DAY_MS),
        ]);
        const before = await left(storage);
        for (const move of [0, ...moves]) {
          now += move;
          await applyRetention(depsOf(storage, commits, () => now));
          const after = await left(storage);
          for (const kind of KINDS)
            expect(after[kind], kind).toEqual(before[kind].filter((at) => at >= now - retention[kind] * DAY_MS));
        }
        const audited = new Map<string, number>();
        for (const { action, detail } of await storage.audit("app", 0, 1e6))
          if (action === "retention.applied")
            for (const [kind, count] of Object.entries(detail))
              audited.set(kind, (audited.get(kind) ?? 0) + Number(count));
        const after = await left(storage);
        for (const kind of KINDS) expect(audited.get(kind) ?? 0, kind).toBe(before[kind].length - after[kind].length);
        await storage.close();
      }),
      { numRuns: 60 },
    );
  });

  test("works in lots, each audited with what it deletes: killed after any commit, the next run ends what was begun", async () => {
    const storage = openSqlite(":memory:");
    const commits = createGroupCommit(storage);
    const now = START + 1000 * DAY_MS;
    await storage.commit([
      { kind: "putApplication", row: { application: "app", name: "app", origins: [], createdAt: 1 } },
      { kind: "addSubject", row: { application: "app", subject: "alice", since: START, wrappedKey: bytes } },
      ...rowOf("sessions", 1, now),
      ...Array.from({ length: 1300 }, (_, n) => rowOf("samples", n, START + n)).flat(),
    ]);
    let commitsLeft = 2;
    const dying = {
      ...commits,
      submit: async (writes: readonly Write[]) => {
        commitsLeft -= 1;
        if (commitsLeft < 0) throw new Error("killed");
        return commits.submit(writes);
      },
    };
    await expect(applyRetention(depsOf(storage, dying, () => now))).rejects.toThrow("killed");
    const count = async () => (await storage.samples("app", "alice", 1e6)).length;
    expect(await count()).toBe(300);
    expect(await applyRetention(depsOf(storage, commits, () => now))).toBe(300);
    expect(await count()).toBe(0);
    expect(await applyRetention(depsOf(storage, commits, () => now)), "nothing is left to do").toBe(0);
    const entries = (await storage.audit("app", 0, 100)).filter(({ action }) => action === "retention.applied");
    const audited = entries.map(({ detail }) => detail.samples);
    expect(audited).toEqual([500, 500, 300]);
    await storage.close();
  });

  test("is set by application and kind, shown against what is kept, and holds for that application alone", async () => {
    let now = START;
    const bank = await startApplication({ now: () => now, sessionMs: DAY_MS });
    const shop = await joinService(bank.service, "shop");
    for (const application of [bank, shop]) {
      const { opened } = await application.open("alice");
      await application.call("POST", `/v1/sessions/${opened.session}/outcomes`, { outcome: "ended" });
    }
    const wrong = await bank.call("PUT", "/v1/settings", { retention: { samples: 0 } });
    expect(wrong.status).toBe(400);
    expect((await bank.call("PUT", "/v1/settings", { retention: { everything: 1 } })).status).toBe(400);
    const { body } = await bank.call("PUT", "/v1/settings", { retention: { sessions: 10, outcomes: 10 } });
    const shown = (kept: Json, kind: RetentionKind) => kept.find((one: Json) => one.kind === kind);
    expect(shown(body.kept, "sessions")).toEqual({ kind: "sessions", days: 10, count: 1, oldest: START });
    now += 10 * DAY_MS + 1;
    await bank.service.maintain();
    const after = (await bank.call("GET", "/v1/settings")).body;
    expect(shown(after.kept, "sessions")).toEqual({ kind: "sessions", days: 10, count: 0, oldest: null });
    expect(after.appliedAt).toBe(now);
    expect(shown((await shop.call("GET", "/v1/settings")).body.kept, "sessions")).toMatchObject({ days: 90, count: 1 });
    const entries = (await bank.call("GET", "/v1/audit")).body.entries as Json[];
    expect(entries.filter(({ action }) => action === "retention.applied").map(({ detail }) => detail)).toEqual([
      { sessions: 1, outcomes: 1 },
    ]);
    expect(entries.find(({ action }) => action === "settings.changed")?.detail).toEqual({
      "retention.sessions": 10,
      "retention.outcomes": 10,
    });
    await bank.service.close();
  });

  test("forgets who has had no session for so long, not a moment sooner, and nobody else; the consent stands", async () => {
    let now = START;
    const bank = await startApplication({ now: () => now, sessionMs: DAY_MS, unsealed: "accept" });
    await bank.call("PUT", "/v1/settings", { tier: "events", retention: { inactive: 30 } });
    for (const subject of ["alice", "bob"]) {
      const research = { granted: true, textVersion: "1", purpose: "research", tier: "events" };
      await bank.call("PUT", `/v1/subjects/${subject}/consent`, research);
      const page = await bank.open(subject);
      for (const batch of batchesOf(typing(seeded(4), 300, { at: now - 90_000, habit: { holdMs: 90, pauseMs: 180 } })))
        expect((await page.send(batch)).status).toBe(202);
    }
    const samples = async (subject: string): Promise<number> =>
      (await bank.call("GET", `/v1/subjects/${subject}/export`)).body.featureSets.length;
    now += 10 * DAY_MS;
    await bank.open("bob");
    now = START + 30 * DAY_MS;
    await bank.service.maintain();
    expect(await samples("alice")).toBeGreaterThan(0);
    now += 1;
    await bank.service.maintain();
    expect(await samples("alice")).toBe(0);
    expect(await samples("bob")).toBeGreaterThan(0);
    expect((await bank.call("GET", "/v1/subjects/alice")).body).toMatchObject({
      consent: { granted: true },
      enrolment: { state: "none", samples: 0 },
    });
    const erased = (await bank.call("GET", "/v1/audit")).body.entries.filter(
      ({ action }: Json) => action === "behaviour.erased",
    );
    expect(erased).toMatchObject([{ subject: "alice", detail: { why: "inactive" } }]);
    await bank.service.close();
  });
});

/** What the job needs, without a running service. */
function depsOf(storage: Storage, commits: unknown, now: () => number): Parameters<typeof applyRetention>[0] {
  const deps = {
    ...{ storage, commits, now },
    settings: createSettings(storage),
    live: { sweep: async () => undefined, all: () => [] },
    subjects: { peek: () => undefined, find: async () => undefined },
    retention: { appliedAt: null },
  };
  return deps as unknown as Parameters<typeof applyRetention>[0]; // the members that the job uses
}
