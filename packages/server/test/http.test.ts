import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBase64Url, MAC_HEADER, signBatch } from "@habitus/wire";
import { problemSchema } from "@habitus/wire/schemas";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACCESS } from "../src/api/access.ts";
import { createService, loadConfig } from "../src/index.ts";
import { batchesOf, type Json, joinService, seeded, type TestApplication, typing, until } from "./client.ts";

let bank: TestApplication;
let url: string;
let pages: string;
beforeAll(async () => {
  pages = await mkdtemp(join(tmpdir(), "habitus-pages-"));
  await mkdir(join(pages, "assets"));
  await writeFile(join(pages, "index.html"), "<!doctype html><title>Console</title>");
  await writeFile(join(pages, "assets", "main.js"), "export {};");
  const service = await createService({
    unsealed: "accept",
    dataDir: ":memory:",
    port: 0,
    logLevel: "silent",
    staticDirs: [{ prefix: "/console/", dir: pages }],
  });
  bank = await joinService(service, "bank", "events");
  url = await service.listen();
});
afterAll(async () => {
  await bank.service.close();
  await rm(pages, { recursive: true });
});

const firstBatch = (at = Date.now() - 20_000): string =>
  JSON.stringify(batchesOf(typing(seeded(4), 25, { at, habit: { holdMs: 90, pauseMs: 180 } }))[0]);

describe("over the network", () => {
  test("a batch is taken as JSON and as a beacon, from the application's origin", async () => {
    await bank.service.apiKeys.add("bank", { origins: ["https://bank.example"] });
    const { opened } = await bank.open("alice");
    const path = `${url}/v1/sessions/${opened.session}/batches`;
    const preflight = await fetch(path, {
      method: "OPTIONS",
      headers: {
        origin: "http://localhost:5173",
        "access-control-request-method": "POST",
        "access-control-request-headers": MAC_HEADER,
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("http://localhost:5173");
    expect(preflight.headers.get("access-control-allow-headers")).toContain(MAC_HEADER);
    const json = firstBatch();
    const mac = signBatch(fromBase64Url(opened.channelKey), opened.session, json);
    const sent = await fetch(path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${opened.collectorToken}`,
        [MAC_HEADER]: mac,
      },
      body: json,
    });
    expect([sent.status, await sent.json()]).toEqual([202, { accepted: 50, nextSeq: 1 }]);
    const beacon = (body: string, origin = "https://bank.example") =>
      fetch(path, { method: "POST", headers: { "content-type": "text/plain;charset=UTF-8", origin }, body });
    const again = await beacon(`${opened.collectorToken}\n${mac}\n${json}`);
    expect([again.status, await again.json()]).toEqual([202, { accepted: 0, nextSeq: 1 }]);
    expect(again.headers.get("access-control-allow-origin")).toBe("https://bank.example");
    const stranger = await beacon("x\ny\nz", "https://evil.example");
    expect([stranger.status, stranger.headers.get("access-control-allow-origin")]).toEqual([401, null]);
    expect((await beacon("no lines")).status).toBe(400);
    const elsewhere = await fetch(`${url}/v1/sessions`, { headers: { origin: "http://localhost:5173" } });
    expect(elsewhere.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("ten megabytes are refused with an answer, and the service goes on", async () => {
    const { opened } = await bank.open("alice");
    const headers = {
      "content-type": "application/json",
      authorization: `Bearer ${opened.collectorToken}`,
      [MAC_HEADER]: "0".repeat(64),
    };
    const path = `${url}/v1/sessions/${opened.session}/batches`;
    const answer = await fetch(path, { method: "POST", headers, body: "x".repeat(10 * 1024 * 1024) });
    expect([answer.status, await answer.json()]).toEqual([413, expect.objectContaining({ code: "batch-too-large" })]);
    const chunks = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    // Without a length the end is never announced; the connection may be cut while we still write.
    const endless = await fetch(path, { method: "POST", headers, body: chunks, duplex: "half" } as RequestInit).then(
      ({ status }) => status,
      () => 413,
    );
    expect(endless).toBe(413);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test("what is no HTTP, or stops half-way, harms nobody", async () => {
    const { port } = new URL(url);
    for (const text of [
      "\u0000\u0001\u0002\r\n\r\n",
      "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{",
    ]) {
      const socket = connect(Number(port), "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(text);
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test("an assessment arrives at once and again with every change, until the session's watcher leaves", async () => {
    const { opened } = await bank.open("watched");
    const abort = new AbortController();
    const stream = await fetch(`${url}/v1/sessions/${opened.session}/events`, {
      headers: { authorization: `Bearer ${bank.apiKey}` },
      signal: abort.signal,
    });
    expect(stream.headers.get("content-type")).toMatch(/^text\/event-stream/);
    let text = "";
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of stream.body ?? []) text += decoder.decode(chunk as Uint8Array);
    })().catch(() => undefined);
    const json = firstBatch();
    await until(async () => text.includes("id: 1\n"));
    await fetch(`${url}/v1/sessions/${opened.session}/batches`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${opened.collectorToken}`,
        [MAC_HEADER]: signBatch(fromBase64Url(opened.channelKey), opened.session, json),
      },
      body: json,
    });
    await until(async () => text.includes("id: 2\n"));
    const events = text.split("\n\n").filter((part) => part.startsWith("event: assessment"));
    const seen = events.map((part) => JSON.parse(part.split("data: ")[1] ?? "").seen.events);
    expect(seen).toEqual([0, 50]);
    abort.abort();
    await reading;
  });

  test("the document is OpenAPI 3.1 and has every route with its answers", async () => {
    const document: Json = await (await fetch(`${url}/openapi.json`)).json();
    expect(document.openapi).toBe("3.1.0");
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const inTable = Object.keys(ACCESS).map((key) => key.replace(/:([a-z]+)/g, "{$1}"));
    expect(routes.sort(), "a route that api/access.ts does not know, or one that is not there").toEqual(
      inTable.filter((key) => !["GET /metrics", "GET /openapi.json"].includes(key)).sort(),
    );
    const batches = document.paths["/v1/sessions/{session}/batches"].post;
    expect(Object.keys(batches.responses)).toEqual(
      expect.arrayContaining(["202", "400", "401", "409", "413", "422", "507"]),
    );
    const bodies: Json[] = batches.requestBody.content["application/json"].schema.anyOf;
    expect(bodies.map(({ required }) => required.join(" "))).toEqual([
      "s k n c",
      "v stream seq lost t q e",
      "v stream seq lost t u x n g r",
      "v stream seq lost t x d b n k",
    ]);
    expect(JSON.stringify(document)).not.toContain("undefined");
    for (const match of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g))
      expect(
        (match[1] ?? "").split("/").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document),
      ).toBeDefined();
  });

  test("health, readiness and metrics answer without a key, and metrics name nobody", async () => {
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: "ok" });
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: "ok" });
    await bank.open("somebody");
    const metrics = await (await fetch(`${url}/metrics`)).text();
    for (const name of [
      "habitus_batches_total",
      "habitus_commit_seconds_bucket",
      "habitus_live_sessions",
      "process_cpu_seconds_total",
    ])
      expect(metrics).toContain(name);
    expect(metrics).not.toContain("somebody");
  });

  test("every problem is of the documented form", async () => {
    for (const path of ["/nothing", "/v1/sessions", "/v1/subjects/x", "/%"]) {
      const answer = await fetch(url + path);
      expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
      expect(problemSchema.safeParse(await answer.json()).success).toBe(true);
    }
  });

  test("built pages are served under a strict policy", async () => {
    const page = await fetch(`${url}/console/`);
    expect([page.status, await page.text()]).toEqual([200, "<!doctype html><title>Console</title>"]);
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect((await fetch(`${url}/console/assets/main.js`)).headers.get("content-type")).toMatch(/javascript/);
    expect((await fetch(`${url}/console/..%2fsecret`)).status).toBeGreaterThanOrEqual(400);
  });
});

describe("a service", () => {
  test("goes on where it stopped: sessions, keys, tokens and what was learnt", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "habitus-restart-"));
    const first = await createService({ dataDir, logLevel: "silent", unsealed: "accept" });
    const before = await joinService(first);
    const page = await before.open("alice");
    const events = typing(seeded(4), 150, { at: Date.now() - 60_000, habit: { holdMs: 90, pauseMs: 180 } });
    const batches = batchesOf(events);
    for (const batch of batches.slice(0, 4)) expect((await page.send(batch)).status).toBe(202);
    const path = `/v1/sessions/${page.opened.session}/assessment`;
    const { at: _at, ...seen } = (await before.call("GET", path)).body;
    await first.close();
    const second = await createService({ dataDir, logLevel: "silent", unsealed: "accept" });
    const after = await joinService(second);
    const { at: _again, ...same } = (await after.call("GET", path)).body;
    expect(same).toEqual(seen);
    expect(seen.seen.windows).toBeGreaterThan(0);
    const { pageOf } = await import("./client.ts");
    const again = pageOf(second, page.opened);
    for (const [i, batch] of batches.entries())
      expect(await again.send(batch)).toMatchObject({
        status: 202,
        body: { accepted: i < 4 ? 0 : 50 },
      });
    const old = await second.app.inject({ url: "/v1/sessions", headers: { authorization: `Bearer ${before.apiKey}` } });
    expect(old.statusCode).toBe(200);
    await second.close();
    await rm(dataDir, { recursive: true });
  });

  test("says which environment variable is wrong and what fits", () => {
    expect(loadConfig({})).toMatchObject({ host: "127.0.0.1", port: 4400 });
    for (const [name, value] of [
      ["HABITUS_PORT", "banana"],
      ["HABITUS_PORT", "70000"],
      ["HABITUS_SESSION_HOURS", "-1"],
      ["HABITUS_LOG_LEVEL", "loud"],
      ["HABITUS_SYSTEM", "magic"],
      ["HABITUS_TRUST_PROXY", "perhaps"],
    ] as const)
      expect(() => loadConfig({ [name]: value })).toThrow(
        expect.objectContaining({ name: "RangeError", message: expect.stringContaining(name) }),
      );
  });
});
