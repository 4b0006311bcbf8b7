import { CROSS_CHECK, type Event, touch, usage } from "@habitus/core";
import {
  circumstancesOf,
  createPopulation,
  createTouchers,
  type SimulatedPerson,
  session,
  type TouchHabits,
  touchSession,
} from "@habitus/core/attacks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  batchesOf,
  type Json,
  pageOf,
  startApplication,
  type TestApplication,
  type TestPage,
  until,
} from "./client.ts";

const DAY = 86_400_000;
const MINUTES = 4;
const MIX = { type: 1, point: 0.8, scroll: 0.4, navigate: 0.6, read: 0.3 };
const AWAY = { timeZone: "Asia/Tokyo", country: "JP", language: "ja-JP", network: "hotel" };
const [owner, stranger] = createPopulation(2, 977) as [SimulatedPerson, SimulatedPerson]; // there are two

let now = Date.UTC(2026, 0, 5, 9);
let bank: TestApplication;
beforeAll(async () => {
  bank = await startApplication({ now: () => now, sessionMs: DAY });
});
afterAll(() => bank.service.close());

async function open(subject: string, context: Json): Promise<TestPage> {
  const { status, body } = await bank.call("POST", "/v1/sessions", { subject, context });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return pageOf(bank.service, body);
}
/** Some minutes of a person on the next day; returns what is thought after them, and all that usage said meanwhile. */
async function visit(
  subject: string,
  who: SimulatedPerson,
  context: Json,
  {
    keep = () => true,
    hand,
    finger,
  }: {
    readonly keep?: (event: Event) => boolean;
    readonly hand?: SimulatedPerson;
    readonly finger?: TouchHabits;
  } = {},
): Promise<Json> {
  now += DAY;
  const page = await open(subject, context);
  const doing = (person: SimulatedPerson) =>
    session(person, { startAt: now, durationMs: MINUTES * 60_000, seed: now / DAY, mix: MIX });
  const isHand = ({ kind }: Event): boolean => kind === "pointer" || kind === "wheel";
  const fingers =
    finger === undefined ? [] : touchSession(finger, { startAt: now, durationMs: MINUTES * 60_000, seed: now / DAY });
  const main =
    hand === undefined
      ? doing(who).filter(keep)
      : [...doing(who).filter((event) => !isHand(event)), ...doing(hand).filter(isHand)].sort((a, b) => a.at - b.at);
  const events = [...main, ...fingers].sort((a, b) => a.at - b.at);
  const used = new Map<string, number>();
  const touched = new Map<string, number>();
  const together: number[] = [];
  const reasons: Json[] = [];
  let assessment: Json;
  for (const batch of batchesOf(events, { size: 200 })) {
    now = Math.max(now, Math.ceil(events[Math.min(events.length, 200 * (batch.seq + 1)) - 1]?.at ?? now));
    expect(await page.send(batch)).toMatchObject({ status: 202 });
    assessment = (await bank.call("GET", `/v1/sessions/${page.opened.session}/assessment`)).body;
    reasons.push(...assessment.reasons);
    for (const { at, llr, modalities, source } of assessment.evidence) {
      if (modalities[0] === "usage") used.set(`${at} ${llr}`, llr);
      if (modalities[0] === "touch") touched.set(`${at} ${llr}`, llr);
      if (source === CROSS_CHECK) together.push(llr);
    }
  }
  return { ...assessment, used: [...used.values()], touched: [...touched.values()], together, reasons };
}
const consent = (subject: string, granted = true) =>
  bank.call("PUT", `/v1/subjects/${subject}/consent`, { granted, textVersion: "1" });
async function learn(subject: string): Promise<void> {
  await consent(subject);
  for (let day = 0; day < 4; day += 1) await visit(subject, owner, owner.usage.home);
  await until(async () => (await bank.call("POST", `/v1/subjects/${subject}/enrolment`)).status === 200);
}
const aboutUsage = (assessment: Json) => assessment.modalities.find(({ about }: Json) => about === "usage");

describe("how a device is used", () => {
  test("is evidence that supports: shown by modality, with reasons in both kinds of words, small", async () => {
    await learn("alice");
    const own = await visit("alice", owner, owner.usage.home);
    const other = await visit("alice", stranger, AWAY);
    const sum = ({ used }: Json): number => used.reduce((total: number, llr: number) => total + llr, 0);
    for (const assessment of [own, other]) {
      expect(assessment.used.length).toBeGreaterThan(2);
      expect(Math.abs(sum(assessment))).toBeLessThanOrEqual(2.001);
      expect(aboutUsage(assessment)).toMatchObject({ supporting: true });
    }
    expect(sum(own)).toBeGreaterThan(0);
    expect(sum(other)).toBeLessThan(0);
    const reasons = [...own.reasons, ...other.reasons].filter(({ code }: Json) => code.startsWith("usage"));
    expect(reasons.length).toBeGreaterThan(0);
    for (const { text, gentle } of reasons) {
      expect(text).toMatch(/^Device usage/);
      expect(gentle).toMatch(/^You use this application/);
    }
  });

  test("by itself it never decides anything", async () => {
    const kinds = ["page", "focus", "viewport", "visibility", "wheel", "edit"];
    const only = await visit("alice", stranger, AWAY, { keep: ({ kind }) => kinds.includes(kind) });
    expect(aboutUsage(only)?.windows ?? 0).toBeGreaterThan(0);
    expect(only).toMatchObject({ decision: "noDecision", trust: null });
  });

  test("that is switched off is neither compared nor kept", async () => {
    const before = (await bank.call("GET", "/v1/subjects/alice/export")).body;
    const off = { withdrawn: ["usage"] };
    const { status } = await bank.call("PUT", "/v1/subjects/alice/accommodation", off);
    expect(status).toBe(200);
    const assessment = await visit("alice", owner, owner.usage.home);
    expect(aboutUsage(assessment)).toBeUndefined();
    const after = (await bank.call("GET", "/v1/subjects/alice/export")).body;
    expect(usageSets(after)).toEqual(usageSets(before));
  });
});

const usageSets = (exported: Json) =>
  exported.featureSets.filter(({ extractor }: Json) => extractor === usage.extractor);

test("habits are learnt anew when they have grown old, as a version of its own, and typing stays what it was", async () => {
  await learn("gina");
  const read = async () => (await bank.call("GET", "/v1/subjects/gina")).body.references;
  const before = await read();
  now += 10 * DAY;
  await visit("gina", owner, owner.usage.home);
  const after = await until(async () => {
    const references = await read();
    return references.length > before.length && references;
  });
  const [old, renewed] = [before.at(-1), after.at(-1)];
  expect(renewed).toMatchObject({ active: true, samples: old.samples, version: old.version + 1 });
});

describe("keyboard and pointer", () => {
  test("of two people at once are told to disagree, in both kinds of words; of one they are not", async () => {
    await learn("emil");
    const one = await visit("emil", owner, owner.usage.home);
    const two = await visit("emil", owner, owner.usage.home, { hand: stranger });
    expect(two.together.length).toBeGreaterThan(0);
    expect(Math.min(...two.together)).toBeLessThan(-0.1);
    expect(Math.min(...two.together)).toBeGreaterThanOrEqual(-1);
    expect(Math.min(0, ...one.together)).toBeGreaterThan(Math.min(...two.together));
    const code = "keyboardAndPointerDisagree";
    const told = two.reasons.find((reason: Json) => reason.code === code);
    expect(told).toMatchObject({ code, text: expect.stringMatching(/^Keyboard and pointer together/) });
    expect(told.gentle).toMatch(/helping hand/);
    expect(one.reasons.map((reason: Json) => reason.code)).not.toContain(code);
  });
});

test("touch is read beside typing and pointing, supports them, and is kept of its own extractor", async () => {
  const [finger] = createTouchers(1, 44);
  if (finger === undefined) throw new Error("nobody");
  await consent("fred");
  const visits: Json[] = [];
  for (let day = 0; day < 4; day += 1) visits.push(await visit("fred", owner, owner.usage.home, { finger }));
  await until(async () => (await bank.call("POST", "/v1/subjects/fred/enrolment")).status === 200);
  const { body } = await bank.call("GET", "/v1/subjects/fred/export");
  expect(body.featureSets.some(({ extractor }: Json) => extractor === touch.extractor)).toBe(true);
  const { touched } = await visit("fred", owner, owner.usage.home, { finger });
  expect(touched.length).toBeGreaterThan(0);
});

describe("where from", () => {
  test("is in the export while it is kept, and gone with the subject", async () => {
    await consent("bert");
    await visit("bert", owner, owner.usage.home);
    const { body } = await bank.call("GET", "/v1/subjects/bert/export");
    expect(body.sessions).toHaveLength(1);
    expect(body.sessions[0].context).toMatchObject(owner.usage.home);
    expect(usageSets(body).length).toBeGreaterThan(0);
    expect((await bank.call("DELETE", "/v1/subjects/bert")).status).toBe(204);
    expect((await bank.call("GET", "/v1/subjects/bert/export")).status).toBe(404);
  });

  test("is not kept of somebody who has not consented", async () => {
    await open("carol", AWAY);
    const { body } = await bank.call("GET", "/v1/subjects/carol/export");
    expect(body.sessions.map(({ context }: Json) => Object.keys(context).sort())).toEqual([
      ["policyContext", "remoteDesktop", "signedIn"],
    ]);
  });

  test("of wrong kinds is refused with the place of the mistake; coordinates have no place at all", async () => {
    await consent("dora");
    for (const context of [{ country: "Austria" }, { timeZone: 7 }, { latitude: 48.2, longitude: 16.4 }]) {
      const { status } = await bank.call("POST", "/v1/sessions", { subject: "dora", context });
      expect(status).toBe(400);
    }
  });
});

test("a simulated person is mostly at home", () => {
  expect(circumstancesOf(owner, () => 0.999)).toBe(owner.usage.home);
});
