import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { createClient } from "@habitus/client";
import { describe, expect, onTestFinished, test } from "vitest";
import { emptyFolder } from "./support/run-captured.ts";

const BIN = fileURLToPath(new URL("../bin/habitus.mjs", import.meta.url));

interface Running {
  readonly addresses: Record<string, string>;
  /** Sends Ctrl-C and returns the exit code and all that was written to standard error. */
  readonly stop: () => Promise<{ readonly exitCode: number | null; readonly err: string }>;
}

/** Starts the real command and returns once it has printed its addresses. */
async function start(argv: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [BIN, ...argv, "--json"], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit");
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += String(chunk);
  });
  const line = await firstLine(child, () => err);
  return {
    addresses: JSON.parse(line),
    async stop() {
      child.kill("SIGINT");
      const [exitCode] = await exited;
      return { exitCode, err };
    },
  };
}

function firstLine(child: ChildProcess, err: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk) => {
      text += String(chunk);
      const [line, rest] = text.split("\n", 2);
      if (line !== undefined && rest !== undefined) resolve(line);
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code} before it printed anything: ${err()}`)));
  });
}

describe("habitus serve", () => {
  test("shows its first API key once, stops at Ctrl-C with 0, and goes on where it stopped", {
    timeout: 120_000,
  }, async () => {
    const at = await emptyFolder();
    const argv = ["serve", "--port", "0", "--data", at("data")];
    const first = await start(argv);
    const { url = "", apiKey = "" } = first.addresses;
    const client = createClient({ url, apiKey });
    await client.setConsent("ada", { granted: true, textVersion: "1" });
    const { session } = await client.openSession({ subject: "ada" });
    expect(await first.stop()).toMatchObject({ exitCode: 0 });
    await expect(client.listSessions()).rejects.toMatchObject({ code: "unreachable" });

    const second = await start(argv);
    expect(second.addresses.apiKey).toBeUndefined();
    const again = createClient({ url: second.addresses.url ?? "", apiKey });
    expect(await again.listSessions()).toMatchObject([{ session, subject: "ada", state: "open" }]);
    expect(await second.stop()).toMatchObject({ exitCode: 0 });
  });

  test("a connection that never asks anything does not keep it from stopping", { timeout: 30_000 }, async () => {
    const at = await emptyFolder();
    const { addresses, stop } = await start(["serve", "--port", "0", "--data", at("data")]);
    const silent = connect(Number(new URL(addresses.url ?? "").port), "127.0.0.1");
    onTestFinished(() => void silent.destroy());
    await once(silent, "connect");
    expect(await stop()).toMatchObject({ exitCode: 0 }); // Node alone would wait for a minute, longer than this test may take
  });

  test("a port that is taken is said, with what to do", { timeout: 60_000 }, async () => {
    const at = await emptyFolder();
    const other = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await once(other, "listening");
    const { port } = other.address() as AddressInfo; // listening on TCP
    await expect(start(["serve", "--port", String(port), "--data", at("data")])).rejects.toThrow(
      new RegExp(`ended with 2 .*port ${port} is taken: choose another with --port`, "s"),
    );
  });
});

describe("habitus demo", () => {
  test("runs bank, console and service; keeps its keys to itself; a second start has the same data", {
    timeout: 180_000,
  }, async () => {
    const at = await emptyFolder();
    const argv = ["demo", "--port", "0", "--data", at("data")];
    const first = await start(argv);
    const { bank = "", console = "", api = "" } = first.addresses;
    expect(await (await fetch(bank)).text()).toContain("<html");
    expect((await fetch(`${api}/readyz`)).status).toBe(200);
    const link = new URL(console);
    expect([link.hostname, link.pathname], "passkeys need a name; the token is behind the #").toEqual([
      "localhost",
      "/console/",
    ]);
    const token = link.hash.slice("#/enter/".length);
    const origin = link.origin;
    const enter = () => fetch(`${origin}/v1/operator/link`, post({ token }, "", { origin }));
    const entered = await enter();
    expect([entered.status, entered.headers.get("set-cookie")]).toEqual([200, expect.stringContaining("HttpOnly")]);
    expect((await enter()).status, "it works once").toBe(401);
    expect((await fetch(`${api}/console/`)).status).toBe(200);

    expect((await stat(at("data/demo.json"))).mode & 0o777).toBe(0o600);
    const { apiKey } = JSON.parse(await readFile(at("data/demo.json"), "utf8"));
    const signedIn = await fetch(`${bank}/api/sign-in`, post({ name: "Ada" }));
    const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(await (await fetch(`${bank}/api/consent`, post({ granted: true }, cookie))).text()).not.toContain(apiKey);
    const sessions = await createClient({ url: api, apiKey }).listSessions();
    expect(sessions).toHaveLength(1);
    expect(await first.stop()).toEqual({ exitCode: 0, err: "" });

    const second = await start(argv);
    const kept = JSON.parse(await readFile(at("data/demo.json"), "utf8"));
    expect(kept).toMatchObject({ apiKey, url: second.addresses.api });
    expect(await createClient({ url: kept.url, apiKey }).listSessions()).toHaveLength(1);
    expect(await second.stop()).toEqual({ exitCode: 0, err: "" });
  });
});

function post(body: unknown, cookie = "", own: Record<string, string> = {}): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json", cookie, ...own },
    body: JSON.stringify(body),
  };
}
