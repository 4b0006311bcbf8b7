import { createClient } from "@habitus/client";
import { createRandom } from "@habitus/core";
import { createPopulation, typeText } from "@habitus/core/attacks";
import { createService } from "@habitus/server";
import { encodeBatch, fromBase64Url, MAC_HEADER, signBatch } from "@habitus/wire";
import { expect, onTestFinished, test } from "vitest";
import { emptyFolder, runCaptured } from "./support/run-captured.ts";

const PEOPLE = 12;
const DAY_MS = 86_400_000;
let now = Date.UTC(2026, 0, 5, 9);

async function start(dataDir: string) {
  const service = await createService({ dataDir, port: 0, logLevel: "silent", requestsPerMinute: 1e6, now: () => now });
  onTestFinished(() => service.close());
  const url = await service.listen();
  const client = createClient({ url, apiKey: await service.apiKeys.add("shop", { label: "test" }), timeoutMs: 10_000 });
  return { service, url, client };
}

/** Two sittings of 200 keys, on two days. */
async function enrol({ client, url }: Awaited<ReturnType<typeof start>>): Promise<void> {
  for (const [day, seed] of [1, 2].entries()) {
    now += day * DAY_MS;
    for (const person of createPopulation(PEOPLE, 7)) {
      await client.setConsent(person.id, { granted: true, textVersion: "1" });
      const opened = await client.openSession({ subject: person.id });
      const events = typeText(person, { keystrokes: 200, startAt: now, random: createRandom(seed + person.seed) });
      now = Math.ceil(events.at(-1)?.at ?? now) + 1_000;
      const body = JSON.stringify(encodeBatch({ stream: 1, seq: 0, quantumMs: 0.1, lost: 0, events }));
      const headers = {
        authorization: `Bearer ${opened.collectorToken}`,
        "content-type": "application/json",
        [MAC_HEADER]: signBatch(fromBase64Url(opened.channelKey), opened.session, body),
      };
      const answer = await fetch(`${url}/v1/sessions/${opened.session}/batches`, { method: "POST", body, headers });
      expect(answer.status).toBe(202);
      await client.reportOutcome(opened.session, { outcome: "ended" });
      if ((await client.subject(person.id)).enrolment.state !== "enrolled") await client.enrol(person.id);
    }
  }
}

test("a service is switched to a background of its own people: every reference is made anew, and it is audited", {
  timeout: 120_000,
}, async () => {
  const dataDir = (await emptyFolder())("data");
  const before = await start(dataDir);
  await enrol(before);
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
  await before.service.close();

  const few = await runCaptured(argv);
  expect([few.exitCode, few.err]).toEqual([2, expect.stringContaining("12 people are enrolled")]);
  expect(few.err).toContain("at least 100 are needed");
  const nobody = await runCaptured(["background", "switch", "--data", dataDir, "--application", "nobody"]);
  expect([nobody.exitCode, nobody.err]).toEqual([2, expect.stringContaining("which has shop")]);

  const { exitCode, json } = await runCaptured([...argv, "--fewest", "10", "--json"]);
  expect(exitCode).toBe(0);
  const [switched] = json();
  expect(switched).toEqual({
    background: expect.stringMatching(/^own-12-[0-9a-f]{8}$/),
    people: PEOPLE,
    remade: PEOPLE,
    notRemade: 0,
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
});
