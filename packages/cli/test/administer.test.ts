import { readFile, writeFile } from "node:fs/promises";
import { createService, type Service } from "@habitus/server";
import { SCOPES } from "@habitus/wire";
import { describe, expect, onTestFinished, test } from "vitest";
import { stopService } from "../src/service/start.ts";
import { emptyFolder, runCaptured } from "./support/run-captured.ts";

async function startOn(dataDir: string): Promise<{ service: Service; at: readonly string[] }> {
  const service = await createService({ dataDir, port: 0, logLevel: "silent", engine: "inline" });
  onTestFinished(() => stopService(service));
  const url = await service.listen();
  const apiKey = await service.apiKeys.add("shop", { scopes: SCOPES, label: "admin" });
  return { service, at: ["--url", url, "--key", apiKey] };
}

describe("habitus operator and habitus api-key", () => {
  test("do the same on a data folder as with a service that runs: a link that works, roles, removal", async () => {
    const at = await emptyFolder();
    const folder = ["--data", at("data")];
    const added = await runCaptured(["operator", "add", "anna", "--role", "admin", ...folder, "--json"]);
    expect([added.exitCode, added.err]).toEqual([0, ""]);
    const link = new URL(String(added.values()[0]?.link));
    expect([link.pathname, link.search]).toEqual(["/console/", ""]);
    const { service, at: reach } = await startOn(at("data"));
    const enter = await service.app.inject({
      method: "POST",
      url: "/v1/operator/link",
      headers: { host: "localhost", origin: "http://localhost" },
      payload: { token: link.hash.slice("#/enter/".length) },
    });
    expect(enter.statusCode, "anna's application is called `default`, where none was named").toBe(200);
    expect(enter.json()).toMatchObject({ name: "anna", role: "admin", application: "default", enrolling: true });

    const ben = await runCaptured(["operator", "add", "ben", "--role", "viewer", ...reach]);
    expect([ben.exitCode, ben.out]).toEqual([0, expect.stringMatching(/console\/#\/enter\/[\w-]{43}\n$/)]);
    const twice = await runCaptured(["operator", "add", "ben", "--role", "viewer", ...reach]);
    expect([twice.exitCode, twice.err]).toEqual([1, expect.stringContaining("[name-taken]")]);
    const listed = await runCaptured(["operator", "list", ...reach, "--json"]);
    expect(listed.values()).toEqual([expect.objectContaining({ name: "ben", role: "viewer", passkeys: 0 })]);
    expect((await runCaptured(["operator", "remove", "ben", ...reach])).exitCode).toBe(0);
    expect((await runCaptured(["operator", "link", "ben", ...reach])).exitCode).toBe(2);
    const busy = await runCaptured(["operator", "list", ...folder]);
    expect([busy.exitCode, busy.err]).toEqual([1, expect.stringContaining("a service runs on")]);
  });

  test("a key is shown once, listed without itself, rotated with an overlap, and ended", async () => {
    const at = await emptyFolder();
    const { service, at: reach } = await startOn(at("data"));
    const made = await runCaptured([
      "api-key",
      "add",
      "--label",
      "till",
      "--scopes",
      "sessions,audit",
      ...reach,
      "--json",
    ]);
    const { apiKey, key } = made.values()[0] as { apiKey: string; key: { id: string } }; // what --json prints
    const works = async (one: string) =>
      (await service.app.inject({ url: "/v1/sessions", headers: { authorization: `Bearer ${one}` } })).statusCode;
    expect(await works(apiKey)).toBe(200);
    const rotated = await runCaptured(["api-key", "rotate", key.id, "--overlap", "1", ...reach, "--json"]);
    const next = rotated.values()[0] as { apiKey: string; key: { id: string } }; // the same
    expect([await works(apiKey), await works(next.apiKey)]).toEqual([200, 200]);
    const listed = await runCaptured(["api-key", "list", ...reach]);
    expect(listed.out).not.toContain(next.apiKey);
    expect(listed.out).toContain(next.key.id);
    expect((await runCaptured(["api-key", "revoke", key.id, ...reach])).exitCode).toBe(0);
    expect([await works(apiKey), await works(next.apiKey)]).toEqual([401, 200]);
    const wrong = await runCaptured(["api-key", "add", "--scopes", "everything", ...reach]);
    expect([wrong.exitCode, wrong.err]).toEqual([2, expect.stringContaining("choose of sessions")]);
  });

  test("a key that may not says which scope it lacks", async () => {
    const at = await emptyFolder();
    const { service } = await startOn(at("data"));
    const plain = ["--url", service.url, "--key", await service.apiKeys.add("shop")];
    const refused = await runCaptured(["operator", "list", ...plain]);
    expect([refused.exitCode, refused.err]).toEqual([1, expect.stringContaining("`operators`")]);
  });
});

describe("habitus audit", () => {
  test("exports a copy that is verified without the service, goes on from its cursor, and shows what was cut off since", async () => {
    const at = await emptyFolder();
    const { service, at: reach } = await startOn(at("data"));
    const copy = at("copy.jsonl");
    const add = async () => {
      const { out } = await runCaptured(["audit", "export", ...reach, "--cursor", at("cursor")]);
      await writeFile(copy, out, { flag: "a" });
      return out.trim().split("\n").length;
    };
    expect(await add()).toBe(2); // the key was made; and the marks
    for (let i = 0; i < 5; i += 1) await service.apiKeys.add("shop");
    expect(await add()).toBe(6);
    expect(await readFile(at("cursor"), "utf8")).toBe("6\n");
    const { publicKey } = await (await service.administer("shop")).audit.marks();
    const verified = await runCaptured(["audit", "verify", "--file", copy, "--public-key", publicKey]);
    expect([verified.exitCode, verified.out]).toEqual([0, expect.stringContaining("entries 1 to 6")]);
    const against = await runCaptured(["audit", "verify", ...reach, "--against", copy]);
    expect(against.exitCode).toBe(0);

    const text = await readFile(copy, "utf8");
    await writeFile(copy, text.replace('"actor":"host"', '"actor":"else"'));
    const altered = await runCaptured(["audit", "verify", "--file", copy, "--public-key", publicKey]);
    expect([altered.exitCode, altered.out]).toEqual([1, expect.stringContaining("entry 1: ")]);
    const lines = text.trim().split("\n");
    await writeFile(copy, [...lines.slice(0, -2), ...lines.slice(-1)].join("\n"));
    const short = await runCaptured(["audit", "verify", "--file", copy, "--public-key", publicKey]);
    expect([short.exitCode, short.out]).toEqual([1, expect.stringContaining("(cutOff)")]);
    const other = Buffer.alloc(32, 9).toString("base64url");
    await writeFile(copy, text);
    const forged = await runCaptured(["audit", "verify", "--file", copy, "--public-key", other]);
    expect([forged.exitCode, forged.out]).toEqual([1, expect.stringContaining("forgedMark")]);

    const fresh = await startOn(at("fresh")); // the log as somebody would like it to be
    const rewritten = await runCaptured(["audit", "verify", ...fresh.at, "--against", copy]);
    expect([rewritten.exitCode, rewritten.out]).toEqual([1, expect.stringContaining("(cutOff)")]);
  });

  test("follows the log in the Common Event Format until it is stopped", async () => {
    const at = await emptyFolder();
    const { at: reach } = await startOn(at("data"));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 400);
    const { exitCode, out } = await runCaptured(["audit", "export", ...reach, "--format", "cef", "--follow"], {
      signal: stop.signal,
    });
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/^CEF:0\|Habitus\|Habitus\|1\|apiKey\.made\|[^\n]+\n$/)]);
  });

  test("verifies every log of a data folder that no service uses", async () => {
    const at = await emptyFolder();
    const service = await createService({ dataDir: at("data"), logLevel: "silent", engine: "inline" });
    for (const application of ["shop", "bank"]) await service.apiKeys.add(application);
    await stopService(service);
    const { exitCode, out } = await runCaptured(["audit", "verify", "--data", at("data")]);
    expect([
      exitCode,
      out
        .trim()
        .split("\n")
        .map((line) => line.split(",")[0])
        .sort(),
    ]).toEqual([0, ["bank: the audit log is intact", "shop: the audit log is intact"]]);
  });

  test("is cut at a day, with a signed mark that the rest is verified from", async () => {
    const at = await emptyFolder();
    let now = Date.UTC(2024, 5, 1);
    const service = await createService({ dataDir: at("data"), logLevel: "silent", engine: "inline", now: () => now });
    for (let i = 0; i < 4; i += 1) {
      await service.apiKeys.add("shop");
      now += 86_400_000;
    }
    await stopService(service);
    const cut = (...more: string[]) =>
      runCaptured(["audit", "cut", "--application", "shop", "--data", at("data"), ...more]);
    expect((await cut("--before", "2024-06-03")).exitCode).toBe(0);
    const { exitCode, out } = await runCaptured(["audit", "verify", "--data", at("data")]);
    expect([exitCode, out]).toEqual([0, expect.stringContaining("entries 3 to 5")]);
    const left = await runCaptured(["audit", "list", "--data", at("data"), "--json"]);
    expect(left.values().map(({ id, action }) => [id, action])).toEqual([
      [3, "apiKey.made"],
      [4, "apiKey.made"],
      [5, "audit.cut"],
    ]);
    expect((await cut("--before", "2999-01-01")).exitCode).toBe(2);
  });

  test("what is no export is said by its line", async () => {
    const at = await emptyFolder();
    await writeFile(at("x"), '{"marks":1}\n');
    const { exitCode, err } = await runCaptured(["audit", "verify", "--file", at("x")]);
    expect([exitCode, err]).toEqual([2, expect.stringContaining("line 1")]);
  });
});
