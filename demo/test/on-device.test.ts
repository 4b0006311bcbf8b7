import { afterAll, beforeAll, expect, test } from "vitest";
import { choosePair, OTHER, OWNER, type Pair, part } from "./choose-pair.ts";
import { act, whenAsked } from "./drive.ts";
import { findRecordings, recordedPeople, SCREEN, simulatedPeople } from "./people.ts";
import { type RunningDemo, startDemo } from "./start-demo.ts";

const recordings = findRecordings();
const who = recordings === undefined ? "simulated people (no recordings here)" : "recorded people";
const SHOTS = process.env.HABITUS_SHOTS;
let demo: RunningDemo;
let pair: Pair;
beforeAll(async () => {
  pair = choosePair(recordings === undefined ? simulatedPeople(5) : await recordedPeople(recordings));
  demo = await startDemo();
}, 120_000);
afterAll(() => demo?.stop());

test(`on the person's own device the owner is recognised and a take-over noticed, with ${who}; the service holds nothing of either`, {
  timeout: 180_000,
}, async () => {
  const context = await demo.browser.newContext({ viewport: SCREEN });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
  const shoot = async (name: string): Promise<void> => {
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  };
  await page.goto(demo.bankUrl);
  await page.getByLabel("Your name").fill("Ida");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("radio", { name: /On this device/ }).check();
  await shoot("consent-device");
  await page.getByRole("button", { name: "Yes, that is fine" }).click();
  await page.getByText("Your own device works this out.").waitFor();
  const says = page.getByRole("complementary").getByRole("status");

  await page.locator("#message").click();
  await act(page, part(pair.owner, OWNER));
  await expect.poll(() => says.textContent(), { timeout: 15_000 }).toContain("It looks like you");
  await shoot("panel-device");
  const { sessions } = await demo.client.subject("ida");
  const session = sessions[0]?.session ?? "";
  expect(await demo.client.assessment(session)).toMatchObject({
    decision: "continue",
    trust: null,
    evidence: [],
    seen: { keystrokes: 0, windows: 0 },
    reasons: [{ code: "decidedOnDevice" }],
  });

  const { isAsked, dialog } = whenAsked(page);
  await page.locator("#message").click();
  await act(page, part(pair.other, OTHER), isAsked);
  await dialog.waitFor({ timeout: 30_000 });
  await shoot("step-up-device");
  const { featureSets, references, phrases, trustTraces } = await demo.client.exportSubject("ida");
  expect([featureSets, references, phrases, trustTraces]).toEqual([[], [], [], []]);
  expect(complaints, "the content security policy and the console stay silent").toEqual([]);
  await context.close();
});
