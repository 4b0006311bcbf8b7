import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { balanced, quiet } from "@habitus/core";
import { expect, onTestFinished, test } from "vitest";
import { joinService } from "./client.ts";
import { type Scripted, startScripted } from "./scripted.ts";

async function start(): Promise<Scripted> {
  const scripted = await startScripted();
  onTestFinished(() => scripted.bank.service.close());
  return scripted;
}

test("what a service starts with is the balanced preset, at the thresholds its system was measured at", async () => {
  const { bank } = await start();
  const { policies } = (await bank.call("GET", "/v1/policies")).body;
  expect(policies).toHaveLength(1);
  expect(policies[0]).toMatchObject({ id: "default", version: 0, role: "live", targets: { name: "balanced" } });
  expect(policies[0].compiled.routine.stepUpBelow).toBeCloseTo(0.5, 9);
  expect(policies[0].compiled.routine.predicted.perActiveHour).toBeCloseTo(1 / 5, 2);
  const { routine, sensitive, admin } = policies[0].compiled;
  expect(sensitive.stepUpBelow).toBeGreaterThan(routine.stepUpBelow);
  expect(admin.stepUpBelow).toBeGreaterThan(sensitive.stepUpBelow);
});

test("each save is a version, roles move, and every version can be read", async () => {
  const { bank } = await start();
  const put = (id: string, body: object) => bank.call("PUT", `/v1/policies/${id}`, body);
  expect(await put("ours", { role: "live", preset: "quiet", actor: "ada" })).toMatchObject({
    status: 200,
    body: { version: 1, role: "live", actor: "ada", targets: { name: "quiet" } },
  });
  expect((await put("ours", { role: "live", targets: balanced })).body.version).toBe(2);
  expect((await put("next", { role: "live", preset: "strict" })).body.version).toBe(1);
  const listed = (await bank.call("GET", "/v1/policies")).body.policies as { id: string; role: string }[];
  expect(listed.map(({ id, role }) => [id, role])).toEqual([
    ["default", "off"],
    ["next", "live"],
    ["ours", "off"],
  ]);
  expect((await bank.call("GET", "/v1/policies/ours?version=1")).body.targets.name).toBe("quiet");
  expect((await bank.call("GET", "/v1/policies/ours?version=9")).body.code).toBe("unknown-policy");
  expect((await bank.call("GET", "/v1/policies/none")).body.code).toBe("unknown-policy");
  const { entries } = (await bank.call("GET", "/v1/audit")).body;
  expect(entries.filter(({ action }: { action: string }) => action === "policy.saved")).toHaveLength(3);
  const other = await joinService(bank.service, "another bank");
  expect((await other.call("GET", "/v1/policies/ours")).status).toBe(404);
});

test("the policy that the documentation shows is accepted", async () => {
  const { bank } = await start();
  const text = await readFile(new URL("../../../docs/policy.md", import.meta.url), "utf8");
  const body = JSON.parse(/```json\n([\s\S]*?)```/.exec(text)?.[1] ?? "");
  expect(await bank.call("PUT", "/v1/policies/ours", body)).toMatchObject({ status: 200, body: { role: "live" } });
});

test("a policy that contradicts itself is refused with what to change, and the one before stays live", async () => {
  const { bank, sit } = await start();
  await bank.call("PUT", "/v1/policies/ours", { role: "live", preset: "quiet" });
  const { contexts } = balanced;
  const wrong = { ...balanced, contexts: { ...contexts, sensitive: { ...contexts.sensitive, missCost: 1 } } };
  const answer = await bank.call("PUT", "/v1/policies/ours", { role: "live", targets: wrong });
  expect(answer).toMatchObject({ status: 422, body: { code: "contradictory-policy" } });
  expect(answer.body.detail).toContain("sensitive has a lower missCost than routine");
  for (const body of [
    { role: "live" },
    { role: "live", preset: "loud" },
    { role: "king", preset: "quiet" },
    { role: "live", targets: { ...balanced, extra: 1 } },
    { role: "live", targets: { ...balanced, contexts: { routine: contexts.routine } } },
  ])
    expect((await bank.call("PUT", "/v1/policies/ours", body)).body.code).toBe("malformed-request");
  expect((await bank.call("GET", "/v1/policies/ours")).body).toMatchObject({ version: 1, role: "live" });
  const { path } = await sit("alice");
  expect((await bank.call("GET", `${path}/assessment`)).body.policy).toMatchObject({ id: "ours", version: 1 });
});

test("what is at stake is said at the opening or later; less at stake takes back no step-up", async () => {
  const { bank, look, sit } = await start();
  const alice = await sit("alice");
  expect(await look(alice, [0.9, 0.9, 0.55])).toMatchObject({ decision: "observe", policy: { context: "routine" } });
  const sensitive = await bank.call("PUT", `${alice.path}/context`, { context: "sensitive", actor: "transfer desk" });
  expect(sensitive).toMatchObject({ status: 200, body: { decision: "stepUp", policy: { context: "sensitive" } } });
  expect((await bank.call("PUT", `${alice.path}/context`, { context: "routine" })).body.decision).toBe("stepUp");
  const passed = await bank.call("POST", `${alice.path}/outcomes`, { outcome: "stepUpPassed" });
  expect(passed.body).toMatchObject({ decision: "continue", policy: { context: "routine" } });

  const bob = await sit("bob", { policyContext: "admin" });
  expect(await look(bob, [0.99, 0.99])).toMatchObject({
    decision: "noDecision", // three windows are the least for administration
    reasons: [{ code: "tooLittleInput" }],
    policy: { context: "admin" },
  });
  expect((await look(bob, [0.97])).decision).toBe("continue");
  expect((await bank.call("PUT", `${bob.path}/context`, { context: "elsewhere" })).body.code).toBe("malformed-request");
  await bank.call("POST", `${bob.path}/outcomes`, { outcome: "ended" });
  expect((await bank.call("PUT", `${bob.path}/context`, { context: "routine" })).body.code).toBe("session-closed");
  const { entries } = (await bank.call("GET", "/v1/audit")).body;
  expect(
    entries
      .filter(({ action }: { action: string }) => action === "context.changed")
      .map(({ actor, detail }: { actor: string; detail: object }) => [actor, detail]),
  ).toEqual([
    ["transfer desk", { context: "sensitive" }],
    ["application", { context: "routine" }],
  ]);
});

test("after a long absence more at stake is judged by what the absence has left of trust", async () => {
  const { bank, look, sit, clock } = await start();
  const alice = await sit("alice");
  const put = async (context: string) => (await bank.call("PUT", `${alice.path}/context`, { context })).body.decision;
  await look(alice, [0.95, 0.95, 0.95]);
  expect(await put("sensitive")).toBe("continue");
  expect(await put("routine")).toBe("continue");
  clock.now += 1_200_000;
  expect(await put("sensitive")).toBe("stepUp");
});

test("a fast look is looked at again, only confirmed ones ask and lock, and a passed step-up cools down", async () => {
  const { bank, look, sit } = await start();
  await bank.call("PUT", "/v1/policies/quiet", { role: "live", targets: { ...quiet, graceHours: 0 } });
  const alice = await sit("alice");
  await look(alice, [0.9]);
  const doubted = await look(alice, [0.01], { everyMs: 200_000 });
  expect(doubted).toMatchObject({ decision: "observe" });
  expect(doubted.reasons.map(({ code }: { code: string }) => code)).toContain("lookingAgain");
  for (const { gentle, text } of doubted.reasons) expect(gentle).not.toBe(text);
  expect((await look(alice, [0.01])).decision).toBe("stepUp");
  expect((await look(alice, [0.01])).decision).toBe("stepUp");
  expect((await look(alice, [0.01])).decision).toBe("lock");

  const bob = await sit("bob");
  await look(bob, [0.9, 0.9, 0.9]);
  expect((await look(bob, [0.1, 0.1], { everyMs: 200_000 })).decision).toBe("stepUp");
  await bank.call("POST", `${bob.path}/outcomes`, { outcome: "stepUpPassed" });
  await look(bob, [0.1], { everyMs: 130_000 });
  const cooling = await look(bob, [0.1]);
  expect(cooling.decision).toBe("observe");
  expect(cooling.reasons.map(({ code }: { code: string }) => code)).toContain("coolingDown");
  expect((await look(bob, [0.1])).decision).toBe("stepUp");
});

test("running sessions are judged by a policy as soon as it is saved, and a shadow only watches", async () => {
  const { bank, look, sit } = await start();
  const alice = await sit("alice");
  await look(alice, [0.9, 0.9, 0.55]);
  await bank.call("PUT", "/v1/policies/harder", { role: "shadow", preset: "strict" });
  expect(await look(alice, [0.9, 0.55, 0.9, 0.55])).toMatchObject({
    decision: "observe",
    shadow: { id: "harder", version: 1, decision: "stepUp", challenges: 2 },
  });
  await bank.call("PUT", "/v1/policies/harder", { role: "live", preset: "strict" });
  expect((await bank.call("GET", `${alice.path}/assessment`)).body).toMatchObject({
    decision: "stepUp",
    policy: { id: "harder", version: 2 },
    shadow: null,
  });
  const metrics = await bank.service.app.inject({ method: "GET", url: "/metrics" });
  expect(metrics.body).toMatch(/habitus_shadow_decisions_total\{decision="stepUp"\} 2/);
  expect(metrics.body).toMatch(/habitus_challenges_total\{context="routine",result="asked"\} 1/);
});

test("an accommodation leaves a kind of input alone or widens the limits, is audited without its reason, and ends", async () => {
  const { bank, look, sit, clock } = await start();
  const alice = await sit("alice");
  const put = (body: object) => bank.call("PUT", "/v1/subjects/alice/accommodation", body);
  expect((await look(alice, [0.9, 0.9, 0.4])).decision).toBe("stepUp");
  await bank.call("POST", `${alice.path}/outcomes`, { outcome: "stepUpPassed" });

  const until = clock.now + 3_600_000;
  expect(await put({ widenNats: 1, until, actor: "desk" })).toMatchObject({
    status: 200,
    body: { accommodation: { widenNats: 1, actor: "desk", until } },
  });
  clock.now += 600_000;
  expect((await look(alice, [0.48, 0.48, 0.48])).decision).toBe("continue");
  clock.now = until;
  expect(await look(alice, [0.48])).toMatchObject({ decision: "stepUp" });
  await bank.call("POST", `${alice.path}/outcomes`, { outcome: "stepUpPassed" });

  await put({ withdrawn: ["keystroke"], without: ["pointer"] });
  expect(await look(alice, [0.01, 0.01])).toMatchObject({
    decision: "noDecision",
    reasons: [{ code: "modalityWithdrawn" }],
    trust: null,
  });
  await put({});
  // What was switched off was neither compared nor kept.
  const exported = (await bank.call("GET", "/v1/subjects/alice/export")).body;
  expect(exported.accommodations).toHaveLength(3);
  expect(exported.featureSets.length).toBeLessThan(12);
  const { entries } = (await bank.call("GET", "/v1/audit")).body;
  const noted = entries.filter(({ action }: { action: string }) => action === "subject.accommodated");
  expect(noted.map(({ actor, detail }: { actor: string; detail: object }) => [actor, detail])).toEqual([
    ["desk", {}],
    ["application", {}],
    ["application", {}],
  ]);
  expect((await put({ widenNats: 9 })).body.code).toBe("malformed-request");
  expect((await bank.call("PUT", "/v1/subjects/nobody/accommodation", {})).body.code).toBe("unknown-subject");
});

test("input through a remote desktop is not compared", async () => {
  const { look, sit } = await start();
  const alice = await sit("alice", { context: { remoteDesktop: true } });
  expect(await look(alice, [0.01, 0.01])).toMatchObject({
    decision: "noDecision",
    reasons: [{ code: "remoteDesktopSuspected" }],
    evidence: [],
  });
});

test("hours of genuine use move the subject's thresholds, an impostor's do not; both are kept over a restart", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-policy-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const clock = { now: 1_760_000_000_000 };
  let scripted = await startScripted({ dataDir, clock });
  const threshold = async (subject: string): Promise<number> => {
    const { path } = await scripted.sit(subject);
    return (await scripted.bank.call("GET", `${path}/assessment`)).body.policy.stepUpBelow;
  };
  const { sit, look, bank } = scripted;
  /** Ten hours, trust a little low in each: 60 active minutes of a window each. */
  const work = async (subject: string, low: number, outcome: string): Promise<void> => {
    const typist = await sit(subject);
    for (let hour = 0; hour < 4; hour += 1)
      await look(typist, [...Array<number>(70).fill(0.9), low], { everyMs: 55_000 });
    await bank.call("POST", `${typist.path}/outcomes`, { outcome });
    if (outcome !== "ended") await bank.call("POST", `${typist.path}/outcomes`, { outcome: "ended" });
  };
  await work("steady", 0.88, "ended");
  await work("stolen", 0.52, "reportedTakeover");
  await work("varying", 0.52, "ended");
  const before = {
    steady: await threshold("steady"),
    stolen: await threshold("stolen"),
    varying: await threshold("varying"),
  };
  expect(before.steady).toBeGreaterThan(before.stolen);
  await scripted.bank.service.close();
  scripted = await startScripted({ dataDir, clock });
  onTestFinished(() => scripted.bank.service.close());
  expect(await threshold("steady")).toBeCloseTo(before.steady, 4);
  expect(await threshold("varying")).toBeCloseTo(before.varying, 4);
  const exported = (await scripted.bank.call("GET", "/v1/subjects/varying/export")).body;
  expect(exported.scoreHistory.history.hours).toBeGreaterThan(3);
  expect(exported.trustTraces.length).toBeGreaterThanOrEqual(4);
  await scripted.bank.call("DELETE", "/v1/subjects/varying");
  expect((await scripted.bank.call("GET", "/v1/policies/default/simulation")).body.subjects).toBe(1);
});

test("a simulation tells what another threshold would have meant, for whom, and what really happened", async () => {
  const { bank, look, sit, clock } = await start();
  const alice = await sit("alice");
  await look(
    alice,
    [...Array<number>(60).fill(0.9), 0.6, ...Array<number>(20).fill(0.9), 0.6, ...Array<number>(10).fill(0.9)],
    {
      everyMs: 45_000,
    },
  );
  expect((await look(alice, [0.3])).decision).toBe("stepUp");
  await bank.call("POST", `${alice.path}/outcomes`, { outcome: "stepUpPassed" });
  await bank.call("POST", `${alice.path}/outcomes`, { outcome: "ended" });
  const bob = await sit("bob");
  await look(bob, Array<number>(40).fill(0.9), { everyMs: 45_000 });
  const since = clock.now;
  await look(bob, [0.9, 0.7, 0.3]);
  await bank.call("POST", `${bob.path}/outcomes`, { outcome: "stepUpFailed" });
  await bank.call("POST", `${bob.path}/outcomes`, { outcome: "labelledTakeover", since, actor: "analyst" });
  await bank.call("POST", `${bob.path}/outcomes`, { outcome: "ended" });

  const ask = async (query = "") => (await bank.call("GET", `/v1/policies/default/simulation${query}`)).body;
  const now = await ask();
  expect(now).toMatchObject({ context: "routine", subjects: 1, sessions: 2, isComplete: true });
  expect(now.activeHours).toBeCloseTo((93 * 45) / 3600, 1);
  expect(now.live).toMatchObject({ challenges: 1, takeOvers: 1, missed: 0 });
  expect(now.asked).toEqual(now.live);
  expect(now.points).toHaveLength(49);
  expect(now.realised).toMatchObject({ falseChallenges: 1, rightChallenges: 1 });
  expect(now.realised.perUserMonth).toBeCloseTo((40 * 1) / now.activeHours, 6);
  const at = await ask("?threshold=0.65");
  expect(at.asked).toMatchObject({ threshold: 0.65, challenges: 3, usersAsked: 1 });
  expect(at.asked.medianSeconds).toBeLessThan(90);
  expect(at.mostAffected).toMatchObject([{ subject: "alice", challenges: 3 }]);
  expect((await ask("?threshold=0.2")).asked).toMatchObject({ challenges: 0, missed: 1, medianSeconds: null });
  const seldom = await ask("?atMost=0.5&per=userMonth");
  expect(seldom.asked.threshold).toBeLessThan(now.live.threshold);
  for (const query of ["?threshold=2", "?days=0", "?context=none", "?atMost=-1", "?threshold=NaN"])
    expect((await ask(query)).code, query).toBe("malformed-request");
  expect((await bank.call("GET", "/v1/policies/none/simulation")).body.code).toBe("unknown-policy");

  // "That was me" makes the session the owner's again.
  await bank.call("POST", `${bob.path}/outcomes`, { outcome: "confirmedByOwner", actor: "bob" });
  expect((await ask()).live.takeOvers).toBe(0);
  // Another application sees nothing of it.
  const other = await joinService(bank.service, "another bank");
  const theirs = (await other.call("GET", "/v1/policies/default/simulation")).body;
  expect(theirs).toMatchObject({ subjects: 0, sessions: 0, activeHours: 0, realised: { perActiveHour: null } });
});

test("trust never takes back a step-up or a lock, whichever policy comes", async () => {
  const { bank, look, sit } = await start();
  const alice = await sit("alice");
  expect((await look(alice, [0.9, 0.9, 0.01])).decision).toBe("stepUp");
  await bank.call("PUT", "/v1/policies/lax", { role: "live", preset: "quiet" });
  expect((await look(alice, [0.99, 0.99])).decision).toBe("stepUp");
  await bank.call("PUT", "/v1/subjects/alice/accommodation", { withdrawn: ["keystroke", "pointer"] });
  expect((await bank.call("GET", `${alice.path}/assessment`)).body.decision).toBe("stepUp");
  expect((await bank.call("POST", `${alice.path}/outcomes`, { outcome: "stepUpFailed" })).body.decision).toBe("lock");
  await bank.call("PUT", "/v1/policies/lax", { role: "live", preset: "balanced" });
  expect((await bank.call("POST", `${alice.path}/outcomes`, { outcome: "labelledOwner" })).body.decision).toBe("lock");
});
