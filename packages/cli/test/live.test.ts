import { readFile } from "node:fs/promises";
import { createClient } from "@habitus/client";
import { createService } from "@habitus/server";
import { describe, expect, onTestFinished, test } from "vitest";
import { emptyFolder, runCaptured } from "./support/run-captured.ts";

async function start() {
  const service = await createService({ dataDir: ":memory:", port: 0, logLevel: "silent" });
  onTestFinished(() => service.close());
  const url = await service.listen();
  const apiKey = await service.apiKeys.add("test");
  return { service, client: createClient({ url, apiKey }), at: ["--url", url, "--key", apiKey] };
}

describe("a running service", () => {
  test("is watched until the session ends", async () => {
    const { client, at } = await start();
    await client.setConsent("ada", { granted: true, textVersion: "1" });
    const { session } = await client.openSession({ subject: "ada" });
    const watching = runCaptured(["watch", ...at, "--json"]);
    const text = runCaptured(["watch", ...at, "--session", session]);
    await new Promise((resolve) => setTimeout(resolve, 200)); // both are connected, or get the end as their first
    await client.reportOutcome(session, { outcome: "ended" });
    const { exitCode, json } = await watching;
    expect(exitCode).toBe(0);
    expect(json().at(-1)).toMatchObject({ session, subject: "ada", state: "ended" });
    const { out, err } = await text;
    expect(out).toContain(`Trust in ada, session ${session}`);
    expect(out).toContain("noDecision");
    expect(err).toContain("ended");
  });

  test("is watched until Ctrl-C", async () => {
    const { client, at } = await start();
    await client.setConsent("ada", { granted: true, textVersion: "1" });
    await client.openSession({ subject: "ada" });
    expect(await runCaptured(["watch", ...at], { signal: AbortSignal.timeout(300) })).toMatchObject({ exitCode: 0 });
  });

  test("without an open session says so", async () => {
    const { at } = await start();
    const { exitCode, err } = await runCaptured(["watch", ...at]);
    expect(exitCode).toBe(1);
    expect(err).toContain("no session is open");
  });

  test("gives what it keeps about a subject, and destroys it", async () => {
    const { client, at } = await start();
    const path = await emptyFolder();
    await client.setConsent("ada", { granted: true, textVersion: "7" });
    const file = path("ada.json");
    expect(await runCaptured(["export", "--subject", "ada", "--out", file, ...at])).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
      subject: "ada",
      consents: [{ textVersion: "7" }],
    });
    expect(await runCaptured(["erase", "--subject", "ada", ...at])).toMatchObject({ exitCode: 2 }); // nobody to ask
    expect(await runCaptured(["erase", "--subject", "ada", "--yes", ...at])).toMatchObject({ exitCode: 0 });
    const gone = await runCaptured(["export", "--subject", "ada", ...at]);
    expect(gone.exitCode).toBe(1);
    expect(gone.err).toContain("[unknown-subject]");
  });

  test("has an audit log that verifies", async () => {
    const { client, at } = await start();
    for (const subject of ["ada", "bob"]) await client.setConsent(subject, { granted: true, textVersion: "1" });
    const listed = await runCaptured(["audit", "list", ...at, "--json"]);
    const entries = listed.json();
    expect(entries.length).toBeGreaterThanOrEqual(3); // the key and two consents
    const { exitCode, json } = await runCaptured(["audit", "verify", ...at, "--json"]);
    expect(exitCode).toBe(0);
    expect(json()).toEqual([
      expect.objectContaining({
        kind: "intact",
        entries: entries.length,
        head: expect.stringMatching(/^[0-9a-f]{64}$/),
      }),
    ]);
  });
});
