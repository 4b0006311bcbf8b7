import { DEFAULT_SCOPES, OPERATOR_ROLES, SCOPES } from "@habitus/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACCESS } from "../src/api/access.ts";
import { type Answer, startApplication, type TestApplication } from "./client.ts";
import { readLog } from "./read-log.ts";
import { askAs, type Method, signIn } from "./signed-in.ts";

const DAY = 86_400_000;
let now = Date.UTC(2026, 2, 1);
let bank: TestApplication;
beforeAll(async () => {
  bank = await startApplication({ now: () => now });
  await bank.open("alice");
});
afterAll(() => bank.service.close());

/** Every route that the table names, with an address of something that is not there. */
const ROUTES = Object.entries(ACCESS).map(([key, access]) => {
  const [method = "GET", route = ""] = key.split(" ");
  return { key, access, method: method as Method, url: route.replace(/:[a-z]+/g, "nobody") }; // the table's methods are these
});
const bodyOf = (method: Method): { body?: unknown } => (method === "GET" || method === "DELETE" ? {} : { body: {} });
const isRefused = ({ status, body }: Answer): boolean => status === 403 && body.code === "forbidden";

async function withKey(apiKey: string, method: Method, url: string): Promise<Answer> {
  const { body } = bodyOf(method);
  const answer = await bank.service.app.inject({
    ...{ method, url, headers: { authorization: `Bearer ${apiKey}` } },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  return { status: answer.statusCode, body: JSON.parse(answer.body || "null"), headers: answer.headers };
}

describe("the table of who may ask", () => {
  test.each(OPERATOR_ROLES)("lets a %s do what the role is for, on every route, and nothing else", async (role) => {
    const { ask } = await signIn(bank.service, { role });
    for (const { key, access, method, url } of ROUTES) {
      if (access.who !== "application" || url.endsWith("/events")) continue;
      const { from } = access;
      const may = from !== undefined && OPERATOR_ROLES.indexOf(role) >= OPERATOR_ROLES.indexOf(from);
      const answer = await ask(method, url, bodyOf(method));
      expect([key, isRefused(answer)], `${role}: ${JSON.stringify(answer.body)}`).toEqual([key, !may]);
      if (may) expect([200, 201, 204, 400, 404, 415, 422], key).toContain(answer.status);
    }
  });

  test.each(SCOPES)("lets a key with the scope `%s` alone ask for its own routes alone", async (scope) => {
    const apiKey = await bank.service.apiKeys.add("bank", { scopes: [scope] });
    for (const { key, access, method, url } of ROUTES) {
      if (url.endsWith("/events") || url.endsWith("/batches")) continue;
      if (access.who === "operator") expect(isRefused(await withKey(apiKey, method, url)), key).toBe(true);
      if (access.who !== "application") continue;
      const answer = await withKey(apiKey, method, url);
      const lacks = isRefused(answer) && answer.body.detail.includes("lacks the scope");
      expect([key, lacks], JSON.stringify(answer.body)).toEqual([key, access.scope !== scope]);
    }
  });

  test("nothing but what is for anybody is answered without credentials", async () => {
    for (const { key, access, method, url } of ROUTES) {
      if (access.who === "anybody") continue;
      const { statusCode } = await bank.service.app.inject({ method, url });
      expect([401, 403, 400, 415], key).toContain(statusCode);
    }
  });

  test("an application's key is given no right to make keys or operators unless somebody says so", async () => {
    expect(DEFAULT_SCOPES).not.toContain("keys");
    expect(DEFAULT_SCOPES).not.toContain("operators");
    expect(isRefused(await withKey(bank.apiKey, "GET", "/v1/api-keys"))).toBe(true);
    expect(isRefused(await withKey(bank.apiKey, "GET", "/v1/operators"))).toBe(true);
  });
});

test("an application cannot say that an operator, the host or the service did something", async () => {
  const change = (actor: string) => bank.call("PUT", "/v1/policies/named", { role: "off", preset: "strict", actor });
  for (const actor of ["operator:anna", " Operator:anna", "host", "habitus", "unknown"])
    expect((await change(actor)).status, actor).toBe(400);
  for (const actor of ["application", "anna", "our operator: anna"])
    expect((await change(actor)).status, actor).toBe(200);
  const said = (await readLog(bank.service)).filter(
    ({ action, detail }) => action === "policy.saved" && detail.id === "named",
  );
  expect(said.map(({ actor }) => actor)).toEqual(["application", "anna", "our operator: anna"]);
});

describe("API keys", () => {
  const call = async (apiKey: string, method: Method, url: string, body?: object) => {
    const headers = { authorization: `Bearer ${apiKey}` };
    const answer = await bank.service.app.inject({
      method,
      url,
      headers,
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: answer.statusCode, body: JSON.parse(answer.body || "null") };
  };

  test("are rotated without a gap: both are taken for the overlap, then the new one alone; the day of use is kept", async () => {
    const admin = await bank.service.apiKeys.add("bank", { scopes: SCOPES });
    const made = await call(admin, "POST", "/v1/api-keys", { label: "till", scopes: ["sessions"], expiresInDays: 30 });
    const old: string = made.body.apiKey;
    expect(made.body.key.prefix).toBe(old.slice(0, made.body.key.prefix.length));
    const { id } = made.body.key;
    const rotated = await call(admin, "POST", `/v1/api-keys/${id}/rotation`, { overlapHours: 2 });
    const next: string = rotated.body.apiKey;
    const statuses = async () => [
      (await call(old, "GET", "/v1/sessions")).status,
      (await call(next, "GET", "/v1/sessions")).status,
    ];
    expect(await statuses()).toEqual([200, 200]);
    now += 2 * 3_600_000;
    expect(await statuses()).toEqual([401, 200]);
    expect((await call(old, "GET", "/v1/sessions")).body.code).toBe("expired-api-key");
    const { keys } = (await call(admin, "GET", "/v1/api-keys")).body;
    const listed = keys.find((key: { id: string }) => key.id === rotated.body.key.id);
    expect(listed).toMatchObject({ label: "till", scopes: ["sessions"], usedOn: "2026-03-01" });
    expect(JSON.stringify(keys)).not.toContain(next.slice(14));
    now += 30 * DAY;
    expect((await call(next, "GET", "/v1/sessions")).status, "the next one ends too").toBe(401);
  });

  test("are ended at once", async () => {
    const admin = await bank.service.apiKeys.add("bank", { scopes: SCOPES });
    const { apiKey, key } = (await call(admin, "POST", "/v1/api-keys", {})).body;
    expect((await call(apiKey, "GET", "/v1/sessions")).status).toBe(200);
    expect((await call(admin, "DELETE", `/v1/api-keys/${key.id}`)).status).toBe(204);
    expect((await call(apiKey, "GET", "/v1/sessions")).body.code).toBe("invalid-api-key");
    expect((await call(admin, "DELETE", `/v1/api-keys/${key.id}`)).body.code).toBe("unknown-api-key");
  });

  test("make no key that may do more than themselves", async () => {
    const maker = await bank.service.apiKeys.add("bank", { scopes: ["keys", "audit"] });
    expect((await call(maker, "POST", "/v1/api-keys", { scopes: ["operators"] })).status).toBe(403);
    expect((await call(maker, "POST", "/v1/api-keys", { scopes: ["audit"] })).status).toBe(201);
    expect((await call(maker, "POST", "/v1/api-keys", {})).status, "without a list it would be the usual ones").toBe(
      403,
    );
    const strong = await bank.service.administer("bank");
    const { key } = await strong.apiKeys.add({ scopes: [...SCOPES] });
    expect((await call(maker, "POST", `/v1/api-keys/${key.id}/rotation`, {})).status).toBe(403);
  });
});

describe("an operator's sign-in", () => {
  test("ends after an hour without a request, and after twelve hours however much it is used", async () => {
    const idle = await signIn(bank.service, { role: "viewer" });
    now += 59 * 60_000;
    expect((await idle.ask("GET", "/v1/operator")).status).toBe(200);
    now += 61 * 60_000;
    const over = await idle.ask("GET", "/v1/operator");
    expect(over.body.code).toBe("signed-out");
    expect(String(over.headers["set-cookie"]), "the browser is told to forget it").toContain("Max-Age=0");
    const busy = await signIn(bank.service, { role: "viewer" });
    const statuses = new Set<number>();
    for (let minutes = 0; minutes < 12 * 60; minutes += 30) {
      statuses.add((await busy.ask("GET", "/v1/operator")).status);
      now += 30 * 60_000;
    }
    expect([...statuses]).toEqual([200]);
    expect((await busy.ask("GET", "/v1/operator")).status).toBe(401);
  });

  test("is in a cookie that no script reads and no other site sends; over TLS the browser takes it from this host alone", async () => {
    const { setCookie } = await signIn(bank.service, { role: "viewer" });
    expect(setCookie).toMatch(/^habitus-operator=[\w-]{43}; Path=\/v1; HttpOnly; SameSite=Strict$/);
    const secure = await startApplication({ publicUrl: new URL("https://habitus.example") });
    const { token } = await secure.service.operators.link({ application: "bank", name: "a", role: "viewer" });
    const headers = { host: "internal:4400", origin: "https://habitus.example" };
    const entered = await askAs(secure.service, "")("POST", "/v1/operator/link", { body: { token }, headers });
    const token2 = String(entered.headers["set-cookie"]).split(";")[0]?.split("=")[1];
    const planted = await askAs(secure.service, `habitus-operator=${token2}`)("GET", "/v1/operator", { headers });
    expect(planted.status, "a cookie that a neighbouring host could have set").toBe(401);
    expect(
      (await askAs(secure.service, `__Host-habitus-operator=${token2}`)("GET", "/v1/operator", { headers })).status,
    ).toBe(200);
    expect(entered.headers["set-cookie"]).toMatch(
      /^__Host-habitus-operator=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    await secure.service.close();
  });

  test("is made by a link that is good once and for its time; of twenty who use it at once one gets in", async () => {
    const enter = async (token: string) =>
      (await askAs(bank.service, "")("POST", "/v1/operator/link", { body: { token } })).status;
    const link = () => bank.service.operators.link({ application: "bank", name: "many", role: "viewer" });
    const { token } = await link();
    const statuses = await Promise.all(Array.from({ length: 20 }, () => enter(token)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    const late = await link();
    now += 3_600_001;
    expect(await enter(late.token)).toBe(401);
    const first = await link();
    await link();
    expect(await enter(first.token), "a newer link ends the one before").toBe(401);
  });

  test("tokens, cookies and keys of one kind are none of another", async () => {
    const { token } = await bank.service.operators.link({ application: "bank", name: "kinds", role: "admin" });
    const { cookie } = await signIn(bank.service, { role: "admin", name: "kinds2" });
    const value = cookie.split("=")[1] ?? "";
    const page = await bank.open("bob");
    const bearers = [token, value, page.opened.collectorToken, page.opened.channelKey];
    for (const bearer of bearers)
      expect((await withKey(bearer, "GET", "/v1/sessions")).body.code).toBe("invalid-api-key");
    for (const other of [token, bank.apiKey, page.opened.collectorToken])
      expect((await askAs(bank.service, `habitus-operator=${other}`)("GET", "/v1/sessions")).body.code).toBe(
        "signed-out",
      );
    for (const other of [value, bank.apiKey])
      expect((await askAs(bank.service, "")("POST", "/v1/operator/link", { body: { token: other } })).status).toBe(401);
  });
});

describe("a request that rides on an operator's cookie", () => {
  test("changes nothing unless it comes from a page of our own, as JSON", async () => {
    const { ask } = await signIn(bank.service, { role: "admin" });
    const before = (await ask("GET", "/v1/policies")).body;
    const change = { body: { role: "live", preset: "strict" } };
    const put = (headers: Record<string, string | undefined>) => ask("DELETE", "/v1/subjects/alice", { headers });
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "http://localhost:4480" }, // another port of this machine is another origin, though the same site
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none", origin: undefined },
      { origin: undefined, "sec-fetch-site": undefined },
      { "content-type": "text/plain" },
      { "content-type": "application/x-www-form-urlencoded" },
      { "content-type": "multipart/form-data; boundary=a" },
    ])
      expect([403, 415], JSON.stringify(headers)).toContain((await put(headers)).status);
    const form = await ask("PUT", "/v1/policies/default", { ...change, headers: { "content-type": "text/plain" } });
    expect(form.status).toBe(415);
    expect((await ask("GET", "/v1/policies")).body).toEqual(before);
    expect((await bank.call("GET", "/v1/subjects/alice")).status, "alice is still there").toBe(200);
    expect((await put({})).status, "from our own page it is done").toBe(204);
    await bank.open("alice");
  });

  test("reads nothing for a page elsewhere, by fetch or by WebSocket", async () => {
    const { ask } = await signIn(bank.service, { role: "admin" });
    for (const headers of [{ origin: "https://evil.example" }, { origin: undefined, "sec-fetch-site": "cross-site" }])
      expect((await ask("GET", "/v1/sessions", { headers })).status).toBe(403);
    expect((await ask("GET", "/v1/sessions", { headers: { origin: undefined } })).status).toBe(200);
  });

  test("signs nobody in from a page elsewhere, and sends nobody elsewhere", async () => {
    const { token } = await bank.service.operators.link({ application: "bank", name: "login", role: "viewer" });
    const enter = (headers: Record<string, string | undefined>) =>
      askAs(bank.service, "")("POST", "/v1/operator/link", { body: { token }, headers });
    expect((await enter({ origin: "https://evil.example" })).status).toBe(403);
    expect((await enter({ origin: undefined, "sec-fetch-site": undefined })).status).toBe(403);
    const entered = await enter({});
    expect([entered.status, entered.headers.location]).toEqual([200, undefined]);
  });
});

describe("an operator's look at a person", () => {
  test("is in the log before it is shown, with who and whom; lists too; and the same look again within a minute once", async () => {
    const page = await bank.open("vera");
    const { session } = page.opened;
    const analyst = await signIn(bank.service, { role: "analyst", name: "ann" });
    const admin = await signIn(bank.service, { role: "admin", name: "adam" });
    await analyst.ask("GET", "/v1/sessions");
    await analyst.ask("GET", `/v1/sessions/${session}/assessment`);
    await analyst.ask("GET", `/v1/sessions/${session}/assessment`);
    await analyst.ask("GET", "/v1/subjects/vera");
    await analyst.ask("GET", "/v1/subjects/newcomer");
    await bank.open("newcomer");
    await analyst.ask("GET", "/v1/subjects/newcomer");
    await analyst.ask("GET", "/v1/subjects/vera/export"); // not theirs to see
    await admin.ask("GET", "/v1/subjects/vera/export");
    now += 61_000;
    await analyst.ask("GET", `/v1/sessions/${session}/assessment`);
    const views = (await readLog(bank.service)).filter(({ action }) => action === "operator.viewed");
    const ours = views.filter(({ actor }) => ["operator:ann", "operator:adam"].includes(actor));
    expect(
      ours.map(({ actor, subject, session: of, detail }) => [actor, subject, of === session, detail.route]),
    ).toEqual([
      ["operator:ann", null, false, "GET /v1/sessions"],
      ["operator:ann", "vera", true, "GET /v1/sessions/:session/assessment"],
      ["operator:ann", "vera", false, "GET /v1/subjects/:subject"],
      ["operator:ann", "newcomer", false, "GET /v1/subjects/:subject"],
      ["operator:adam", "vera", false, "GET /v1/subjects/:subject/export"],
      ["operator:ann", "vera", true, "GET /v1/sessions/:session/assessment"],
    ]);
    const exported = (await readLog(bank.service)).filter(({ action }) => action === "subject.exported");
    expect(exported.map(({ actor, subject }) => [actor, subject])).toEqual([["operator:adam", "vera"]]);
  });

  test("is not given where it cannot be logged", async () => {
    const small = await startApplication({ maxBytes: 600_000 });
    const page = await small.open("vera");
    const { ask } = await signIn(small.service, { role: "analyst" });
    for (
      let i = 0;
      (await small.call("PUT", `/v1/subjects/p${i}/consent`, { granted: true, textVersion: "1" })).status === 200;
      i += 1
    );
    for (const attempt of ["first", "second"]) {
      const answer = await ask("GET", `/v1/sessions/${page.opened.session}/assessment`);
      expect([answer.status, answer.body.code], attempt).toEqual([507, "storage-full"]);
    }
    await small.service.close();
  });
});
