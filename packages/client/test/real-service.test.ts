import { habitus } from "@habitus/core";
import { createPopulation, type SimulatedPerson, session as simulate } from "@habitus/core/attacks";
import { createService, type Service } from "@habitus/server";
import { createPageSender, type OpenSessionResponse } from "@habitus/wire";
import { expect, onTestFinished, test } from "vitest";
import { createClient, type HabitusClient } from "../src/index.ts";

const [owner, stranger] = createPopulation(2, 11);
/** The service's clock: goes as fast as the people act. */
const clock = { at: Date.UTC(2026, 0, 5, 9) };

async function start(): Promise<{ readonly service: Service; readonly client: HabitusClient; readonly url: string }> {
  const service = await createService({
    dataDir: ":memory:",
    port: 0,
    logLevel: "silent",
    requestsPerMinute: 1e6,
    now: () => clock.at,
  });
  onTestFinished(() => service.close());
  const url = await service.listen();
  return { service, url, client: createClient({ url, apiKey: await service.apiKeys.add("test"), timeoutMs: 10_000 }) };
}

/** Sends what a person does in some minutes, as a page would. */
async function use(url: string, opened: OpenSessionResponse, person: SimulatedPerson | undefined, minutes: number) {
  if (person === undefined) throw new Error("the population is too small");
  const events = simulate(person, { startAt: clock.at, durationMs: minutes * 60_000, seed: minutes });
  const request = await createPageSender(opened, { stream: person.seed });
  for (let from = 0, seq = 0; from < events.length; from += 400, seq += 1) {
    const { headers, body } = await request(events.slice(from, from + 400));
    clock.at = Math.ceil(events[Math.min(from + 400, events.length) - 1]?.at ?? clock.at);
    const response = await fetch(`${url}/v1/sessions/${opened.session}/batches`, { method: "POST", body, headers });
    if (response.status !== 202) throw new Error(`batch ${seq}: ${response.status} ${await response.text()}`);
  }
}

test("a subject's whole life with a real service, method by method", { timeout: 120_000 }, async () => {
  const { client, url } = await start();
  await expect(client.subject("ada")).rejects.toMatchObject({ code: "unknown-subject", status: 404 });
  const consented = await client.setConsent("ada", { granted: true, textVersion: "2026-1" });
  expect(consented.consent).toMatchObject({ granted: true, textVersion: "2026-1" });
  const opened = await client.openSession({ subject: "ada" });
  expect(opened.consent).toBe(true);
  await expect(client.enrol("ada")).rejects.toMatchObject({
    code: "too-few-samples",
    status: 422,
    problem: { missing: expect.any(Number) },
  });

  const seen: string[] = [];
  const stop = new AbortController();
  const watching = (async () => {
    for await (const { decision } of client.watch(opened.session, { signal: stop.signal })) seen.push(decision);
  })();
  await use(url, opened, owner, 20);
  const { enrolment } = await client.subject("ada");
  if (enrolment.state !== "enrolled") expect(await client.enrol("ada")).toMatchObject({ version: 1 });
  // Enrolled by itself, and again each time that twice as much was known.
  const { references } = await client.subject("ada");
  expect(references.map(({ active }) => active)).toEqual(references.map((_, i) => i === references.length - 1));
  expect(new Set(references.map(({ system }) => system))).toEqual(new Set([`${habitus.name}@${habitus.version}`]));

  const second = await client.openSession({ subject: "ada" });
  await use(url, second, stranger, 6);
  const assessment = await client.assessment(second.session);
  expect(assessment.trust).toBeLessThan(habitus.policy.stepUpBelow);
  expect(["stepUp", "lock"]).toContain(assessment.decision);
  expect(await client.reportOutcome(second.session, { outcome: "stepUpFailed" })).toMatchObject({ decision: "lock" });
  expect((await client.listSessions()).map(({ session }) => session).sort()).toEqual(
    [opened.session, second.session].sort(),
  );

  await client.reportOutcome(opened.session, { outcome: "ended" });
  await watching; // ends by itself, with the session
  expect(seen.length).toBeGreaterThan(1);

  expect((await client.exportSubject("ada")).references).toHaveLength(references.length);
  const entries = await client.audit();
  expect(entries.map(({ action }) => action).join()).toMatch(/consent.*enrol/i);
  expect(await client.audit({ after: entries.at(-1)?.id ?? 0 })).toEqual([]);
  await client.eraseSubject("ada");
  await expect(client.exportSubject("ada")).rejects.toMatchObject({ code: "unknown-subject" });
});

test("a service that stops is unreachable, and its watchers are told", { timeout: 60_000 }, async () => {
  const { client, service } = await start();
  await client.setConsent("ada", { granted: true, textVersion: "1" });
  const { session } = await client.openSession({ subject: "ada" });
  const stop = new AbortController();
  const lost: string[] = [];
  const onLost = ({ code }: { readonly code: string }): void => {
    if (lost.push(code) === 3) stop.abort();
  };
  let assessments = 0;
  for await (const { state } of client.watch(session, { onLost, signal: stop.signal, retryMs: 1 })) {
    expect(state).toBe("open");
    assessments += 1;
    if (assessments === 1) void service.close();
  }
  expect(assessments).toBe(1);
  expect(lost).toEqual(["unreachable", "unreachable", "unreachable"]);
  await expect(client.assessment(session)).rejects.toMatchObject({ code: "unreachable", status: undefined });
});

test("a wrong key is its own code, for asking and for watching", async () => {
  const { url } = await start();
  const client = createClient({ url, apiKey: "habitus_wrong" });
  await expect(client.listSessions()).rejects.toMatchObject({ code: "invalid-api-key", requestId: expect.any(String) });
  await expect(client.watch("0123456789abcdef").next()).rejects.toMatchObject({ code: "invalid-api-key" });
});
