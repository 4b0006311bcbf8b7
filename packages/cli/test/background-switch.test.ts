import { createClient } from "@habitus/client";
import { createRandom, type Event } from "@habitus/core";
import { createPopulation, session, typeText } from "@habitus/core/attacks";
import { createService } from "@habitus/server";
import { createPageSender } from "@habitus/wire";
import { expect, onTestFinished, test } from "vitest";
import { emptyFolder, runCaptured } from "./support/run-captured.ts";

const PEOPLE = 12;
const DAY_MS = 86_400_000;
const PER_BATCH = 1_000;
let now = Date.UTC(2026, 0, 5, 9);

async function start(dataDir: string) {
  const service = await createService({ dataDir, port: 0, logLevel: "silent", requestsPerMinute: 1e6, now: () => now });
  onTestFinished(() => service.close());
  const url = await service.listen();
  const client = createClient({ url, apiKey: await service.apiKeys.add("shop", { label: "test" }), timeoutMs: 10_000 });
  return { service, url, client };
}

type Running = Awaited<ReturnType<typeof start>>;
type Opened = Awaited<ReturnType<Running["client"]["openSession"]>>;

interface Habits {
  readonly people: number;
  /** Of so many of them also a minute of pointing in each sitting. */
  readonly pointing?: number;
}

/** Two sittings of 200 keys, on two days. */
async function enrol({ client, url }: Running, { people, pointing = 0 }: Habits): Promise<void> {
  for (const [day, seed] of [1, 2].entries()) {
    now += day * DAY_MS;
    for (const [i, person] of createPopulation(people, 7).entries()) {
      await client.setConsent(person.id, { granted: true, textVersion: "1" });
      await client.setConsent(person.id, { granted: true, textVersion: "1", purpose: "population" });
      const opened = await client.openSession({ subject: person.id });
      const events: Event[] = typeText(person, {
        keystrokes: 200,
        startAt: now,
        random: createRandom(seed + person.seed),
      });
      const startAt = (events.at(-1)?.at ?? now) + 1_000;
      const mix = { type: 0, point: 1, scroll: 0.1, navigate: 0.1, read: 0 };
      if (i < pointing) events.push(...session(person, { startAt, durationMs: 60_000, seed, mix }));
      now = Math.ceil(events.at(-1)?.at ?? now) + 1_000;
      await send(url, opened, events);
      await client.reportOutcome(opened.session, { outcome: "ended" });
      if ((await client.subject(person.id)).enrolment.state !== "enrolled") await client.enrol(person.id);
    }
  }
}

async function send(url: string, opened: Opened, events: readonly Event[]): Promise<void> {
  const request = await createPageSender(opened);
  for (let from = 0; from < events.length; from += PER_BATCH) {
    const { headers, body } = await request(events.slice(from, from + PER_BATCH));
    const answer = await fetch(`${url}/v1/sessions/${opened.session}/batches`, { method: "POST", body, headers });
    expect(answer.status).toBe(202);
  }
}

test("a service is switched to a background of its own people: every reference is made anew, and it is audited", {
  timeout: 120_000,
}, async () => {
  const dataDir = (await emptyFolder())("data");
  const before = await start(dataDir);
  await enrol(before, { people: PEOPLE });
  expect(await before.client.status()).toMatchObject({
    enrolled: PEOPLE,
    background: { own: false, people: 55 },
    advice: [],
  });
  const argv = ["background", "switch", "--data", dataDir, "--application", "shop"];
  const running = await runCaptured([...argv, "--fewest", "10"]);
  expect(running.exitCode).toBe(1);
  expect(running.err).toContain("Is the service stopped?");
  const references = (await before.client.subject("sim-001")).references.length;
  const population = { textVersion: "1", purpose: "population" } as const;
  await before.client.setConsent("sim-002", { granted: false, ...population });
  await before.service.close();

  const few = await runCaptured(argv);
  // Whoever does not agree that it is learnt from is not among them.
  expect([few.exitCode, few.err]).toEqual([2, expect.stringContaining("11 people are enrolled with consent")]);
  expect(few.err).toContain("at least 100 are needed");
  const nobody = await runCaptured(["background", "switch", "--data", dataDir, "--application", "nobody"]);
  expect([nobody.exitCode, nobody.err]).toEqual([2, expect.stringContaining("which has shop")]);

  const agreed = await start(dataDir);
  await agreed.client.setConsent("sim-002", { granted: true, ...population });
  await agreed.service.close();
  const { exitCode, json } = await runCaptured([...argv, "--fewest", "10", "--json"]);
  expect(exitCode).toBe(0);
  const [switched] = json();
  expect(switched).toEqual({
    background: expect.stringMatching(/^own-12-[0-9a-f]{8}$/),
    people: PEOPLE,
    pointing: null,
    usage: null,
    notLearnt: [
      expect.stringMatching(/^Pointing was not learnt.*: 0 people have 10 windows.* at least 16 are needed\.$/),
      expect.stringMatching(/^Usage was not learnt.*: 0 people were seen.* at least 50 are needed\.$/),
    ],
    remade: PEOPLE,
    notRemade: 0,
    privacy: null,
  });

  const after = await start(dataDir);
  expect(await after.client.status()).toMatchObject({
    enrolled: PEOPLE,
    background: { own: true, people: PEOPLE },
    advice: [],
  });
  const now1 = (await after.client.subject("sim-001")).references;
  expect(now1).toHaveLength(references + 1);
  expect(now1.at(-1)?.active).toBe(true);
  const actions = (await after.client.audit()).map(({ action }) => action);
  expect(actions.filter((action) => action === "background.switched")).toHaveLength(1);
  const shown = await runCaptured(["status", "--url", after.url, "--key", await after.service.apiKeys.add("shop")]);
  expect(shown.out).toContain("this service's own, of 12 people; 12 people are enrolled");
  expect(shown.out).toMatch(
    /Pointing is compared with .*, the shipped one, of 160 people; usage with .* of 150 people\./,
  );
});

test("with --epsilon those people are promised privacy: it is printed, kept, told by status, and what was promised before counts", {
  timeout: 120_000,
}, async () => {
  const dataDir = (await emptyFolder())("data");
  const before = await start(dataDir);
  await enrol(before, { people: 10 });
  await before.service.close();
  const argv = ["background", "switch", "--data", dataDir, "--application", "shop", "--fewest", "8"];
  for (const epsilon of ["0", "-1", "many", "21"])
    expect((await runCaptured([...argv, "--epsilon", epsilon])).err).toContain("above 0, at most 20");

  const first = await runCaptured([...argv, "--epsilon", "3"]);
  expect(first.exitCode).toBe(0);
  expect(first.out).toMatch(/the background own-private-[0-9a-f]{8} was learnt from about \d+ people\./);
  expect(first.out).toContain("differential privacy, epsilon 3.00 at delta 0.000001.");
  expect(first.out).toContain("Pointing and usage were not learnt");
  const [second] = (await runCaptured([...argv, "--epsilon", "3", "--json"])).json();
  expect(second).toMatchObject({ privacy: { unit: "person", delta: 1e-6 }, remade: 10 });
  const { epsilon = 0 } = (second as { privacy: { epsilon?: number } }).privacy; // safe: it was just looked at
  expect(epsilon).toBeGreaterThan(4);
  expect(epsilon).toBeLessThan(6);

  const after = await start(dataDir);
  expect((await after.client.status()).background?.epsilon).toBeCloseTo(epsilon, 6);
  const switched = (await after.client.audit()).filter(({ action }) => action === "background.switched");
  expect(switched.map(({ detail }) => Number(detail.epsilon)).sort((a, b) => a - b)[0]).toBeCloseTo(3, 6);
});

test("where enough people point, pointing is learnt from them too: both are named, audited, and compared with after a start", {
  timeout: 240_000,
}, async () => {
  const dataDir = (await emptyFolder())("data");
  const before = await start(dataDir);
  await enrol(before, { people: 17, pointing: 16 });
  await before.service.close();

  const { exitCode, out } = await runCaptured([
    ...["background", "switch", "--data", dataDir, "--application", "shop", "--fewest", "10"],
  ]);
  expect(exitCode).toBe(0);
  expect(out).toMatch(/Typing: the background own-17-[0-9a-f]{8} was learnt from 17 people\./);
  const named = /Pointing: the background (own-pointing-16-[0-9a-f]{8}) was learnt from 16 people\./.exec(out)?.[1];
  expect(named).toBeDefined();
  expect(out).toContain("17 references were made anew");

  const after = await start(dataDir);
  const { background } = await after.client.status();
  expect(background?.pointing).toEqual({ id: named, people: 16, own: true });
  expect(background?.usage).toMatchObject({ people: 150, own: false });
  const audit = await after.client.audit();
  const [switched] = audit.filter(({ action }) => action === "background.switched");
  expect(switched?.detail).toMatchObject({ people: 17, pointing: named, pointingPeople: 16 });
  const comparators = audit
    .filter(({ action, subject }) => action === "subject.enrolled" && subject === "sim-001")
    .map(({ detail }) => String(detail.comparator));
  expect(comparators.at(-1)).toContain(`${named}.full+${named}.behaviour`);
  expect(comparators.slice(0, -1).every((comparator) => !comparator.includes("own-"))).toBe(true);

  const [person] = createPopulation(17, 7);
  if (person === undefined) throw new Error("nobody");
  now += DAY_MS;
  const opened = await after.client.openSession({ subject: person.id });
  const mix = { type: 0, point: 1, scroll: 0.1, navigate: 0.1, read: 0 };
  await send(after.url, opened, session(person, { startAt: now, durationMs: 60_000, seed: 9, mix }));
  now += 61_000;
  const { modalities } = await after.client.assessment(opened.session);
  expect(modalities.map(({ about }) => about)).toContain("pointer");
});
