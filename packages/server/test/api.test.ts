import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { batchesOf, seeded, startApplication, type TestApplication, typing, until } from "./client.ts";

describe("a session", () => {
  let bank: TestApplication;
  beforeAll(async () => {
    bank = await startApplication();
  });
  afterAll(() => bank.service.close());

  test("learns, enrols by itself, recognises its owner and locks a stranger out after a failed step-up", async () => {
    const owner = { holdMs: 90, pauseMs: 180 };
    const stranger = { holdMs: 160, pauseMs: 420 };
    const random = seeded(1);
    const page = await bank.open("alice");
    expect(page.opened.consent).toBe(true);
    let at = Date.now() - 500_000;
    let seq = 0;
    let press = 0;
    const type = async (habit: typeof owner, keys: number): Promise<void> => {
      const events = typing(random, keys, { at, habit, firstPress: press });
      for (const batch of batchesOf(events, { firstSeq: seq })) {
        const answer = await page.send(batch);
        expect(answer).toMatchObject({ status: 202, body: { accepted: batch.e.length / 6 } });
        seq += 1;
      }
      press += keys;
      at = (events.at(-1)?.at ?? at) + 400;
    };
    const path = `/v1/sessions/${page.opened.session}`;
    const assessment = async () => (await bank.call("GET", `${path}/assessment`)).body;
    await type(owner, 130);
    await until(async () => (await assessment()).enrolment.state === "enrolled");
    await type(owner, 100);
    expect(await assessment()).toMatchObject({ decision: "continue", band: "high", state: "open" });
    for (let i = 0; i < 20 && (await assessment()).decision !== "stepUp"; i += 1) await type(stranger, 25);
    expect(await assessment()).toMatchObject({ state: "open", decision: "stepUp" });
    const failed = await bank.call("POST", `${path}/outcomes`, { outcome: "stepUpFailed" });
    expect(failed).toMatchObject({ status: 200, body: { decision: "lock", state: "locked" } });
  });
});
