import { type Event, findReader, habitus, type Reader, type System } from "@habitus/core";
import { type Assessment, packValues, roundEvents } from "@habitus/wire";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOwnJudge, newSession, noProfile, type OwnJudge } from "../../collector/src/local/judge.ts";
import { restoreProfile, storeProfile } from "../../collector/src/local/records.ts";
import { allowEvents, batchesOf, startApplication, type TestApplication, type TestPage } from "./client.ts";
import { hasRecordings, type RecordedPerson, readPeople, simulatePeople } from "./recorded-people.ts";

const PEOPLE = 3;
/** A batch closes at most one window of a kind: the order in which samples are learnt from is then theirs. */
const BATCH = 40;
const who = hasRecordings ? "recorded people" : "SIMULATED people (no recordings on this machine)";
const system = habitus as unknown as System; // safe: a state comes only from its own system
const ID = "habitus@1";

let people: readonly RecordedPerson[];
beforeAll(async () => {
  people = hasRecordings ? await readPeople(PEOPLE) : simulatePeople(PEOPLE);
});

/** One person's day in a tier: what the service came to, step by step. */
interface Day {
  readonly trust: readonly (number | null)[];
  readonly llr: readonly (readonly number[])[];
  readonly reference: string | undefined;
}

let now = 0;
const START = 1_760_000_000_000;

/** Learns, then goes on to somebody's later session; one clock for both tiers. */
async function atService(tier: "features" | "events", person: RecordedPerson, later: RecordedPerson): Promise<Day> {
  now = START;
  const bank = await startApplication({ now: () => now, sessionMs: 1e9 });
  try {
    if (tier === "events") await allowEvents(bank, "ann");
    const page = await bank.open("ann");
    await play(page, [...person.learning], enrolments);
    const { references } = (await bank.call("GET", "/v1/subjects/ann/export")).body;
    const again = await bank.open("ann");
    const path = `/v1/sessions/${again.opened.session}/assessment`;
    const seen: Assessment[] = [];
    await play(again, [...later.later], async () => {
      await enrolments();
      seen.push((await bank.call("GET", path)).body);
    });
    return {
      trust: seen.map(({ trust }) => trust),
      llr: seen.map(({ evidence }) => evidence.map(({ llr }) => llr)),
      reference: references.at(-1)?.payload,
    };
  } finally {
    await bank.service.close();
  }
}

async function play(
  page: TestPage,
  streams: readonly (readonly Event[])[],
  after: () => Promise<unknown>,
): Promise<void> {
  const events = shifted(streams);
  for (const batch of batchesOf(events, { size: BATCH })) {
    now = endOf(events, batch.seq);
    const { status, body } = await page.send(batch);
    if (status !== 202) throw new Error(JSON.stringify(body));
    await after();
  }
}

/** The streams one after the other, a minute apart, from now on: as one page would tell them. */
function shifted(streams: readonly (readonly Event[])[]): Event[] {
  let start = now + 60_000;
  return streams.flatMap((events) => {
    const moved = events.map((event) => ({ ...event, at: Math.round((event.at + start) * 10) / 10 }));
    start = Math.ceil(moved.at(-1)?.at ?? start) + 60_000;
    return moved;
  });
}
const endOf = (events: readonly Event[], seq: number): number =>
  Math.ceil(events[Math.min(events.length, (seq + 1) * BATCH) - 1]?.at ?? now);

/** Enrolments run beside the batches: they are waited for, so that they are made of the same samples everywhere. */
async function enrolments(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await new Promise(setImmediate);
}

/** The same on the device: with the reader that its page has and the judge that it runs, reloaded in between. */
function onDevice(person: RecordedPerson, later: RecordedPerson): Day & { readonly judge: OwnJudge } {
  now = START;
  const reader = findReader("habitus-features@1") as Reader; // the default system has one
  const first = createOwnJudge(system, noProfile(), newSession(system, now));
  const run = (judge: OwnJudge, streams: readonly (readonly Event[])[], after: () => void): void => {
    let state = reader.initial();
    const events = shifted(streams);
    for (let from = 0; from < events.length; from += BATCH) {
      now = endOf(events, from / BATCH);
      const read = reader.read(state, roundEvents(events.slice(from, from + BATCH)), 0.1);
      state = read.state;
      judge.take(read, now);
      after();
    }
  };
  run(first, person.learning, () => undefined);
  const kept = restoreProfile(JSON.parse(JSON.stringify(storeProfile(first.profile, ID))), ID);
  const reference = Buffer.from(kept.reference?.payload ?? []).toString("base64");
  const judge = createOwnJudge(system, kept, newSession(system, now));
  const trust: (number | null)[] = [];
  const llr: number[][] = [];
  run(judge, later.later, () => {
    trust.push(judge.read().trust);
    llr.push(judge.session.evidence.map((one) => one.llr));
  });
  return { judge, trust, llr, reference };
}

describe(`${PEOPLE} ${who}`, () => {
  test("come to the same evidence and trust, to the last bit, whichever tier they agreed to", {
    timeout: 300_000,
  }, async () => {
    let compared = 0;
    for (const [i, person] of people.entries())
      for (const later of [person, people[(i + 1) % people.length] ?? person]) {
        const features = await atService("features", person, later);
        const events = await atService("events", person, later);
        const device = onDevice(person, later);
        expect(features.reference?.length).toBeGreaterThan(100);
        expect(events).toEqual(features);
        expect(device.reference).toBe(features.reference);
        expect(device.trust).toEqual(features.trust);
        expect(device.llr).toEqual(features.llr);
        compared += features.llr.at(-1)?.length ?? 0;
      }
    expect(compared).toBeGreaterThan(4 * PEOPLE);
  });
});

describe("a page that judges by itself", () => {
  let bank: TestApplication;
  let page: TestPage;
  let seq = 0;
  const path = (): string => `/v1/sessions/${page.opened.session}`;
  const assess = async (): Promise<Assessment> => (await bank.call("GET", `${path()}/assessment`)).body;
  const say = async (d: string, { b = "high", k = true, at = now } = {}) => {
    const word = { v: 3, stream: 1, seq, lost: 0, t: at * 10, x: ID, d, b, n: [5, 20], k };
    seq += 1;
    const { status, body } = await page.sendText(JSON.stringify(word));
    if (status !== 202) throw new Error(JSON.stringify(body));
    return assess();
  };
  beforeAll(async () => {
    now = START;
    bank = await startApplication({ now: () => now, sessionMs: 1e9 });
    await bank.call("PUT", "/v1/settings", { tier: "device" });
    page = await bank.open("ben");
  });
  afterAll(() => bank.service.close());

  test("is told so, and may send nothing but its word", async () => {
    expect(page.opened.tier).toBe("device");
    const reader = findReader("habitus-features@1") as Reader; // the default system has one
    const { seen } = reader.read(reader.initial(), [], 1);
    const readings = { v: 2, stream: 9, seq: 0, lost: 0, t: 1, u: 2, x: reader.id, n: [0, 0, 0, 0], g: {}, r: [] };
    expect(seen.events).toBe(0);
    for (const batch of [readings, { v: 1, stream: 9, seq: 0, lost: 0, t: 1, q: 1000, e: [] }])
      expect(await page.sendText(JSON.stringify(batch))).toMatchObject({ status: 403, body: { code: "wrong-tier" } });
  });

  test("has its word taken: decision and band, with the reason that it is the page's", async () => {
    expect(await say("noDecision", { b: "none", k: false })).toMatchObject({
      decision: "noDecision",
      reasons: [{ code: "learning" }, { code: "decidedOnDevice" }],
    });
    const said = await say("continue");
    expect(said).toMatchObject({
      decision: "continue",
      band: "high",
      trust: null,
      reasons: [{ code: "decidedOnDevice" }],
    });
    expect(said.evidence).toEqual([]);
  });

  test("cannot take back a step-up, nor say that one was passed: only the application can", async () => {
    expect(await say("stepUp", { b: "low" })).toMatchObject({ decision: "stepUp" });
    now += 5_000;
    expect(await say("continue")).toMatchObject({ decision: "stepUp" });
    const before = now;
    now += 5_000;
    const passed = await bank.call("POST", `${path()}/outcomes`, { outcome: "stepUpPassed" });
    expect(passed.body.decision).toBe("continue");
    // A word from before the page could know of it does not ask again; a later one does.
    expect(await say("stepUp", { at: before })).toMatchObject({ decision: "continue" });
    now += 5_000;
    expect(await say("stepUp")).toMatchObject({ decision: "stepUp" });
    await bank.call("POST", `${path()}/outcomes`, { outcome: "stepUpPassed" });
  });

  test("that falls silent is no ground for anything: the application's own rules apply", async () => {
    now += 5_000;
    expect(await say("continue")).toMatchObject({ decision: "continue" });
    now += 120_000;
    expect(await assess()).toMatchObject({ decision: "noDecision", band: "none", reasons: [{ code: "deviceSilent" }] });
    expect(await say("continue")).toMatchObject({ decision: "continue" });
  });

  test("leaves nothing of behaviour at the service", async () => {
    const { featureSets, references, phrases, trustTraces } = (await bank.call("GET", "/v1/subjects/ben/export")).body;
    expect({ featureSets, references, phrases, trustTraces }).toEqual({
      ...{ featureSets: [], references: [], phrases: [], trustTraces: [] },
    });
  });

  test("that locks is locked, whatever it says then", async () => {
    expect(await say("lock", { b: "low" })).toMatchObject({ decision: "lock", state: "locked" });
    now += 1_000;
    expect(await say("continue")).toMatchObject({ decision: "lock" });
  });
});

describe("feature sets that nobody's hands made", () => {
  test("are refused or judged, whatever numbers they hold: no fault, no trust from nothing, the session unharmed", async () => {
    now = START;
    const bank = await startApplication({ now: () => now, sessionMs: 1e9 });
    const page = await bank.open("eve");
    const [person] = people;
    if (person === undefined) throw new Error("there are people");
    await play(page, [...person.learning], enrolments);
    const again = await bank.open("eve");
    const path = `/v1/sessions/${again.opened.session}/assessment`;
    const { id } = findReader("habitus-features@1") as Reader; // the default system has one
    const sizes = { window: habitus.extractor.featureNames.length, usage: 36, touch: 27 };
    const wild = fc.oneof(
      fc.float({ noNaN: true, min: -1e9, max: 1e9 }),
      fc.constantFrom(Number.NaN, 0, 1e9, -1e9, 1e-38, 16_777_215),
    );
    let seq = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("window", "usage", "touch" as const),
        fc.array(wild, { minLength: 8, maxLength: 8 }),
        fc.boolean(),
        async (kind, seeds, typing) => {
          now += 5_000;
          const values = Float64Array.from({ length: sizes[kind as keyof typeof sizes] }, (_, i) => seeds[i % 8] ?? 0);
          const s = now - 4_000;
          const f = packValues(values);
          const c = typing ? [50, 0] : [0, 128];
          const one = kind === "window" ? { k: "w", s, e: now, c, f } : { k: "s", m: kind, s, e: now, f };
          const times = { t: s * 10, u: now * 10 };
          const batch = { v: 2, stream: 1, seq, lost: 0, ...times, x: id, n: [200, 50, 128, 0], g: {}, r: [one] };
          const { status, body } = await again.sendText(JSON.stringify(batch));
          expect([202, 400], JSON.stringify(body)).toContain(status);
          if (status === 202) seq += 1;
          const { trust, evidence, decision } = (await bank.call("GET", path)).body;
          if (trust !== null) expect(trust >= 0 && trust <= 1).toBe(true);
          for (const { llr } of evidence) expect(Number.isFinite(llr)).toBe(true);
          expect(decision).toMatch(/noDecision|observe|stepUp|lock|continue/);
        },
      ),
      { numRuns: 150 },
    );
    const { trust, seen } = (await bank.call("GET", path)).body;
    expect(seen.windows).toBeGreaterThan(10);
    expect(trust ?? 0).toBeLessThan(0.9);
    const metrics = (await bank.service.app.inject({ url: "/metrics" })).body;
    expect(metrics).not.toMatch(/habitus_failures_total\{where="advance"\} [1-9]/);
    await bank.service.close();
  });
});
