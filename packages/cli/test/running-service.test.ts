import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { createClient, type HabitusClient } from "@habitus/client";
import { createPopulation, session } from "@habitus/core/attacks";
import { createService, type Service } from "@habitus/server";
import { type AuditMarks, createPageSender, type OpenSessionResponse } from "@habitus/wire";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { stopService } from "../src/service/start.ts";
import { makeFolder, runCaptured } from "./support/run-captured.ts";

let service: Service;
let client: HabitusClient;
let reach: readonly string[];
let opened: OpenSessionResponse;
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  folder = await makeFolder();
  service = await createService({ dataDir: ":memory:", port: 0, logLevel: "silent" });
  const url = await service.listen();
  const apiKey = await service.apiKeys.add("shop");
  client = createClient({ url, apiKey });
  reach = ["--url", url, "--key", apiKey];
  await client.setConsent("ada", { granted: true, textVersion: "1" });
  opened = await client.openSession({ subject: "ada" });
});
afterAll(async () => {
  await stopService(service);
  await folder.remove();
});

/** Sends what a simulated person does, as a page would. */
async function use(minutes: number): Promise<void> {
  const [person] = createPopulation(1, 7);
  if (person === undefined) throw new Error("a population of one has a person");
  const durationMs = minutes * 60_000;
  const events = session(person, { startAt: Date.now() - 2 * durationMs, durationMs, seed: 1 });
  const request = await createPageSender(opened, { quantumMs: 8 });
  for (let i = 0; i < events.length; i += 500) {
    const { headers, body } = await request(events.slice(i, i + 500));
    const answer = await fetch(`${service.url}/v1/sessions/${opened.session}/batches`, {
      method: "POST",
      headers,
      body,
    });
    expect(answer.status).toBe(202);
  }
}

/** All that is kept about ada, whenever it was exported. */
async function exported(): Promise<unknown> {
  // Each export is in the log that the next one holds.
  return { ...(await client.exportSubject("ada")), exportedAt: expect.any(Number), audit: expect.any(Array) };
}

describe("habitus watch, following a session of a running service", () => {
  test("each change is a line, until it is told to stop", async () => {
    const stop = new AbortController();
    const watching = runCaptured(["watch", ...reach, "--session", opened.session, "--json"], { signal: stop.signal });
    await use(4);
    const { seen } = await client.assessment(opened.session);
    expect(seen.windows).toBeGreaterThan(0);
    const reached = client.watch(opened.session); // what this one got, the command got too
    for await (const assessment of reached) if (assessment.seen.windows === seen.windows) break;
    stop.abort();
    const { exitCode, values } = await watching;
    expect(exitCode).toBe(0);
    expect(values()[0]).toMatchObject({ session: opened.session, subject: "ada", state: "open" });
  });

  test("the newest open session is followed when none is named", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    const { exitCode, out } = await runCaptured(["watch", ...reach], { signal: stop.signal });
    expect(exitCode).toBe(0);
    expect(out).toContain(`Trust in ada, session ${opened.session}`);
  });

  test("a session that is not there, a wrong key and no service: exit code 1 and why", async () => {
    const absent = await runCaptured(["watch", ...reach, "--session", "nobody"]);
    expect([absent.exitCode, absent.err]).toEqual([1, expect.stringMatching(/\[[\w-]+\] \(request .+\)/)]);
    const key = await runCaptured(["watch", "--url", service.url, "--key", "habitus_wrong"]);
    expect([key.exitCode, key.err]).toEqual([1, expect.stringContaining("[invalid-api-key]")]);
    const nowhere = await runCaptured(["watch", "--url", "http://127.0.0.1:1", "--key", "k"]);
    expect([nowhere.exitCode, nowhere.err]).toEqual([1, expect.stringContaining("Start it with habitus serve")]);
    const unknown = await runCaptured(["watch", "--data", folder.path("none")]);
    expect([unknown.exitCode, unknown.err]).toEqual([2, expect.stringContaining("give --url and --key")]);
  });

  test("address and key may stand in the environment", async () => {
    const [, url, , key] = reach;
    const { exitCode, values } = await runCaptured(["export", "--subject", "ada"], {
      env: { HABITUS_URL: url, HABITUS_API_KEY: key },
    });
    expect(exitCode).toBe(0);
    expect(values()[0]).toEqual(await exported());
  });
});

describe("habitus audit verify", () => {
  test.each([
    ["altered", (entries: Entry[]) => entries.map((entry, i) => (i === 1 ? { ...entry, actor: "somebody" } : entry))],
    ["missing", (entries: Entry[]) => entries.filter((_, i) => i !== 1)],
  ] as const)("an entry that was %s is named, with exit code 1", async (what, change) => {
    const entries = [...(await client.audit())];
    expect(entries.length).toBeGreaterThan(2);
    const marks = await (await service.administer("shop")).audit.marks();
    const url = await serveAudit(change(entries), marks);
    const { exitCode, out } = await runCaptured(["audit", "verify", "--url", url, "--key", "k"]);
    expect(exitCode).toBe(1);
    expect(out).toMatch(new RegExp(`entry 2: .*\\(${what}\\)`));
  });
});

describe("habitus export", () => {
  test("an export is written to a file that only this user may read", async () => {
    const out = folder.path("ada.json");
    const { exitCode } = await runCaptured(["export", ...reach, "--subject", "ada", "--out", out]);
    expect(exitCode).toBe(0);
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(out, "utf8"))).toEqual(await exported());
  });
});

type Entry = Awaited<ReturnType<HabitusClient["audit"]>>[number];

/** A service whose audit log was tampered with. */
async function serveAudit(entries: readonly Entry[], marks: AuditMarks): Promise<string> {
  const server = createServer((request, answer) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
    const after = Number(searchParams.get("after") ?? 0);
    answer.setHeader("content-type", "application/json");
    if (pathname.endsWith("/marks")) answer.end(JSON.stringify(marks));
    else answer.end(JSON.stringify({ entries: entries.filter(({ id }) => id > after) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("listening on TCP");
  return `http://127.0.0.1:${address.port}`;
}
