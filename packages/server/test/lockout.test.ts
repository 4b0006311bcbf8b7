import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createLockout } from "../src/api/lockout.ts";
import { type Json, pageOf, startApplication, type TestApplication, type TestPage, until } from "./client.ts";
import { readLog } from "./read-log.ts";
import { ORIGIN, signIn } from "./signed-in.ts";

const ALLOWED = 6;
let now = Date.UTC(2026, 3, 1);

async function withBank(work: (bank: TestApplication) => Promise<void>): Promise<void> {
  const bank = await startApplication({ now: () => now, failuresAllowed: ALLOWED, trustProxy: 1 });
  try {
    await work(bank);
  } finally {
    await bank.service.close();
  }
}

interface Asked {
  readonly status: number;
  readonly body: Json;
  readonly retryAfter: string | undefined;
}
const from =
  (bank: TestApplication, ip: string) =>
  async (
    url: string,
    { headers = {}, body }: { headers?: Record<string, string>; body?: object } = {},
  ): Promise<Asked> => {
    const answer = await bank.service.app.inject({
      method: body === undefined ? "GET" : "POST",
      url,
      headers: { "x-forwarded-for": ip, ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    return {
      status: answer.statusCode,
      body: JSON.parse(answer.body || "null"),
      retryAfter: answer.headers["retry-after"] as string | undefined,
    };
  };
const key = (apiKey: string) => ({ headers: { authorization: `Bearer ${apiKey}` } });

describe("an address that wrong credentials come from", () => {
  test("is slowed, then refused for a while with `Retry-After`, longer each time; others are not", async () => {
    await withBank(async (bank) => {
      const mallory = from(bank, "203.0.113.9");
      const statuses: number[] = [];
      const waits: number[] = [];
      for (let i = 0; i < ALLOWED + 2; i += 1) {
        const started = performance.now();
        statuses.push((await mallory("/v1/sessions", key(`habitus_guess${i}`))).status);
        waits.push(performance.now() - started);
      }
      expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);
      expect(waits[4]).toBeGreaterThan(100);
      const refused = await mallory("/v1/sessions", key("habitus_guess"));
      expect([refused.body.code, refused.retryAfter]).toEqual(["locked-out", "60"]);
      expect((await from(bank, "203.0.113.10")("/v1/sessions", key(bank.apiKey))).status).toBe(200);
      now += 60_001;
      for (let i = 0; i < ALLOWED; i += 1) await mallory("/v1/sessions", key(`habitus_again${i}`));
      expect((await mallory("/v1/sessions", key("habitus_x"))).retryAfter).toBe("120");
    });
  });

  test("is refused whatever it guesses at: keys, one-time links, sign-ins, collector tokens", async () => {
    const page = { host: "localhost:4400", origin: ORIGIN };
    const guesses: Record<string, (ask: ReturnType<typeof from>, i: number, session: string) => Promise<Asked>> = {
      apiKey: (ask, i) => ask("/v1/sessions", key(`habitus_${i}`)),
      cookie: (ask, i) => ask("/v1/sessions", { headers: { cookie: `habitus-operator=${"a".repeat(42)}${i}` } }),
      link: (ask, i) => ask("/v1/operator/link", { headers: page, body: { token: `${"b".repeat(42)}${i}` } }),
      passkey: (ask) =>
        ask("/v1/operator/sign-in", {
          headers: page,
          body: {
            response: {
              ...{ id: "AAAA", rawId: "AAAA", type: "public-key", clientExtensionResults: {} },
              response: { clientDataJSON: "AAAA", authenticatorData: "AAAA", signature: "AAAA" },
            },
          },
        }),
      collectorToken: (ask, i, session) =>
        ask(`/v1/sessions/${session}/batches`, { headers: { authorization: `Bearer hbt1.x.${i}` }, body: {} }),
    };
    for (const [kind, guess] of Object.entries(guesses))
      await withBank(async (bank) => {
        const { session } = (await bank.open("alice")).opened;
        const mallory = from(bank, "203.0.113.9");
        const statuses: number[] = [];
        for (let i = 0; i < ALLOWED + 1; i += 1) statuses.push((await guess(mallory, i, session)).status);
        expect(statuses, kind).toEqual([...Array<number>(ALLOWED).fill(401), 429]);
      });
  });

  test("shuts out no customer behind the same address: what was right before passes, and so does every genuine collector token", async () => {
    await withBank(async (bank) => {
      const shared = from(bank, "198.51.100.1");
      expect((await shared("/v1/sessions", key(bank.apiKey))).status).toBe(200);
      const operator = await signIn(bank.service, { role: "viewer" });
      expect(
        (await shared("/v1/operator", { headers: { cookie: operator.cookie, host: "localhost:4400" } })).status,
      ).toBe(200);
      const page = await bank.open("alice");
      const fresh = await bank.service.apiKeys.add("bank");
      for (let i = 0; i <= ALLOWED; i += 1) await shared("/v1/sessions", key(`habitus_${i}`));
      expect((await shared("/v1/sessions", key("habitus_wrong"))).status).toBe(429);
      expect((await shared("/v1/sessions", key(bank.apiKey))).status).toBe(200);
      expect(
        (await shared("/v1/operator", { headers: { cookie: operator.cookie, host: "localhost:4400" } })).status,
      ).toBe(200);
      const batch = await shared(`/v1/sessions/${page.opened.session}/batches`, {
        ...key(page.opened.collectorToken),
        body: {},
      });
      expect([batch.status, batch.body.code], "let in: it is the missing MAC that is wrong").toEqual([
        401,
        "wrong-mac",
      ]);
      expect((await shared("/v1/sessions", key(fresh))).status, "a key never seen waits").toBe(429);
      expect((await from(bank, "198.51.100.2")("/v1/sessions", key(fresh))).status).toBe(200);
    });
  });

  test("cannot say that it is another one: what stands before the proxy's own word is not believed", async () => {
    await withBank(async (bank) => {
      const statuses: number[] = [];
      for (let i = 0; i < ALLOWED + 1; i += 1)
        statuses.push((await from(bank, `192.0.2.${i}, 203.0.113.9`)("/v1/sessions", key(`habitus_${i}`))).status);
      expect(statuses.at(-1)).toBe(429);
    });
  });

  test("locks no account: whoever knows an operator's name or an application's can do nothing to them", async () => {
    await withBank(async (bank) => {
      const { service } = bank;
      await service.operators.link({ application: "bank", name: "anna", role: "viewer" });
      for (let i = 0; i < 40; i += 1) await from(bank, `203.0.113.${i}`)("/v1/sessions", key(`habitus_${i}`));
      expect((await signIn(service, { role: "viewer", name: "anna" })).cookie).toContain("habitus-operator");
      expect((await bank.call("GET", "/v1/sessions")).status).toBe(200);
    });
  });

  test("of IPv6 is the /64 that a customer has, and a flood of addresses takes bounded memory", () => {
    const lockout = createLockout({ now: () => now, allowed: 2 });
    for (const address of ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"]) lockout.fail(address);
    expect(lockout.refusedFor("2001:db8:1:2:3:4:5:6")).toBeGreaterThan(0);
    expect(lockout.refusedFor("2001:db8:1:3::1")).toBe(0);
    expect(lockout.refusedFor("::ffff:192.0.2.1")).toBe(0);
    for (let i = 0; i < 50_000; i += 1) lockout.fail(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    expect(lockout.refusedFor("2001:db8:1:2::1"), "the oldest went").toBe(0);
  });

  test("is in the log, by two entries a minute and kind however many it sends", async () => {
    await withBank(async (bank) => {
      const guess = (i: number) => from(bank, `203.0.113.${i}`)("/v1/sessions", key(`habitus_${i}`));
      for (let i = 0; i < 200; i += 1) await guess(i);
      now += 60_001;
      await guess(0);
      const refused = await until(async () => {
        const found = (await readLog(bank.service, "service")).filter(({ action }) => action === "signIn.refused");
        return found.length >= 3 && found;
      });
      expect(refused.map(({ detail: { kind, count, addresses } }) => [kind, count, addresses])).toEqual([
        ["apiKey", 1, 1],
        ["apiKey", 199, 199],
        ["apiKey", 1, 1],
      ]);
      const own = await readLog(bank.service, "bank");
      expect(
        own.filter(({ action }) => action === "signIn.refused"),
        "an unknown key is no application's",
      ).toEqual([]);
    });
  });
});

describe("the limit on requests", () => {
  test("is a key's own, and keys that are made up count with their address", async () => {
    const bank = await startApplication({ requestsPerMinute: 5, failuresAllowed: 1e6, trustProxy: 1 });
    const other = await bank.service.apiKeys.add("bank");
    const ask = from(bank, "203.0.113.9");
    for (let i = 0; i < 6; i += 1) await ask("/v1/sessions", key(bank.apiKey));
    const limited = await ask("/v1/sessions", key(bank.apiKey));
    expect([limited.status, limited.body.code, Number(limited.retryAfter) > 0]).toEqual([429, "rate-limited", true]);
    expect((await ask("/v1/sessions", key(other))).status).toBe(200);
    const strangers: number[] = [];
    for (let i = 0; i < 7; i += 1)
      strangers.push((await ask("/v1/sessions", i % 2 === 0 ? {} : key(`habitus_${i}`))).status);
    expect(strangers).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await ask("/v1/sessions", key(other))).status, "others of the same address go on").toBe(200);
    await bank.service.close();
  });
});

test("a session's batches are limited for themselves, and another's are not", async () => {
  const bank = await startApplication({ requestsPerMinute: 5, failuresAllowed: 1e6, trustProxy: 1, now: () => now });
  const [one, other] = [
    await bank.open("alice"),
    await pageOf(bank.service, (await bank.call("POST", "/v1/sessions", { subject: "alice" })).body),
  ];
  const send = async (page: TestPage) => {
    const answer = await page.sendText("{}");
    return [answer.status, answer.headers["retry-after"]];
  };
  for (let i = 0; i < 5; i += 1) expect((await send(one))[0]).toBe(400);
  expect(await send(one)).toEqual([429, "60"]);
  expect((await send(other))[0]).toBe(400);
  now += 60_001;
  expect((await send(one))[0]).toBe(400);
  await bank.service.close();
});

describe("every answer", () => {
  test("says what browsers may do with it: data, pages, problems, redirects, what is not there, and batches", async () => {
    const dir = await mkdtemp(join(tmpdir(), "habitus-pages-"));
    await writeFile(join(dir, "index.html"), "<!doctype html><title>Console</title>");
    const bank = await startApplication({ staticDirs: [{ prefix: "/console/", dir }] });
    const page = await bank.open("alice");
    const { app } = bank.service;
    const authorization = `Bearer ${bank.apiKey}`;
    const answers = {
      data: await app.inject({ url: "/v1/sessions", headers: { authorization } }),
      problem: await app.inject("/v1/sessions"),
      "not there": await app.inject("/v1/nothing"),
      "not there at all": await app.inject("/nothing"),
      "unreadable address": await app.inject("/%"),
      "too large": await app.inject({
        method: "POST",
        url: "/v1/sessions",
        headers: { authorization },
        payload: { subject: "a".repeat(70_000) },
      }),
      health: await app.inject("/healthz"),
      contract: await app.inject("/openapi.json"),
      batch: await app.inject({ method: "POST", url: `/v1/sessions/${page.opened.session}/batches`, payload: {} }),
      preflight: await app.inject({
        method: "OPTIONS",
        url: `/v1/sessions/${page.opened.session}/batches`,
        headers: { origin: "http://localhost" },
      }),
      page: await app.inject("/console/"),
      "a page that is not there": await app.inject("/console/nothing.js"),
      redirect: await app.inject("/console"),
    };
    for (const [what, { headers }] of Object.entries(answers)) {
      expect(headers["x-content-type-options"], what).toBe("nosniff");
      expect(headers["referrer-policy"], what).toBe("no-referrer");
      expect(headers["x-frame-options"], what).toBe("DENY");
      expect(headers["cross-origin-opener-policy"], what).toBe("same-origin");
      expect(headers["permissions-policy"], what).toContain("geolocation=()");
      expect(headers["content-security-policy"], what).toContain("frame-ancestors 'none'");
      expect(headers["content-security-policy"], what).not.toContain("unsafe");
      expect(headers["strict-transport-security"], `${what}: not without TLS`).toBeUndefined();
      const isPage = ["page", "a page that is not there"].includes(what);
      if (!isPage) expect(headers["cache-control"], what).toBe("no-store");
      expect(
        String(headers["content-security-policy"]).startsWith(`default-src '${isPage ? "self" : "none"}'`),
        what,
      ).toBe(true);
    }
    const secure = await startApplication({ publicUrl: new URL("https://habitus.example") });
    expect((await secure.service.app.inject("/healthz")).headers["strict-transport-security"]).toMatch(
      /^max-age=\d{8}/,
    );
    await Promise.all([bank.service.close(), secure.service.close()]);
    await rm(dir, { recursive: true });
  });
});
