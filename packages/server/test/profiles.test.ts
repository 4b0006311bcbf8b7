import { createRandom, habitus, type System } from "@habitus/core";
import { createPopulation, typeText } from "@habitus/core/attacks";
import { expect, test } from "vitest";
import { memoryKeyProvider } from "../src/keys/software.ts";
import { keepReference } from "../src/live/keep-reference.ts";
import { encodeReference } from "../src/live/records.ts";
import { createSubjects } from "../src/live/subjects.ts";
import { createGroupCommit } from "../src/storage/group-commit.ts";
import { openSqlite } from "../src/storage/sqlite/open-sqlite.ts";
import { batchesOf, type Json, pageOf, startApplication, until } from "./client.ts";

const DAY_MS = 86_400_000;
// Two of them stand for one subject's laptop and desktop.
const people = createPopulation(20, 11);
const [LAPTOP, DESKTOP, STRANGER] = [0, 4, 18];

async function startBank() {
  const clock = { now: 1_760_000_000_000 };
  const bank = await startApplication({ now: () => clock.now, sessionMs: DAY_MS });
  const status = async (): Promise<Json> => (await bank.call("GET", "/v1/subjects/alice")).body;
  const consent = { granted: true, textVersion: "1" };
  await bank.call("PUT", "/v1/subjects/alice/consent", consent);
  const open = async () => {
    clock.now += DAY_MS;
    const page = pageOf(bank.service, (await bank.call("POST", "/v1/sessions", { subject: "alice" })).body);
    const path = `/v1/sessions/${page.opened.session}`;
    const [asked, seen] = [[] as number[], { seq: 0, keystrokes: 0, press: 0 }];
    return {
      session: page.opened.session,
      asked,
      report: (outcome: string) => bank.call("POST", `${path}/outcomes`, { outcome }),
      /** Types, and answers what is asked; `asked` tells when. */
      async type(person: number, keystrokes: number, outcome = "stepUpPassed"): Promise<void> {
        const who = people[person];
        if (who === undefined) throw new Error("no such person");
        const random = createRandom(clock.now % 1_000_003);
        const typed = typeText(who, { keystrokes, startAt: clock.now + 5000, random });
        const events = typed.map((one) => (one.kind === "key" ? { ...one, press: one.press + seen.press } : one));
        seen.press += keystrokes * 2;
        for (const batch of batchesOf(events, { firstSeq: seen.seq })) {
          seen.seq += 1;
          clock.now = Math.max(clock.now, (events[Math.min(events.length, 50 * seen.seq) - 1]?.at ?? 0) + 100);
          const answer = await page.send(batch);
          if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
          const { decision } = (await bank.call("GET", `${path}/assessment`)).body;
          if (decision === "lock") return;
          if (decision !== "stepUp") continue;
          asked.push(clock.now);
          await bank.call("POST", `${path}/outcomes`, { outcome });
        }
      },
    };
  };
  return { bank, clock, status, open };
}

async function enrolled() {
  const own = await startBank();
  const first = await own.open();
  await first.type(LAPTOP, 400);
  await until(async () => (await own.status()).references.length > 0);
  await first.report("ended");
  return own;
}

test("whoever has a second keyboard is asked once on it, and never again; a third person is still noticed", async () => {
  const { bank, status, open } = await enrolled();
  expect((await status()).profiles.length).toBe(1);

  const second = await open();
  await second.type(DESKTOP, 600);
  expect(second.asked.length).toBe(1);
  await until(async () => (await status()).profiles.length === 2);
  await second.report("ended");
  const { profiles, references } = await status();
  expect(profiles[0].since).toBe(references[0].enrolledAt);
  expect(profiles[1].since).toBeGreaterThan(profiles[0].since);

  for (const person of [DESKTOP, LAPTOP, DESKTOP]) {
    const again = await open();
    await again.type(person, 400);
    expect(again.asked, `person ${person}`).toEqual([]);
    await again.report("ended");
  }
  const third = await open();
  await third.type(STRANGER, 500, "stepUpFailed");
  expect(third.asked.length).toBe(1);
  expect((await status()).profiles.length).toBe(2);

  const entries = (await bank.call("GET", "/v1/audit")).body.entries as Json[];
  expect(entries.filter(({ action }) => action.startsWith("profile."))).toMatchObject([
    { action: "profile.opened", subject: "alice", session: second.session, detail: { since: profiles[1].since } },
  ]);
  const exported = (await bank.call("GET", "/v1/subjects/alice/export")).body;
  expect(exported.references.at(-1).profiles.map(({ since }: Json) => since)).toEqual(
    (await status()).profiles.map(({ since }: Json) => since),
  );
  expect((await bank.call("DELETE", "/v1/subjects/alice")).status).toBe(204);
  expect((await bank.call("GET", "/v1/subjects/alice")).status).toBe(404);
  await bank.service.close();
});

test("a step-up passed after a change of hands opens nothing; whoever goes on to type unlike the subject is asked again", async () => {
  const { status, open, bank } = await enrolled();
  const changed = await open();
  await changed.type(LAPTOP, 300);
  expect(changed.asked).toEqual([]);
  await changed.type(DESKTOP, 400);
  expect(changed.asked.length).toBe(2);
  await until(async () => (await status()).profiles.length === 2);
  expect((await status()).profiles[1].since).toBe(changed.asked[1]);
  await bank.service.close();
});

test("when hands change in the sitting that opened a profile, and whoever is there fails, it is closed again", async () => {
  const { bank, status, open } = await enrolled();
  const opened = await open();
  await opened.type(DESKTOP, 400);
  await until(async () => (await status()).profiles.length === 2);
  await opened.type(STRANGER, 400, "stepUpFailed");
  expect(opened.asked.length).toBe(2);
  await until(async () => (await status()).profiles.length === 1);
  const entries = (await bank.call("GET", "/v1/audit")).body.entries as Json[];
  expect(entries.map(({ action }) => action).filter((action) => action.startsWith("profile."))).toEqual([
    "profile.opened",
    "profile.closed",
  ]);
  await bank.service.close();
});

test("a profile that its subject did without for 90 days is closed", async () => {
  const { bank, clock, status, open } = await enrolled();
  const opened = await open();
  await opened.type(DESKTOP, 400);
  await until(async () => (await status()).profiles.length === 2);
  await opened.report("ended");
  const before = (await status()).references.length;
  clock.now += 95 * DAY_MS;
  for (let time = 0; time < 2; time += 1) {
    const own = await open();
    await own.type(LAPTOP, 300);
    await own.report("ended");
    clock.now += 4 * DAY_MS;
  }
  await until(async () => (await status()).profiles.length === 1);
  const { profiles, references } = await status();
  expect(references.length).toBeGreaterThan(before);
  expect(profiles[0].since).toBe(references[0].enrolledAt);
  await bank.service.close();
});

test("a reference kept before there were profiles is read as one; profiles outlast a restart", async () => {
  const storage = openSqlite(":memory:");
  const now = () => 1_760_000_000_000;
  const keys = memoryKeyProvider();
  const system = habitus as unknown as System; // safe: a state comes only from its own system
  const deps = { storage, commits: createGroupCommit(storage), keys, system, now };
  const state = await createSubjects(deps).ensure("app", "alice");
  const enrol = (profiles: readonly number[]) => {
    const windows = [LAPTOP, DESKTOP].flatMap((person, i) => {
      const who = people[person];
      if (who === undefined) throw new Error("no such person");
      const events = typeText(who, { keystrokes: 200, startAt: now(), random: createRandom(person) });
      const { windows } = system.segmenter.push(system.segmenter.initial(), events, 0.1);
      return windows.flatMap((one) =>
        one.kind === "sample" ? [{ ...system.extractor.extract(one), ...(i > 0 && { profile: 7 }) }] : [],
      );
    });
    const made = system.enrol(windows, { background: [], random: createRandom(1), now: now(), profiles });
    if (made.kind !== "enrolment") throw new Error(made.reason);
    return made;
  };
  const { reference } = enrol([0]);
  const older = encodeReference({ reference, heldOut: 0, heldOutAccuracy: null });
  const { samples } = reference;
  const row = { application: "app", subject: "alice", version: 1, system: "habitus@1", samples, enrolledAt: now() };
  await deps.commits.submit([
    { kind: "addReference", row: { ...row, active: true, sealed: state.seal("reference", "1", older) } },
  ]);
  const again = await createSubjects(deps).find("app", "alice");
  if (again === undefined) throw new Error("she is known");
  expect(again.profiles).toEqual([{ since: 0, samples }]);
  expect(again.reference?.reference).toEqual(reference);

  const both = enrol([0, 7]);
  await keepReference(deps, again, both, { actor: "habitus" });
  const restarted = await createSubjects(deps).find("app", "alice");
  expect(restarted?.profiles).toEqual(both.report.profiles);
  expect(restarted?.reference?.reference).toEqual(both.reference);
  const actions = (await storage.audit("app", 0, 9)).map(({ action, detail }) => [action, detail.since]);
  expect(actions).toEqual([
    ["subject.enrolled", undefined],
    ["profile.opened", 7],
  ]);
  await storage.close();
});
