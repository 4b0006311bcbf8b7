import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@habitus/core";
import { expect, test } from "vitest";
import { createService } from "../src/index.ts";
import { openSqlite } from "../src/storage/sqlite/open-sqlite.ts";
import { batchesOf, joinService, pageOf, seeded, type TestPage, typing } from "./client.ts";

const SEED = 20_261_121;
const HABIT = { holdMs: 90, pauseMs: 180 };
const ROUNDS = 40;
const AT_ONCE = 14;
const FINE = [200, 201, 202, 204, 403, 404, 409, 422];

test(`whatever happens at the same time as an erasure (seed ${SEED}), nothing is left that no key opens, and no answer is a fault`, {
  timeout: 120_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-storm-"));
  const options = {
    dataDir,
    logLevel: "silent",
    unsealed: "accept",
    requestsPerMinute: 1e9,
    failuresAllowed: 1e9,
  } as const;
  const service = await createService(options);
  const bank = await joinService(service);
  await bank.call("PUT", "/v1/settings", { eraseWithinHours: 0 });
  const random = createRandom(SEED);
  const path = "/v1/subjects/alice";
  const consent = (granted: boolean) => () => bank.call("PUT", `${path}/consent`, { granted, textVersion: "1" });
  const pages: { page: TestPage; seq: number }[] = [];
  const open = async () => {
    const answer = await bank.call("POST", "/v1/sessions", { subject: "alice", context: { country: "DE" } });
    if (answer.status === 201) pages.push({ page: pageOf(service, answer.body), seq: 0 });
    return answer;
  };
  const pick = () => pages[Math.floor(random() * pages.length)];
  const send = async () => {
    const one = pick();
    if (one === undefined) return { status: 404 };
    const events = typing(seeded(one.seq + 1), 40, { at: Date.now() - 20_000, habit: HABIT, firstPress: 40 * one.seq });
    const [batch] = batchesOf(events, { size: 100, firstSeq: one.seq });
    const answer = await one.page.send(batch as never);
    if (answer.status === 202) one.seq += 1;
    return answer;
  };
  const outcome = async () => {
    const session = pick()?.page.opened.session ?? "none";
    const outcomes = ["stepUpPassed", "signedIn", "confirmedByOwner", "ended"];
    return bank.call("POST", `/v1/sessions/${session}/outcomes`, { outcome: outcomes[Math.floor(random() * 4)] });
  };
  const page = async () => {
    const link = await bank.call("POST", `${path}/page`, {});
    if (link.status !== 201) return link;
    const headers = { authorization: `Bearer ${link.body.token}` };
    const payload = { minutes: random() < 0.5 ? null : 1 };
    const paused = await service.app.inject({ method: "PUT", url: "/v1/me/pause", headers, payload });
    if (paused.statusCode !== 200) return { status: paused.statusCode === 401 ? 404 : paused.statusCode };
    const resumed = await service.app.inject({ method: "DELETE", url: "/v1/me/pause", headers });
    return { status: resumed.statusCode === 401 ? 404 : resumed.statusCode };
  };
  const works = [
    ...[open, open, send, send, send, send, outcome, page],
    ...[consent(true), consent(true), consent(false)],
    () => bank.call("PUT", `${path}/accommodation`, { withdrawn: random() < 0.5 ? ["touch"] : [] }),
    () => bank.call("POST", `${path}/enrolment`),
    () => bank.call("GET", `${path}/export`),
    () => bank.call("GET", path),
    () => (random() < 0.3 ? bank.call("DELETE", path) : service.maintain().then(() => ({ status: 200 }))),
    () => bank.call("GET", `/v1/sessions/${pick()?.page.opened.session}/assessment`),
  ] as const;
  for (let round = 0; round < ROUNDS; round += 1) {
    await consent(true)();
    await open();
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, async () => works[Math.floor(random() * works.length)]?.()),
    );
    for (const answer of answers) expect(FINE, JSON.stringify(answer)).toContain(answer?.status);
    await consent(true)();
    expect((await bank.call("GET", `${path}/export`)).status, `round ${round}`).toBe(200);
  }
  await service.close();

  const again = await createService(options);
  const later = await joinService(again);
  const { status, body } = await later.call("GET", `${path}/export`);
  expect(status, "everything that is left opens after a start").toBe(200);
  expect(body.consents.length).toBeGreaterThan(0);
  await again.close();
  const storage = openSqlite(join(dataDir, "habitus.db"));
  const application = (await storage.applications())[0]?.application ?? "";
  const sessions = new Set((await storage.sessions(application, { limit: 1e6 })).map(({ session }) => session));
  for (const { page: one } of pages)
    if (!sessions.has(one.opened.session))
      expect(
        await storage.snapshot(application, one.opened.session),
        "no snapshot without its session",
      ).toBeUndefined();
  await storage.close();
  await rm(dataDir, { recursive: true });
});
