import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, integer } from "@habitus/core";
import { fromBase64Url, MAC_HEADER, SCOPES, signBatch } from "@habitus/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createService, type Service } from "../src/index.ts";
import { openDriver } from "../src/storage/sqlite/driver.ts";
import { batchesOf, type Json, joinService, seeded, type TestPage, typing } from "./client.ts";
import { type Method, ORIGIN, signIn } from "./signed-in.ts";

/** What belongs to one application: everything that another must not reach. */
interface Tenant {
  readonly application: string;
  readonly apiKey: string;
  readonly cookies: Readonly<Record<string, string>>;
  readonly pageToken: string;
  readonly link: string;
  readonly pages: readonly TestPage[];
  readonly ids: { readonly session: string; readonly operator: string; readonly key: string };
  /** Texts that stand in this application's data and nowhere else. */
  readonly canaries: readonly string[];
}

const SUBJECTS = ["alice", "bob"];
const habit = { holdMs: 90, pauseMs: 180 };
let dataDir: string;
let service: Service;
let a: Tenant;
let b: Tenant;
let document: Json;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "habitus-tenants-"));
  const first = await start();
  a = await settle(first, "a-bank");
  b = await settle(first, "b-bank");
  document = (await first.app.inject("/openapi.json")).json();
  await first.close();
}, 60_000);
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const start = (): Promise<Service> =>
  createService({
    dataDir,
    logLevel: "silent",
    engine: "inline",
    requestsPerMinute: 1e9,
    failuresAllowed: 1e9,
    unsealed: "accept",
  });

/** Returns an application whose subjects have the names of every other's, with marks of its own. */
async function settle(on: Service, application: string): Promise<Tenant> {
  const mark = `canary-of-${application}`;
  const { call, open } = await joinService(on, application);
  const apiKey = await on.apiKeys.add(application, { scopes: SCOPES, label: `${mark}-key` });
  const pages: TestPage[] = [];
  for (const subject of SUBJECTS) {
    const page = await open(subject);
    for (const batch of batchesOf(typing(seeded(application.length), 60, { at: Date.now() - 60_000, habit })))
      expect((await page.send(batch)).status).toBe(202);
    await call("PUT", `/v1/subjects/${subject}/accommodation`, { withdrawn: [], actor: mark });
    pages.push(page);
  }
  const saved = await call("PUT", "/v1/policies/own", { role: "shadow", preset: "strict", actor: mark });
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
  const cookies: Record<string, string> = {};
  for (const role of ["viewer", "analyst", "admin"] as const)
    cookies[role] = (await signIn(on, { application, role, name: `${mark}-${role}` })).cookie;
  const { operators, apiKeys } = await on.administer(application);
  const { token: link, operator } = await operators.add({ name: `${mark}-new`, role: "viewer" });
  const { key } = await apiKeys.add({ label: `${mark}-second` });
  const linked = await call("POST", "/v1/subjects/alice/page", {});
  expect(linked.status, JSON.stringify(linked.body)).toBe(201);
  const session = pages[0]?.opened.session ?? "";
  const canaries = [mark, ...pages.map(({ opened }) => opened.session), operator, key.id];
  return {
    application,
    apiKey,
    cookies,
    pageToken: linked.body.token,
    link,
    pages,
    ids: { session, operator, key: key.id },
    canaries,
  };
}

/** For each route that takes one: a body that is taken, so that what refuses is not the form. */
const BODIES: Readonly<Record<string, object>> = {
  "POST /v1/sessions": { subject: "alice" },
  "POST /v1/sessions/{session}/batches": batchesOf(typing(seeded(1), 5, { at: Date.now() - 5_000, habit }))[0] ?? {},
  "POST /v1/sessions/{session}/outcomes": { outcome: "ended" },
  "PUT /v1/sessions/{session}/context": { context: "admin" },
  "PUT /v1/subjects/{subject}/consent": { granted: false, textVersion: "9" },
  "PUT /v1/subjects/{subject}/accommodation": { without: ["pointer"] },
  "PUT /v1/policies/{id}": { role: "live", preset: "strict" },
  "PUT /v1/settings": { tier: "device" },
  "POST /v1/api-keys": { label: "made" },
  "POST /v1/api-keys/{id}/rotation": {},
  "POST /v1/operators": { name: "made", role: "admin" },
  "POST /v1/operators/{operator}/link": {},
  "PUT /v1/me/consent": { purpose: "authentication", granted: false, textVersion: "9" },
  "PUT /v1/me/pause": { minutes: 5 },
  "PUT /v1/me/accommodation": { withdrawn: ["pointer"], widenNats: 0 },
  "POST /v1/me/erasure": { confirm: "erase" },
  "POST /v1/subjects/{subject}/page": {},
};
/** These take no body, or one that only a passkey or the machine can give: with an empty one they refuse whoever asks. */
const BODILESS = /^(GET|DELETE) |\/v1\/operator\/|\/v1\/host\/|\/enrolment$|\/v1\/me\/token$|\/key-rotation$/;

interface Attack {
  readonly name: string;
  readonly method: Method;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object | undefined;
  /** The address names something of the other application. */
  readonly namesTheirs: boolean;
}

/** Every route of the document, with every credential of `own`, at every address of `other`'s. */
function attacksOf(own: Tenant, other: Tenant): Attack[] {
  const page = { host: "localhost:4400", origin: ORIGIN, "sec-fetch-site": "same-origin" };
  const credentials: Record<string, Record<string, string>> = {
    "API key": { authorization: `Bearer ${own.apiKey}` },
    "page token": { authorization: `Bearer ${own.pageToken}` },
    "collector token": { authorization: `Bearer ${own.pages[0]?.opened.collectorToken}` },
    ...Object.fromEntries(Object.entries(own.cookies).map(([role, cookie]) => [role, { cookie, ...page }])),
  };
  const theirs: Record<string, readonly string[]> = {
    session: other.pages.map(({ opened }) => opened.session),
    operator: [other.ids.operator],
    subject: SUBJECTS,
    version: ["1"],
  };
  const attacks: Attack[] = [];
  for (const [path, methods] of Object.entries(document.paths))
    for (const verb of Object.keys(methods as object)) {
      const method = verb.toUpperCase() as Method; // the document's methods are these
      const key = `${method} ${path}`;
      if (!(key in BODIES) && !BODILESS.test(key) && !/^GET|^DELETE/.test(key)) throw new Error(`no body for ${key}`);
      // A policy is called what its application likes: there the same names are both's own.
      const id = path.startsWith("/v1/policies/") ? ["own", "default"] : [other.ids.key];
      for (const url of expand(path, { ...theirs, id }))
        for (const [name, headers] of Object.entries(credentials)) {
          const body = BODIES[key] ?? (/^(GET|DELETE)/.test(key) ? undefined : {});
          const namesTheirs = other.canaries.some((canary) => url.includes(canary));
          attacks.push({
            name: `${key} with ${own.application}'s ${name} at ${url}`,
            method,
            url,
            headers,
            body,
            namesTheirs,
          });
        }
    }
  return attacks;
}

function expand(path: string, values: Record<string, readonly string[]>): string[] {
  const name = /\{([a-z]+)\}/.exec(path)?.[1];
  if (name === undefined) return [path];
  const found = values[name];
  if (found === undefined) throw new Error(`nothing to put in for {${name}} of ${path}`);
  return found.flatMap((value) => expand(path.replace(`{${name}}`, value), values));
}

/** Every row of the application, in every table that has one. */
function rowsOf(application: string): Record<string, unknown[]> {
  const file = openDriver(join(dataDir, "habitus.db"));
  try {
    const [{ id } = { id: "" }] = file
      .prepare("SELECT application AS id FROM applications WHERE name = ?")
      .all([application]) as { id: string }[]; // the query's column
    const tables = file.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all([]) as { name: string }[]; // the query's column
    const rows: Record<string, unknown[]> = {};
    for (const { name } of tables) {
      const columns = file.prepare(`PRAGMA table_info("${name}")`).all([]) as { name: string }[]; // SQLite's own
      if (columns.some((column) => column.name === "application"))
        rows[name] = file
          .prepare(`SELECT * FROM "${name}" WHERE application = ? ORDER BY 1, 2, 3`)
          .all([id])
          .map((row) => JSON.stringify(row));
    }
    return rows;
  } finally {
    file.close();
  }
}

describe("of two applications with subjects of the same names", () => {
  test("neither reaches anything of the other's: every route, every credential, every address; nothing is told and nothing changed", async () => {
    const before = rowsOf(b.application);
    expect(Object.values(before).flat().length).toBeGreaterThan(40);
    service = await start();
    const seed = 5;
    const random = createRandom(seed);
    const attacks = attacksOf(a, b);
    for (let i = attacks.length - 1; i > 0; i -= 1) {
      const j = integer(random, i + 1);
      [attacks[i], attacks[j]] = [attacks[j] as Attack, attacks[i] as Attack]; // both within
    }
    expect(attacks.length).toBeGreaterThan(400);
    const tried = new Set<number>();
    const crossings: string[] = [];
    for (const { name, method, url, headers, body, namesTheirs } of attacks) {
      if (url.endsWith("/events") && !namesTheirs) continue;
      const answer = await service.app.inject({
        method,
        url,
        headers,
        ...(body === undefined ? {} : { payload: body }),
      });
      tried.add(answer.statusCode);
      const told = b.canaries.filter(
        (canary) => answer.body.includes(canary) || JSON.stringify(answer.headers).includes(canary),
      );
      if (told.length > 0) crossings.push(`seed ${seed}: ${name} told ${told}`);
      if (namesTheirs && ![401, 403, 404].includes(answer.statusCode))
        crossings.push(`seed ${seed}: ${name}: ${answer.statusCode} ${answer.body}`);
    }
    await service.close();
    expect(crossings).toEqual([]);
    expect([...tried], "the attacks are real requests: with its own it gets on").toEqual(
      expect.arrayContaining([200, 201, 204]),
    );
    expect(rowsOf(b.application)).toEqual(before);
  }, 120_000);

  test("tokens and batches of one are nothing in the other", async () => {
    service = await start();
    const fresh = await joinService(service, "a-bank");
    const { opened: ours } = await fresh.open("alice");
    const theirs = b.pages[0]?.opened;
    if (theirs === undefined) throw new Error("no page");
    const json = JSON.stringify(batchesOf(typing(seeded(9), 5, { at: Date.now() - 5_000, habit }))[0]);
    const send = (session: string, token: string, mac: string) =>
      service.app.inject({
        method: "POST",
        url: `/v1/sessions/${session}/batches`,
        headers: { "content-type": "application/json", authorization: `Bearer ${token}`, [MAC_HEADER]: mac },
        payload: json,
      });
    const macOf = (session: string, key: string) => signBatch(fromBase64Url(key), session, json);
    const tokens = { ours: ours.collectorToken, theirs: theirs.collectorToken };
    for (const [session, token, mac, what] of [
      [ours.session, tokens.theirs, macOf(theirs.session, theirs.channelKey), "a whole batch of theirs at our session"],
      [ours.session, tokens.theirs, macOf(ours.session, ours.channelKey), "their token at our session"],
      [theirs.session, tokens.ours, macOf(ours.session, ours.channelKey), "our batch at their session"],
      [theirs.session, tokens.theirs, macOf(theirs.session, ours.channelKey), "their token, our signature"],
      [theirs.session, tokens.theirs, macOf(ours.session, theirs.channelKey), "a signature for another session"],
    ] as const) {
      const answer = await send(session, token, mac);
      expect([401, 403], `${what}: ${answer.body}`).toContain(answer.statusCode);
    }
    await service.close();
  });

  test("a token of any kind that was cut, lengthened, changed in one place or put together of two opens nothing", async () => {
    service = await start();
    const random = createRandom(3);
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const page = { host: "localhost:4400", origin: ORIGIN, "sec-fetch-site": "same-origin" };
    const { session, collectorToken } = b.pages[0]?.opened ?? { session: "", collectorToken: "" };
    const other = a.pages[0]?.opened.collectorToken ?? "";
    const kinds: Record<string, { right: string; mixed: string[]; ask: (token: string) => Promise<number> }> = {
      "API key": {
        right: b.apiKey,
        mixed: [b.apiKey.slice(0, 20) + a.apiKey.slice(20)],
        ask: async (token) => (await service.app.inject({ url: "/v1/sessions", headers: bearer(token) })).statusCode,
      },
      "operator's cookie": {
        right: b.cookies.admin?.split("=")[1] ?? "",
        mixed: [b.link, b.apiKey],
        ask: async (token) =>
          (await service.app.inject({ url: "/v1/sessions", headers: { ...page, cookie: `habitus-operator=${token}` } }))
            .statusCode,
      },
      "page token": {
        right: b.pageToken,
        mixed: swaps(b.pageToken, a.pageToken),
        ask: async (token) => (await service.app.inject({ url: "/v1/me", headers: bearer(token) })).statusCode,
      },
      "collector token": {
        right: collectorToken,
        mixed: swaps(collectorToken, other),
        ask: async (token) => {
          const answer = await service.app.inject({
            method: "POST",
            url: `/v1/sessions/${session}/batches`,
            headers: bearer(token),
            payload: {},
          });
          return answer.json().code === "wrong-mac" ? 200 : answer.statusCode; // the token was taken: only the signature is missing
        },
      },
    };
    for (const [kind, { right, mixed, ask }] of Object.entries(kinds)) {
      expect(await ask(right), `${kind}: the right one is taken`).toBe(200);
      const wrong = [
        ...mixed,
        right.slice(0, -1),
        right.slice(1),
        `${right}A`,
        right.toUpperCase(),
        right.split("").reverse().join(""),
      ];
      for (let i = 0; i < 60; i += 1) {
        const at = integer(random, right.length);
        wrong.push(`${right.slice(0, at)}${right[at] === "x" ? "y" : "x"}${right.slice(at + 1)}`);
      }
      for (const token of wrong) expect([401, 403], `${kind}: ${token}`).toContain(await ask(token));
    }
    const linkAsk = (token: string) =>
      service.app.inject({ method: "POST", url: "/v1/operator/link", headers: page, payload: { token } });
    for (const token of [`${b.link}A`, b.link.slice(1), b.link.toUpperCase()])
      expect((await linkAsk(token)).statusCode).toBe(401);
    expect((await linkAsk(b.link)).statusCode).toBe(200);
    expect((await linkAsk(b.link)).statusCode, "a link that was used").toBe(401);
    await service.close();
  });
});

/** Parts of signed tokens, each from one of two. */
function swaps(one: string, other: string): string[] {
  const [head = "", body = "", mac = ""] = one.split(".");
  const [, otherBody = "", otherMac = ""] = other.split(".");
  return [
    `${head}.${body}.${otherMac}`,
    `${head}.${otherBody}.${mac}`,
    `${head}.${body}`,
    `${head}.${body}.`,
    `none.${body}.${mac}`,
    `${one}.${mac}`,
  ];
}
