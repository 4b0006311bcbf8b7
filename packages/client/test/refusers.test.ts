import type { IncomingMessage, ServerResponse } from "node:http";
import { createService, type Service } from "@habitus/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type HabitusClient, requireTrust } from "../src/index.ts";

let service: Service;
let client: HabitusClient;
let down: HabitusClient;
beforeAll(async () => {
  service = await createService({ dataDir: ":memory:", logLevel: "silent", port: 0 });
  const url = await service.listen();
  client = createClient({ url, apiKey: await service.apiKeys.add("bank") });
  down = createClient({ url: "http://127.0.0.1:9", apiKey: "k", timeoutMs: 500 });
});
afterAll(() => service.close());

/** A bank's own rules, that have nothing to do with Habitus: a large transfer needs a passkey, a small one does not. */
const NORMAL_RULES = (request: string): string => (request.startsWith("large") ? "passkey" : "pass");
const REQUESTS = ["look", "small transfer", "large transfer"];

/** What the bank answers to each request, written as the client's documentation has it. */
function answers(habitus: HabitusClient, session: string | undefined): Promise<string[]> {
  const ask = (asked: string): Promise<string> =>
    new Promise((resolve) => {
      const byOwnRules = (): string => {
        const rule = NORMAL_RULES(asked);
        if (rule !== "pass") resolve(rule);
        return rule;
      };
      const middleware = requireTrust<IncomingMessage, ServerResponse>({
        client: habitus,
        session: () => session,
        on: {
          stepUp: () => resolve("stepUp"),
          lock: () => resolve("lock"),
          unavailable: byOwnRules,
          notJudged: byOwnRules,
        },
      });
      const nothing = {} as IncomingMessage & ServerResponse; // the rules above read neither
      middleware(nothing, nothing, (error) => resolve(error === undefined ? "through" : "failed"));
    });
  return Promise.all(REQUESTS.map(ask));
}

test("whoever refuses, withdraws or pauses is treated exactly as the application treats everybody where there is no Habitus", async () => {
  const without = await answers(down, "a-session-of-nobody-01");
  expect(without).toEqual(["through", "through", "passkey"]);
  expect(await answers(client, undefined)).toEqual(without);

  const sessionOf = async (subject: string) => (await client.openSession({ subject })).session;
  const said = { textVersion: "1", actor: "subject" };
  const neverAsked = await sessionOf("never-asked");
  await client.setConsent("refused", { granted: false, ...said });
  const refused = await sessionOf("refused");
  await client.setConsent("withdrew", { granted: true, ...said });
  const withdrew = await sessionOf("withdrew");
  await client.setConsent("withdrew", { granted: false, ...said });
  await client.setConsent("research-only", { granted: true, purpose: "research", ...said });
  const researchOnly = await sessionOf("research-only");
  await client.setConsent("paused", { granted: true, ...said });
  const paused = await sessionOf("paused");
  const { token } = await client.subjectPage("paused");
  const answer = await fetch(`${service.url}/v1/me/pause`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ minutes: null }),
  });
  expect(answer.status).toBe(200);

  for (const session of [neverAsked, refused, withdrew, researchOnly, paused]) {
    const { decision, reasons, trust } = await client.assessment(session);
    expect({ decision, trust }).toEqual({ decision: "noDecision", trust: null });
    const why = session === paused ? "paused" : "consentWithdrawn";
    expect(
      reasons.map(({ code }) => code),
      "it says why",
    ).toEqual([why]);
    expect(await answers(client, session)).toEqual(without);
  }
});
