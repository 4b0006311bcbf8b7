import { setTimeout as sleep } from "node:timers/promises";
import type { OpenSessionResponse } from "@habitus/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyAudit } from "../src/index.ts";
import { allowEvents, answered, batchesOf, seeded, typing } from "./client.ts";
import { type Killed, prepareKilled } from "./killed.ts";

let killed: Killed;
beforeAll(async () => {
  killed = await prepareKilled("crash");
});
afterAll(() => killed.end());

test("what was acknowledged is still there after a process was killed, again and again, and nothing is counted twice", async () => {
  const people = ["ann", "ben", "cid"].map((subject, i) => {
    const events = typing(seeded(i + 1), 1500, {
      at: Date.now() - 400_000,
      habit: { holdMs: 80 + 15 * i, pauseMs: 160 },
    });
    return {
      subject,
      batches: batchesOf(events, { size: 20 }),
      acknowledged: 0,
      opened: undefined as unknown as OpenSessionResponse,
    }; // opened below
  });
  const { start, call, send } = killed;
  let service = await start();
  for (const person of people) {
    await allowEvents({ call: (...asked) => answered(call(service, ...asked)) }, person.subject);
    person.opened = await call(service, "POST", "/v1/sessions", { subject: person.subject });
  }
  for (let round = 0; round < 4; round += 1) {
    const sending = people.map(async (person) => {
      for (;;) {
        const batch = person.batches[person.acknowledged];
        if (batch === undefined) return;
        const answer = await send(service, person.opened, batch).catch(() => undefined);
        if (answer === undefined) return; // killed
        expect(answer.status).toBe(202);
        expect(await answer.json()).toMatchObject({ nextSeq: person.acknowledged + 1 });
        person.acknowledged += 1;
      }
    });
    await sleep(60 + 70 * round);
    service.process.kill("SIGKILL");
    await Promise.all(sending);
    expect(await service.ended).toMatchObject({ signal: "SIGKILL" });
    service = await start();
    for (const { opened, acknowledged, batches } of people) {
      const { seen } = await call(service, "GET", `/v1/sessions/${opened.session}/assessment`);
      // The batch that was under way may have been kept without its acknowledgement.
      expect([20 * acknowledged, 20 * (acknowledged + 1)]).toContain(seen.events);
      const last = batches[acknowledged - 1];
      if (last !== undefined) expect(await (await send(service, opened, last)).json()).toMatchObject({ accepted: 0 });
    }
  }
  expect(people.every(({ acknowledged }) => acknowledged > 5)).toBe(true);
  for (const { opened, batches } of people) {
    for (const batch of batches) if ((await send(service, opened, batch)).status === 409) continue;
    const { seen } = await call(service, "GET", `/v1/sessions/${opened.session}/assessment`);
    expect(seen).toMatchObject({ events: 3000, keystrokes: 1500 });
  }
  const { entries } = await call(service, "GET", "/v1/audit");
  expect(verifyAudit(entries).kind).toBe("intact");
  service.process.kill("SIGTERM");
  expect(await service.ended).toEqual({ code: 0, signal: null });
  // And after an orderly end.
  service = await start();
  for (const { opened } of people)
    expect((await call(service, "GET", `/v1/sessions/${opened.session}/assessment`)).seen.events).toBe(3000);
  service.process.kill("SIGINT");
  expect(await service.ended).toEqual({ code: 0, signal: null });
});
