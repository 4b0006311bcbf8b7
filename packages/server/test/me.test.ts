import { baseline } from "@habitus/core";
import { OWN_TEXT_VERSION } from "@habitus/wire";
import { EXPORT_SECTIONS, subjectExport } from "@habitus/wire/schemas";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPageTokens } from "../src/keys/page-token.ts";
import { connect } from "../src/storage/sqlite/connection.ts";
import { SUBJECT_TABLES } from "../src/storage/sqlite/subject-tables.ts";
import { batchesOf, type Json, joinService, seeded, startApplication, type TestApplication, typing } from "./client.ts";
import { startScripted } from "./scripted.ts";

const MINUTE_MS = 60_000;
const HABIT = { holdMs: 90, pauseMs: 180 };

type Method = "GET" | "POST" | "PUT" | "DELETE";
async function askAs(
  bank: TestApplication,
  token: string | undefined,
  [method, path, body]: readonly [Method, string, unknown?],
) {
  const answer = await bank.service.app.inject({
    method,
    url: `/v1/me${path}`,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  return { status: answer.statusCode, body: (answer.body === "" ? undefined : JSON.parse(answer.body)) as Json };
}
async function linkOf(bank: TestApplication, subject: string, body: object = {}) {
  const { status, body: link } = await bank.call("POST", `/v1/subjects/${subject}/page`, body);
  expect(status).toBe(201);
  return link as { url: string; token: string; expiresAt: number; endsAt: number };
}

const QUESTIONS: readonly (readonly [Method, string, unknown?])[] = [
  ["GET", ""],
  ["POST", "/token"],
  ["PUT", "/consent", { purpose: "research", granted: true, textVersion: OWN_TEXT_VERSION }],
  ["PUT", "/pause", { minutes: 60 }],
  ["DELETE", "/pause"],
  ["PUT", "/accommodation", { withdrawn: ["pointer"], widenNats: 0.5 }],
  ["GET", "/export"],
  ["POST", "/erasure", { confirm: "erase" }],
];

describe("the subject's own page", () => {
  let now = 1_760_000_000_000;
  let bank: TestApplication;
  beforeAll(async () => {
    bank = await startApplication({ now: () => now, unsealed: "accept" });
    for (const subject of ["alice", "bob"]) await bank.open(subject);
  });
  afterAll(() => bank.service.close());

  test("opens with a link that only the application's server can ask for, and that has its token where no server logs it", async () => {
    const { url, token } = await linkOf(bank, "alice", { returnTo: "https://bank.example/account" });
    expect(new URL(url)).toMatchObject({ pathname: "/me/", search: "", hash: `#${token}` });
    const { body } = await askAs(bank, token, ["GET", ""]);
    expect(body).toMatchObject({ subject: "alice", application: "bank", returnTo: "https://bank.example/account" });
    expect((await bank.call("POST", "/v1/subjects/nobody/page", {})).body.code).toBe("unknown-subject");
    for (const returnTo of ["javascript:alert(1)", "data:text/html,x", "//evil", "file:///etc/passwd"])
      expect((await bank.call("POST", "/v1/subjects/alice/page", { returnTo })).status, returnTo).toBe(400);
  });

  test.each(QUESTIONS.map((question) => ({ question, name: question.slice(0, 2).join(" /v1/me") })))(
    "$name is refused without a token, with an API key, a collector's token, a forged or another's one",
    async ({ question }) => {
      const page = await bank.open("carol");
      const { token } = await linkOf(bank, "carol");
      const [prefix = "", body = "", mac = ""] = token.split(".");
      const claim = JSON.parse(Buffer.from(body, "base64url").toString());
      const forged = Buffer.from(JSON.stringify({ ...claim, subject: "alice" })).toString("base64url");
      const flipped = `${mac.slice(0, -2)}${mac.endsWith("AA") ? "BB" : "AA"}`;
      const others = createPageTokens(new Uint8Array(32)).issue(claim);
      const bad = [
        bank.apiKey,
        page.opened.collectorToken,
        `${prefix}.${forged}.${mac}`,
        `${prefix}.${body}.${flipped}`,
      ];
      for (const one of [
        undefined,
        "x",
        "hbp1..",
        `${token}.x`,
        `hbt1.${body}.${mac}`,
        others,
        ...bad,
        "y".repeat(5000),
      ])
        expect((await askAs(bank, one, question)).status, String(one).slice(0, 30)).toBe(401);
      expect((await bank.call("GET", "/v1/subjects/alice")).status, "nobody was erased").toBe(200);
    },
  );

  test("cannot be guessed: who tries is refused after some attempts, whoever has the right token is not", async () => {
    const guarded = await startApplication({ failuresAllowed: 5 });
    await guarded.open("alice");
    const { token } = await linkOf(guarded, "alice");
    const body = token.split(".")[1];
    const guess = (n: number) =>
      askAs(guarded, `hbp1.${body}.${Buffer.from(`guess ${n}`).toString("base64url")}`, ["GET", ""]);
    const statuses: number[] = [];
    for (let n = 0; n < 8; n += 1) statuses.push((await guess(n)).status);
    expect(statuses.at(0)).toBe(401);
    expect(statuses.at(-1)).toBe(429);
    expect((await askAs(guarded, token, ["GET", ""])).status).toBe(200);
    await guarded.service.close();
  });

  test("is open for fifteen minutes, longer while it is used, and never longer than an hour", async () => {
    const opened = now;
    let { token } = await linkOf(bank, "alice");
    now += 15 * MINUTE_MS - 1;
    expect((await askAs(bank, token, ["GET", ""])).status).toBe(200);
    const stale = token;
    for (let i = 0; i < 10; i += 1) {
      const renewed = await askAs(bank, token, ["POST", "/token"]);
      if (renewed.status !== 200) break;
      token = renewed.body.token;
      expect(renewed.body.endsAt).toBe(opened + 60 * MINUTE_MS);
      expect(renewed.body.expiresAt).toBeLessThanOrEqual(opened + 60 * MINUTE_MS);
      now += 10 * MINUTE_MS;
    }
    expect(now - opened).toBeGreaterThanOrEqual(60 * MINUTE_MS - 1);
    for (const over of [stale, token]) expect((await askAs(bank, over, ["GET", ""])).body.code).toBe("page-over");
  });

  test("is of one life of a subject: after an erasure the old link opens nothing of whoever has the same id", async () => {
    await bank.open("dora");
    const { token } = await linkOf(bank, "dora");
    expect((await askAs(bank, token, ["POST", "/erasure", {}])).status, "unconfirmed").toBe(400);
    expect((await askAs(bank, token, ["POST", "/erasure", { confirm: "erase" }])).status).toBe(204);
    expect((await bank.call("GET", "/v1/subjects/dora")).status).toBe(404);
    now += 1;
    await bank.open("dora");
    for (const question of QUESTIONS) expect((await askAs(bank, token, question)).body.code).toBe("page-over");
    expect((await bank.call("GET", "/v1/subjects/dora")).status).toBe(200);
  });

  test("shows and changes its own subject and tenant alone, and everything it does is audited as the subject's", async () => {
    const shop = await joinService(bank.service, "shop");
    await shop.open("alice");
    const before = (await shop.call("GET", "/v1/subjects/alice/export")).body;
    const { token } = await linkOf(bank, "alice");
    for (const question of QUESTIONS.slice(0, -1)) expect((await askAs(bank, token, question)).status).toBe(200);
    const after = (await shop.call("GET", "/v1/subjects/alice/export")).body;
    for (const part of ["consents", "pauses", "accommodations"]) expect(after[part]).toEqual(before[part]);
    expect((await bank.call("GET", "/v1/subjects/bob")).body).toMatchObject({ pause: null, accommodation: null });
    const { entries } = (await bank.call("GET", "/v1/audit")).body;
    const own = entries.filter(({ actor, subject }: Json) => actor === "subject" && subject === "alice");
    expect(new Set(own.map(({ action }: Json) => action))).toEqual(
      new Set(["consent.granted", "subject.paused", "subject.resumed", "subject.accommodated", "subject.exported"]),
    );
  });

  test("records agreement to the text that is shown now, and to no other; taking it back needs none", async () => {
    await bank.open("gina");
    const { token } = await linkOf(bank, "gina");
    const say = (granted: boolean, textVersion: string) =>
      askAs(bank, token, ["PUT", "/consent", { purpose: "population", granted, textVersion }]);
    expect((await say(true, "made-up")).body.code).toBe("text-changed");
    expect((await say(true, OWN_TEXT_VERSION)).status).toBe(200);
    await bank.call("PUT", "/v1/settings", { consentTexts: { population: { version: "2026-4", text: "May we?" } } });
    expect((await say(true, OWN_TEXT_VERSION)).body.code).toBe("text-changed");
    expect((await say(false, "whatever")).status).toBe(200);
    const { body } = await say(true, "2026-4");
    expect(body.consents.find(({ purpose }: Json) => purpose === "population")).toMatchObject({
      granted: true,
      textVersion: "2026-4",
      text: { version: "2026-4", text: "May we?" },
    });
  });

  test("leaves alone what the application does differently for the subject", async () => {
    await bank.open("erin");
    await bank.call("PUT", "/v1/subjects/erin/accommodation", { without: ["keystroke"], widenNats: 2 });
    const { token } = await linkOf(bank, "erin");
    const { body } = await askAs(bank, token, ["PUT", "/accommodation", { withdrawn: ["touch"], widenNats: 1 }]);
    expect(body.accommodation).toMatchObject({
      without: ["keystroke"],
      withdrawn: ["touch"],
      widenNats: 1,
      actor: "subject",
    });
    expect((await askAs(bank, token, ["PUT", "/accommodation", { withdrawn: [], widenNats: 2 }])).status).toBe(400);
  });

  test("tells who looked: an operator's look at the person is on it", async () => {
    await bank.open("fred");
    const { token } = await linkOf(bank, "fred");
    const { body } = await askAs(bank, token, ["GET", ""]);
    expect(body.views.map(({ action }: Json) => action)).toContain("page.linked");
    expect(body.held.map(({ kind }: Json) => kind)).toEqual(["sessions", "consents"]);
    expect(body.held.every(({ count }: Json) => count === 1)).toBe(true);
  });
});

describe("a pause", () => {
  test("stops capture and comparison until its time is over, and says so to the application; a window never spans it", async () => {
    const { bank, clock, look, sit } = await startScripted({ config: { unsealed: "accept" } });
    await bank.call("PUT", "/v1/settings", { tier: "events" });
    await bank.call("PUT", "/v1/subjects/alice/consent", {
      granted: true,
      textVersion: "1",
      purpose: "research",
      tier: "events",
    });
    const typist = await sit("alice");
    expect((await look(typist, [0.9, 0.9, 0.9])).decision).toBe("continue");
    const { token } = await linkOf(bank, "alice");
    expect((await askAs(bank, token, ["PUT", "/pause", { minutes: 60 }])).body.pause).toEqual({
      since: clock.now,
      until: clock.now + 60 * MINUTE_MS,
    });
    const assessment = async () => (await bank.call("GET", `${typist.path}/assessment`)).body;
    expect(await assessment()).toMatchObject({ decision: "noDecision", reasons: [{ code: "paused" }] });
    expect((await bank.call("POST", "/v1/sessions", { subject: "alice" })).body.consent).toBe(false);
    await expect(look(typist, [0.9])).rejects.toThrow("no-consent");
    typist.seq -= 1;
    clock.now += 60 * MINUTE_MS;
    expect((await assessment()).reasons).not.toMatchObject([{ code: "paused" }]);
    expect((await look(typist, [0.9])).decision).toBe("continue");
    await bank.service.close();
  });

  test("gets nobody rid of a doubt: trust is where it was, a step-up goes on standing and a lock stays locked", async () => {
    const { bank, look, sit } = await startScripted({ config: { unsealed: "accept" } });
    await bank.call("PUT", "/v1/settings", { tier: "events" });
    await bank.call("PUT", "/v1/subjects/alice/consent", {
      granted: true,
      textVersion: "1",
      purpose: "research",
      tier: "events",
    });
    const typist = await sit("alice");
    const low = await look(typist, [0.9, 0.9, 0.9, 0.62]);
    expect(low.decision).toBe("observe");
    const { token } = await linkOf(bank, "alice");
    const pause = () => askAs(bank, token, ["PUT", "/pause", { minutes: null }]);
    const resume = () => askAs(bank, token, ["DELETE", "/pause"]);
    const assessment = async () => (await bank.call("GET", `${typist.path}/assessment`)).body;
    await pause();
    await resume();
    expect(await assessment()).toMatchObject({ trust: low.trust });
    let seen = await assessment();
    for (let i = 0; i < 5 && seen.decision !== "stepUp"; i += 1) seen = await look(typist, [0.15]);
    await pause();
    expect((await assessment()).decision).toBe("stepUp");
    await bank.call("POST", `${typist.path}/outcomes`, { outcome: "stepUpFailed" });
    await resume();
    await pause();
    expect(await assessment()).toMatchObject({ decision: "lock", state: "locked" });
    await bank.service.close();
  });
});

describe("the export", () => {
  test("has a part for every table that names a subject or a session of theirs, found by walking the schema", async () => {
    const connection = connect(":memory:");
    const names = connection.driver.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all([]) as {
      name: string;
    }[];
    const naming = names
      .map(({ name }) => name)
      .filter((name) => {
        const columns = connection.driver.prepare(`PRAGMA table_info("${name}")`).all([]) as { name: string }[];
        return columns.some((column) => column.name === "subject" || column.name === "session");
      });
    connection.driver.close();
    expect(naming.length).toBeGreaterThan(12);
    expect(naming.sort()).toEqual(Object.keys(PARTS).sort());
    const parts = Object.values(PARTS).filter((part) => part !== undefined);
    for (const part of parts) expect(Object.keys(subjectExport.shape)).toContain(part);
    expect(Object.keys(EXPORT_SECTIONS).sort(), "each is explained").toEqual([...new Set(parts)].sort());
    expect(Object.keys(SUBJECT_TABLES).sort(), "each is erased").toEqual(
      naming.filter((name) => !["audit", "snapshots"].includes(name)).sort(),
    );
  });

  test("of somebody of whom everything is kept has something in every part", async () => {
    const bank = await startApplication({ system: baseline as never, unsealed: "accept" });
    const name = "alice";
    await bank.call("PUT", "/v1/settings", { tier: "events" });
    await bank.call("PUT", `/v1/subjects/${name}/consent`, {
      granted: true,
      textVersion: "1",
      purpose: "research",
      tier: "events",
    });
    const page = await bank.open(name);
    const path = `/v1/sessions/${page.opened.session}`;
    const events = typing(seeded(4), 900, { at: Date.now() - 400_000, habit: HABIT });
    for (const batch of batchesOf(events)) await page.send(batch);
    await bank.call("POST", `/v1/subjects/${name}/enrolment`);
    await bank.call("POST", `${path}/outcomes`, { outcome: "stepUpPassed" });
    await bank.call("POST", `${path}/outcomes`, { outcome: "ended" });
    const { token } = await linkOf(bank, name);
    await askAs(bank, token, ["PUT", "/pause", { minutes: 5 }]);
    await askAs(bank, token, ["PUT", "/accommodation", { withdrawn: ["touch"], widenNats: 0 }]);
    const { body: exported } = await askAs(bank, token, ["GET", "/export"]);
    expect(subjectExport.parse(exported)).toMatchObject({
      format: "habitus-subject-export",
      version: 1,
      subject: name,
    });
    const empty = Object.keys(EXPORT_SECTIONS).filter((part) => {
      const value = exported[part];
      return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
    });
    expect(empty, "no phrase was typed, nothing is being erased").toEqual(["erasureDueAt", "phrases"]);
    await bank.service.close();
  });
});

/** Where each table's rows are in the export; undefined: not of use to anybody but the service. */
const PARTS: Readonly<Record<string, keyof typeof EXPORT_SECTIONS | undefined>> = {
  accommodations: "accommodations",
  audit: "audit",
  consents: "consents",
  decisions: "decisions",
  kept_events: "events",
  erasures: "erasureDueAt",
  outcomes: "outcomes",
  pauses: "pauses",
  phrases: "phrases",
  references: "references",
  samples: "featureSets",
  score_histories: "scoreHistory",
  sessions: "sessions",
  snapshots: "sessionStates",
  subject_keys: undefined, // the wrapped data key: it opens nothing without the service's own key
  subjects: "since",
  trust_traces: "trustTraces",
};
