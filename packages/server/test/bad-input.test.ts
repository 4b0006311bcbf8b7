import { randomBytes } from "node:crypto";
import { encodeBatch, PROBLEMS, type ProblemCode, type WireBatch } from "@habitus/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Answer,
  allowEvents,
  batchesOf,
  seeded,
  startApplication,
  type TestApplication,
  type TestPage,
  typing,
} from "./client.ts";

const HABIT = { holdMs: 90, pauseMs: 180 };
const DAY = 86_400_000;

function expectProblem(answer: Answer, code: ProblemCode): void {
  expect(answer.body).toMatchObject({ code, status: PROBLEMS[code][0], title: PROBLEMS[code][1] });
  expect(answer.status).toBe(PROBLEMS[code][0]);
  expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
  expect(answer.body.requestId).toMatch(/\S/);
  expect(answer.body.type).toBe(`urn:habitus:problem:${code}`);
}

describe("a bad batch", () => {
  let now = 1_760_000_000_000;
  let bank: TestApplication;
  let page: TestPage;
  let batches: WireBatch[];
  let sent = 0;
  beforeAll(async () => {
    bank = await startApplication({ now: () => now, sessionMs: 3 * DAY, tier: "events" });
  });
  afterAll(() => bank.service.close());
  beforeEach(async () => {
    page = await bank.open("alice");
    batches = batchesOf(typing(seeded(5), 500, { at: now - 200_000, habit: HABIT }));
    sent = 0;
  });
  const batch = (i: number): WireBatch => batches[i] as WireBatch; // there are twenty
  const sendNext = async (): Promise<void> => {
    expect(await page.send(batch(sent))).toMatchObject({ status: 202, body: { nextSeq: sent + 1 } });
    sent += 1;
  };
  /** The session is unharmed: what it saw is as before, and the right batch is taken. */
  const expectUnharmed = async (): Promise<void> => {
    const path = `/v1/sessions/${page.opened.session}/assessment`;
    expect((await bank.call("GET", path)).body.seen.events).toBe(50 * sent);
    await sendNext();
    expect((await bank.call("GET", path)).body.seen.events).toBe(50 * sent);
  };

  test("that is no JSON, holds NaN or Infinity, or is empty is malformed", async () => {
    await sendNext();
    const right = JSON.stringify(batch(1));
    const texts = [
      "{",
      "",
      "null",
      "[]",
      "17",
      '"text"',
      right.slice(0, -20),
      right.replace(/"t":\d+/, '"t":NaN'),
      right.replace(/"t":\d+/, '"t":1e999'),
      right.replace(/"seq":1/, '"seq":Infinity'),
      right.replace(/"e":\[\d+/, '"e":[NaN'),
      right.replace(/"e":\[\d+/, '"e":[1e999'),
      right.replace(/"e":\[\d+/, '"e":[null'),
      right.replace(/"e":\[\d+/, '"e":["0"'),
      right.replace(/"e":\[\d+,\d+/, '"e":[0,0.5'),
      right.replace(/"v":1/, '"v":2'),
      right.replace(/"seq":1/, '"seq":-1'),
      right.replace(/"seq":1/, '"seq":1.5'),
      right.replace(/^{/, '{"extra":1,'),
      right.replace(/^{/, '{"__proto__":{"seq":1},'),
      "\u0000\uffff",
    ];
    for (const text of texts) expectProblem(await page.sendText(text), "malformed-batch");
    await expectUnharmed();
  });

  test("whose events are unknown, cut short, out of range or going backwards is malformed, and no value is told", async () => {
    await sendNext();
    const changes: ((e: number[]) => void)[] = [
      (e) => e.splice(0, 1, 99),
      (e) => e.splice(0, 1, -1),
      (e) => e.pop(),
      (e) => e.push(0),
      (e) => e.splice(1, 1, -5),
      (e) => e.splice(1, 1, 864_000_001),
      (e) => e.splice(2, 1, 77_123),
      (e) => e.splice(3, 1, 0.5),
    ];
    for (const change of changes) {
      const e = [...batch(1).e];
      change(e);
      const answer = await page.send({ ...batch(1), e });
      expectProblem(answer, "malformed-batch");
      expect(answer.body.detail).not.toContain("77");
    }
    await expectUnharmed();
  });

  test("that is too large is refused by its size, whatever is in it", async () => {
    await sendNext();
    for (const size of [256 * 1024 + 1, 10 * 1024 * 1024])
      expectProblem(await page.sendText("x".repeat(size)), "batch-too-large");
    await expectUnharmed();
  });

  test("with too many numbers is malformed", async () => {
    expectProblem(await page.send({ ...batch(0), e: new Array(60_001).fill(0) }), "malformed-batch");
    await expectUnharmed();
  });

  test("that leaves a gap is told which batch is missing", async () => {
    await sendNext();
    const answer = await page.send(batch(3));
    expectProblem(answer, "sequence-gap");
    expect(answer.body.expectedSeq).toBe(1);
    await expectUnharmed();
  });

  test("that begins a stream elsewhere than at zero leaves a gap", async () => {
    const answer = await page.send({ ...batch(3), stream: 9 });
    expect(answer.body).toMatchObject({ code: "sequence-gap", expectedSeq: 0 });
    await expectUnharmed();
  });

  test("that was taken already is acknowledged again and not counted again", async () => {
    await sendNext();
    await sendNext();
    for (const i of [0, 1, 0])
      expect(await page.send(batch(i))).toMatchObject({ status: 202, body: { accepted: 0, nextSeq: 2 } });
    await expectUnharmed();
  });

  test("sent many times at once is taken once", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => page.send(batch(0))));
    expect(answers.map(({ status }) => status)).toEqual(new Array(20).fill(202));
    expect(answers.reduce((sum, { body }) => sum + body.accepted, 0)).toBe(50);
    sent = 1;
    await expectUnharmed();
  });

  test("that differs from the one taken under its number is a conflict", async () => {
    await sendNext();
    expectProblem(await page.send({ ...batch(0), lost: 1 }), "sequence-conflict");
    await expectUnharmed();
  });

  test("whose number was taken too long ago to compare is a conflict", async () => {
    batches = batchesOf(typing(seeded(5), 1000, { at: now - 300_000, habit: HABIT }), { size: 20 });
    for (let i = 0; i < 40; i += 1) expect((await page.send(batch(i))).status).toBe(202);
    expectProblem(await page.send(batch(2)), "sequence-conflict");
    expect((await page.send(batch(40))).status).toBe(202);
  });

  test("from the past or the future is time travel", async () => {
    await sendNext();
    const shifted = (ms: number, stream = 1): WireBatch => ({ ...batch(1), stream, t: batch(1).t + ms * 10 });
    for (const ms of [3_600_000, 700_000, DAY, 1e12]) expectProblem(await page.send(shifted(ms)), "time-travel");
    for (const ms of [-60_000, -DAY]) expectProblem(await page.send(shifted(ms)), "time-travel");
    expectProblem(await page.send({ ...shifted(-DAY, 2), seq: 0 }), "time-travel");
    expectProblem(await page.send({ ...shifted(DAY, 2), seq: 0 }), "time-travel");
    await expectUnharmed();
  });

  test("is not one because the page's clock is wrong, or because it comes an hour late", async () => {
    const wrong = batches.map((one) => ({ ...one, t: one.t - 400 * DAY * 10 }));
    for (const one of wrong.slice(0, 3)) expect((await page.send(one)).status).toBe(202);
    now += 3_600_000;
    expect((await page.send(wrong[3] as WireBatch)).status).toBe(202);
  });

  test("with a wrong MAC, none, or another session's is refused", async () => {
    await sendNext();
    const other = await bank.open("bob");
    const json = JSON.stringify(batch(1));
    expectProblem(await page.send(batch(1), { mac: "0".repeat(64) }), "wrong-mac");
    for (const mac of ["", "zz", "é", randomBytes(32).toString("hex").toUpperCase()])
      expectProblem(await page.send(batch(1), { mac }), "wrong-mac");
    expectProblem(await page.sendText(`${json} `, { mac: await macOf(page, json) }), "wrong-mac");
    expectProblem(await page.sendText(json, { mac: await macOf(other, json) }), "wrong-mac");
    await expectUnharmed();
  });

  test("with no token, a forged, another session's or an expired one has a code each", async () => {
    await sendNext();
    const other = await bank.open("bob");
    expectProblem(await page.send(batch(1), { headers: { authorization: "" } }), "missing-credentials");
    expectProblem(await page.send(batch(1), { headers: { authorization: "Basic eDp5" } }), "missing-credentials");
    expectProblem(await page.send(batch(1), { token: `${page.opened.collectorToken}x` }), "invalid-token");
    expectProblem(await page.send(batch(1), { token: "x" }), "invalid-token");
    expectProblem(await page.send(batch(1), { token: other.opened.collectorToken }), "forbidden");
    await expectUnharmed();
    const before = now;
    now = page.opened.expiresAt;
    expectProblem(await page.send(batch(sent)), "expired-token");
    now = before;
    await expectUnharmed();
  });

  test("of another content type is refused", async () => {
    for (const type of ["application/xml", "multipart/form-data", "application/octet-stream"])
      expectProblem(await page.send(batch(0), { headers: { "content-type": type } }), "unsupported-media-type");
    await expectUnharmed();
  });

  test("without consent is refused, before and after", async () => {
    await bank.call("PUT", "/v1/subjects/carol/consent", { granted: true, textVersion: "1" });
    const { body } = await bank.call("POST", "/v1/sessions", { subject: "nobody" });
    expect(body.consent).toBe(false);
    await sendNext();
    await bank.call("PUT", "/v1/subjects/alice/consent", { granted: false, textVersion: "1" });
    expectProblem(await page.send(batch(1)), "no-consent");
    await allowEvents(bank, "alice");
    expect(await page.send(batch(1))).toMatchObject({ status: 202, body: { accepted: 50 } });
    const path = `/v1/sessions/${page.opened.session}/assessment`;
    expect((await bank.call("GET", path)).body.seen.events).toBe(50); // of before nothing is known any more
  });

  test("of a tier that is not covered is refused: events without a consent to research, what was decided in the page unasked", async () => {
    await sendNext();
    const { stream, t } = batch(1);
    const assertion = {
      v: 3,
      stream,
      seq: 1,
      lost: 0,
      t,
      x: "habitus@1",
      d: "continue",
      b: "high",
      n: [9, 9],
      k: true,
    };
    expectProblem(await page.sendText(JSON.stringify(assertion)), "wrong-tier");
    const research = { purpose: "research", tier: "events", textVersion: "1" };
    await bank.call("PUT", "/v1/subjects/alice/consent", { ...research, granted: false });
    expectProblem(await page.send(batch(1)), "wrong-tier");
    await bank.call("PUT", "/v1/subjects/alice/consent", { ...research, granted: true });
    await expectUnharmed();
  });

  test("after the session ended is refused", async () => {
    await sendNext();
    const ended = await bank.call("POST", `/v1/sessions/${page.opened.session}/outcomes`, { outcome: "ended" });
    expect(ended).toMatchObject({ status: 200, body: { state: "ended", seen: { events: 50 } } });
    expectProblem(await page.send(batch(1)), "session-closed");
  });

  test("without events is none: it is taken, and fixes no clock", async () => {
    const empty = encodeBatch({ stream: 1, seq: 0, quantumMs: 1, lost: 7, events: [] });
    expect(await page.send(empty)).toMatchObject({ status: 202, body: { accepted: 0, nextSeq: 1 } });
    expect(await page.send({ ...batch(1) })).toMatchObject({ status: 202, body: { accepted: 50, nextSeq: 2 } });
    const { body } = await bank.call("GET", `/v1/sessions/${page.opened.session}/assessment`);
    expect(body.seen).toMatchObject({ events: 50, lost: 7 });
  });
});

async function macOf({ opened }: TestPage, json: string): Promise<string> {
  const { fromBase64Url, signBatch } = await import("@habitus/wire");
  return signBatch(fromBase64Url(opened.channelKey), opened.session, json);
}

describe("a bad request", () => {
  let bank: TestApplication;
  beforeAll(async () => {
    bank = await startApplication({ tier: "events" });
  });
  afterAll(() => bank.service.close());

  test("of an unknown subject, session or address has a code each", async () => {
    const unknown: ["GET" | "POST" | "DELETE", string, ProblemCode][] = [
      ["GET", "/v1/subjects/nobody", "unknown-subject"],
      ["GET", "/v1/subjects/nobody/export", "unknown-subject"],
      ["POST", "/v1/subjects/nobody/enrolment", "unknown-subject"],
      ["DELETE", "/v1/subjects/nobody", "unknown-subject"],
      ["GET", "/v1/sessions/AAAAAAAAAAAAAAAAAAAAAA/assessment", "unknown-session"],
      ["GET", "/v1/sessions/AAAAAAAAAAAAAAAAAAAAAA/events", "unknown-session"],
      ["GET", "/v1/nothing", "not-found"],
      ["GET", "/", "not-found"],
    ];
    for (const [method, path, code] of unknown) expectProblem(await bank.call(method, path), code);
    expectProblem(
      await bank.call("POST", "/v1/sessions/AAAAAAAAAAAAAAAAAAAAAA/outcomes", { outcome: "ended" }),
      "unknown-session",
    );
  });

  test("of a wrong form names the place and not the value", async () => {
    const wrong: ["POST" | "PUT" | "GET", string, unknown][] = [
      ["POST", "/v1/sessions", {}],
      ["POST", "/v1/sessions", { subject: "secret name" }],
      ["POST", "/v1/sessions", { subject: "x".repeat(129) }],
      ["POST", "/v1/sessions", { subject: "a", context: { country: "secret" } }],
      ["POST", "/v1/sessions", { subject: "a", more: "secret" }],
      ["POST", "/v1/sessions", ["secret"]],
      ["PUT", "/v1/subjects/alice/consent", { granted: "secret", textVersion: "1" }],
      ["PUT", "/v1/subjects/alice/consent", { granted: true }],
      ["PUT", "/v1/subjects/al%20ice/consent", { granted: true, textVersion: "1" }],
      ["GET", "/v1/audit?after=secret", undefined],
      ["GET", "/v1/audit?after=-1", undefined],
    ];
    for (const [method, path, body] of wrong) {
      const answer = await bank.call(method, path, body);
      expectProblem(answer, "malformed-request");
      expect(answer.body.detail).not.toContain("secret");
    }
    for (const url of ["/v1/subjects/%E0%A4%A", "/%"]) expectProblem(await bank.call("GET", url), "malformed-request");
  });

  test("without a key, with an unknown one, or with one that lacks the scope has a code each", async () => {
    const { app, apiKeys } = bank.service;
    const ask = async (authorization: string | undefined, method: "GET" | "POST" = "GET"): Promise<Answer> => {
      const payload = method === "POST" ? { payload: { subject: "a" } } : {};
      const headers = authorization === undefined ? {} : { authorization };
      const answer = await app.inject({ method, url: "/v1/sessions", headers, ...payload });
      return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
    };
    expectProblem(await ask(undefined), "missing-credentials");
    expectProblem(await ask("Bearer habitus_wrong"), "invalid-api-key");
    expectProblem(await ask("Bearer "), "missing-credentials");
    const auditor = await apiKeys.add("bank", { scopes: ["audit"] });
    expectProblem(await ask(`Bearer ${auditor}`), "forbidden");
    expectProblem(await ask(`Bearer ${auditor}`, "POST"), "forbidden");
  });

  test("for an enrolment with too few samples says how many are missing", async () => {
    await bank.open("dora");
    const answer = await bank.call("POST", "/v1/subjects/dora/enrolment");
    expectProblem(answer, "too-few-samples");
    expect(answer.body.missing).toBeGreaterThan(0);
  });

  test("more often than allowed is told to slow down", async () => {
    const slow = await startApplication({ requestsPerMinute: 5 });
    const answers: number[] = [];
    for (let i = 0; i < 8; i += 1) answers.push((await slow.call("GET", "/v1/sessions")).status);
    expect(answers).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    expectProblem(await slow.call("GET", "/v1/sessions"), "rate-limited");
    await slow.service.close();
  });
});
