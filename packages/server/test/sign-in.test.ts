import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseline, type Event, type System } from "@habitus/core";
import type { Assessment, SubjectStatus } from "@habitus/wire";
import { afterEach, describe, expect, test } from "vitest";
import { createService } from "../src/index.ts";
import {
  allowEvents,
  joinService,
  pageOf,
  seeded,
  startApplication,
  type TestApplication,
  type TestPage,
  typing,
} from "./client.ts";
import { batchOf, OWNER, type PhraseHabit, STRANGER, typePhrase } from "./phrase-typing.ts";

const START = 1_760_000_000_000;
const HABIT = { holdMs: 90, pauseMs: 180 };
let now = START;
let bank: TestApplication;
const random = seeded(11);

afterEach(async () => {
  await bank?.service.close();
  now = START;
});
const start = async (config = {}): Promise<void> => {
  bank = await startApplication({ now: () => now, sessionMs: 1e9, ...config });
};

/** A session in which events are sent at the time they happen. */
interface Visit {
  readonly page: TestPage;
  readonly send: (events: readonly Event[], quantumMs?: number) => Promise<void>;
  readonly phrase: (habit?: PhraseHabit, end?: "enter" | "leave" | "nothing") => Promise<void>;
  readonly type: (keys: number) => Promise<void>;
  readonly report: (outcome: string) => Promise<Assessment>;
  readonly assess: () => Promise<Assessment>;
}
async function visit(subject = "alice", opening: object = {}): Promise<Visit> {
  now += 3_600_000;
  await bank.call("PUT", `/v1/subjects/${subject}/consent`, { granted: true, textVersion: "1" });
  const opened = (await bank.call("POST", "/v1/sessions", { subject, ...opening })).body;
  const page = pageOf(bank.service, opened);
  const path = `/v1/sessions/${opened.session}`;
  let seq = 0;
  const send: Visit["send"] = async (events, quantumMs = 0.1) => {
    now = Math.max(now, Math.ceil(events.at(-1)?.at ?? now));
    expect((await page.send(batchOf(events, seq, { quantumMs }))).status).toBe(202);
    seq += 1;
  };
  return {
    page,
    send,
    phrase: (habit = OWNER, end = "enter") => send(typePhrase({ at: now + 1000, random, habit, end })),
    type: (keys) => send(typing(random, keys, { at: now + 2000, habit: HABIT, firstPress: 1_000_000 + now })),
    report: async (outcome) => (await bank.call("POST", `${path}/outcomes`, { outcome })).body,
    assess: async () => (await bank.call("GET", `${path}/assessment`)).body,
  };
}
const status = async (subject = "alice"): Promise<SubjectStatus> =>
  (await bank.call("GET", `/v1/subjects/${subject}`)).body;
const repetitions = async (): Promise<number> => (await status()).phrases[0]?.repetitions ?? 0;

/** Sign-ins that were accepted, one a session. */
async function signIn(times: number, habit = OWNER): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    const session = await visit();
    await session.phrase(habit);
    await session.report("ended");
  }
}
/** Makes the subject known by their typing. */
async function enrolTyping(): Promise<void> {
  const session = await visit();
  await session.type(200);
  for (let i = 0; i < 100 && (await status()).enrolment.state !== "enrolled"; i += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await session.report("ended");
  expect((await status()).enrolment.state).toBe("enrolled");
}

describe("a phrase typed at sign-in", () => {
  test("is known from the third time on, and is the first evidence of the session's trust", async () => {
    await start();
    const told: unknown[] = [];
    for (let i = 0; i < 4; i += 1) {
      const session = await visit();
      await session.phrase();
      const { signIn: judged, trust } = await session.assess();
      told.push([judged?.state, judged?.repetitions, judged?.absence, trust === null]);
      await session.report("ended");
    }
    expect(told).toEqual([
      ["learning", 1, "notEnrolled", true],
      ["learning", 2, "notEnrolled", true],
      ["enrolled", 3, "notEnrolled", true],
      ["enrolled", 4, null, false],
    ]);
  });

  test("of the owner speaks for them, of another against them, each with its reason, and neither decides by itself", async () => {
    await start();
    await enrolTyping();
    await signIn(10);
    const own = await visit();
    await own.phrase();
    const mine = await own.assess();
    expect(mine).toMatchObject({ decision: "continue", signIn: { state: "enrolled", counted: true } });
    expect(mine.signIn?.llr).toBeGreaterThan(0);
    expect(mine.reasons.map(({ code }) => code)).toContain("signInMatches");
    const other = await visit();
    await other.phrase(STRANGER);
    const theirs = await other.assess();
    expect(theirs.signIn?.llr).toBeLessThan(-2);
    expect(theirs.evidence).toMatchObject([{ source: "habitus-fixed-text@1", modalities: ["keystroke"] }]);
    expect(theirs.evidence[0]?.llr, "bounded").toBeGreaterThan(theirs.signIn?.llr ?? 0);
    expect(theirs.decision).toBe("observe");
    expect(theirs.reasons.map(({ code }) => code)).toContain("signInDiffers");
    expect(theirs.reasons[0]?.text).toContain("The way the passphrase was typed does not fit");
    expect(theirs.trust).toBeLessThan(mine.trust ?? 0);
  });

  test("is never counted as free typing too, and only once however often it is typed", async () => {
    await start();
    await enrolTyping();
    await signIn(5);
    const session = await visit();
    for (let i = 0; i < 8; i += 1) await session.phrase();
    const { seen, evidence, signIn: judged } = await session.assess();
    expect(seen).toMatchObject({ keystrokes: 8 * 13, windows: 0, pendingKeystrokes: 0 });
    expect(evidence.length).toBe(1);
    expect(judged?.counted).toBe(true);
  });

  test("that comes after typing was judged is learnt, and is no evidence of who began the session", async () => {
    await start();
    await enrolTyping();
    await signIn(5);
    const session = await visit();
    await session.type(60);
    await session.phrase();
    const { evidence, signIn: judged } = await session.assess();
    expect(judged).toMatchObject({ counted: false });
    expect(evidence.every(({ source }) => source === "habitus@1")).toBe(true);
  });

  test("counts for nothing with a system whose trust takes no likelihood ratios; its keys are no free typing there either", async () => {
    await start({ system: baseline as unknown as System }); // safe: a state comes only from its own system
    const session = await visit();
    for (let i = 0; i < 6; i += 1) await session.phrase();
    expect(await session.assess()).toMatchObject({ signIn: null, trust: null, seen: { windows: 0 } });
    expect((await status()).phrases).toEqual([]);
  });
});

describe("what is learnt", () => {
  test("is nothing of a sign-in that failed, nor of a session that turned out not to be the owner's", async () => {
    await start();
    await enrolTyping();
    for (const outcome of ["signInFailed", "stepUpFailed", "reportedTakeover"]) {
      const session = await visit();
      await session.phrase(STRANGER);
      await session.report(outcome);
      await session.report("ended");
      expect(await repetitions(), outcome).toBe(0);
    }
  });

  test("is nothing before the application has accepted the sign-in, and then it is", async () => {
    await start();
    const trying = await visit("alice", { signedIn: false });
    await trying.phrase();
    await trying.type(200);
    await trying.report("ended");
    expect(await status()).toMatchObject({ phrases: [], enrolment: { state: "none", samples: 0 } });
    const session = await visit("alice", { signedIn: false });
    await session.phrase();
    expect(await repetitions()).toBe(0);
    await session.report("signedIn");
    expect(await repetitions()).toBe(1);
  });

  test("of somebody known by their typing waits until that confirms them", async () => {
    await start();
    await enrolTyping();
    await signIn(3);
    const session = await visit();
    await session.phrase();
    expect(await repetitions()).toBe(3);
    await session.type(110);
    expect((await session.assess()).decision).toBe("continue");
    expect(await repetitions()).toBe(4);
  });

  test("is nothing of a stranger who knows the phrase and says no more", async () => {
    await start();
    await signIn(10);
    await signIn(3, STRANGER);
    const own = await visit();
    await own.phrase();
    expect((await own.assess()).signIn?.llr).toBeGreaterThan(0);
    expect((await status()).phrases[0]?.repetitions).toBe(10);
  });

  test("after a passed step-up is learnt whatever it looks like", async () => {
    await start();
    await enrolTyping();
    await signIn(10);
    const first = await visit();
    await first.phrase(STRANGER);
    const before = (await first.assess()).signIn?.llr ?? 0;
    await first.report("stepUpPassed");
    expect(await repetitions()).toBe(11);
    for (let i = 0; i < 8; i += 1) {
      const session = await visit();
      await session.phrase(STRANGER);
      await session.report("stepUpPassed");
    }
    const again = await visit();
    await again.phrase(STRANGER);
    expect((await again.assess()).signIn?.llr).toBeGreaterThan(before);
  });

  test("what comes after a passed step-up is not proved by it", async () => {
    await start();
    await enrolTyping();
    await signIn(10);
    const session = await visit();
    await session.phrase();
    await session.report("stepUpPassed");
    expect(await repetitions()).toBe(11);
    for (let i = 0; i < 3; i += 1) await session.phrase(STRANGER);
    await session.report("ended");
    expect(await repetitions()).toBe(11);
  });

  test("a failed attempt is forgotten by trust too: the next one is judged by itself", async () => {
    await start();
    await signIn(10);
    const session = await visit("alice", { signedIn: false });
    await session.phrase(STRANGER);
    const before = (await session.assess()).trust ?? 1;
    expect(await session.report("signInFailed")).toMatchObject({ trust: null, evidence: [] });
    await session.phrase(OWNER);
    const { signIn: judged, trust } = await session.report("signedIn");
    expect(judged?.llr).toBeGreaterThan(0);
    expect(trust).toBeGreaterThan(before + 0.1);
  });

  test("the verdict is there when the application says that the sign-in was accepted, though the last key is still held", async () => {
    await start();
    await allowEvents(bank, "alice"); // where the page reads it ends the phrase itself
    await signIn(5);
    const session = await visit("alice", { signedIn: false });
    const events = typePhrase({ at: now + 1000, random, end: "enter" });
    await session.send(events.slice(0, -1));
    expect((await session.assess()).signIn).toBeNull();
    const { signIn: judged, trust } = await session.report("signedIn");
    expect(judged?.llr).toBeGreaterThan(0);
    expect(trust).toBeGreaterThan(0.8);
    await session.send(events.slice(-1));
    expect((await session.assess()).seen.pendingKeystrokes).toBe(0);
  });

  test("four phrases at most, whatever names a page thinks of", async () => {
    await start();
    const session = await visit();
    for (let field = 0; field < 7; field += 1) await session.send(typePhrase({ at: now + 1000, random, field }));
    expect((await status()).phrases.map(({ phrase }) => phrase)).toEqual([0, 1, 2, 3]);
  });
});

describe("what is no plain typing of the phrase", () => {
  const typed = (): Event[] => typePhrase({ at: now + 1000, random, end: "nothing" });
  const later = (): number => now + 60_000;
  const cases: readonly (readonly [string, number, () => Event[]])[] = [
    ["pasted", 0.1, () => [...typed().slice(0, 4), { kind: "edit", what: "paste", at: later() }]],
    ["filledIn", 0.1, () => [...typed().slice(0, 4), { kind: "edit", what: "autofill", at: later() }]],
    ["composed", 0.1, () => [...typed().slice(0, 4), { kind: "composition", phase: "start", at: later() }]],
    ["tooFewKeys", 0.1, () => typed().slice(0, 9)],
    ["otherNumberOfKeys", 0.1, () => typed().slice(0, 24)],
    ["timesMissing", 0.1, () => typed().filter((event) => event.kind !== "key" || event.phase === "down")],
    ["implausibleTiming", 0.1, () => typed().map((event) => ({ ...event, at: now + 1000 }))],
    ["clockTooCoarse", 50, typed],
  ];
  test.each(cases)("%s: its reason, no trust, and nothing learnt", async (reason, quantumMs, make) => {
    await start();
    await signIn(4);
    const session = await visit();
    await session.send([...make(), { kind: "focus", phase: "out", field: 1, at: later() + 1 }], quantumMs);
    const { signIn: judged, trust, evidence } = await session.assess();
    expect(judged).toMatchObject({ absence: reason, llr: null, counted: false });
    expect([trust, evidence]).toEqual([null, []]);
    await session.report("ended");
    expect(await repetitions()).toBe(4);
  });

  test("a clock of 16 ms is evidence still, within bounds", async () => {
    await start();
    await signIn(10);
    const session = await visit();
    const coarse = typePhrase({ at: now + 1000, random }).map((event) => ({
      ...event,
      at: 16 * Math.round(event.at / 16),
    }));
    await session.send(coarse, 16);
    const { signIn: judged, trust } = await session.assess();
    expect(Math.abs(judged?.llr ?? 99)).toBeLessThanOrEqual(8);
    expect(trust).toBeGreaterThan(0.5);
  });
});

test("without consent nothing waits, and what waited is forgotten when it is withdrawn", async () => {
  await start();
  await enrolTyping();
  const session = await visit();
  await session.phrase();
  await bank.call("PUT", "/v1/subjects/alice/consent", { granted: false, textVersion: "1" });
  expect((await session.assess()).signIn).toBeNull();
  await bank.call("PUT", "/v1/subjects/alice/consent", { granted: true, textVersion: "1" });
  await session.report("ended");
  expect(await repetitions()).toBe(0);
});

test("what is known is exported, survives a restart sealed, and is gone with the subject", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-phrase-"));
  await start({ dataDir });
  await signIn(4);
  const path = "/v1/subjects/alice/export";
  const [exported] = (await bank.call("GET", path)).body.phrases;
  expect(exported.repetitions.length).toBe(4);
  expect(Buffer.from(exported.reference, "base64").length).toBeGreaterThan(500);
  await bank.service.close();
  bank = await joinService(await createService({ dataDir, logLevel: "silent", now: () => now, sessionMs: 1e9 }));
  expect((await bank.call("GET", path)).body.phrases).toEqual([exported]);
  expect((await bank.call("DELETE", "/v1/subjects/alice")).status).toBe(204);
  await bank.open("alice");
  expect((await bank.call("GET", path)).body.phrases).toEqual([]);
  await bank.service.close();
  await rm(dataDir, { recursive: true, force: true });
  await start();
});

test("an accommodation that sets typing aside sets phrases aside too", async () => {
  await start();
  await signIn(4);
  const set = await bank.call("PUT", "/v1/subjects/alice/accommodation", { without: ["keystroke"] });
  expect(set.status).toBe(200);
  const session = await visit();
  await session.phrase(STRANGER);
  expect((await session.assess()).signIn).toBeNull();
});
