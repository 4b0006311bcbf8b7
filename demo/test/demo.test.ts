import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { choosePair, OTHER, OWNER, type Pair, part } from "./choose-pair.ts";
import { act, whenAsked } from "./drive.ts";
import { findRecordings, recordedPeople, SCREEN, simulatedPeople } from "./people.ts";
import { type RunningDemo, startDemo } from "./start-demo.ts";

const SEED = 5;
const recordings = findRecordings();
const who = recordings === undefined ? "simulated people (no recordings here)" : "recorded people";
let demo: RunningDemo;
let pair: Pair;

beforeAll(async () => {
  pair = choosePair(recordings === undefined ? simulatedPeople(SEED) : await recordedPeople(recordings));
  demo = await startDemo();
}, 120_000);
afterAll(() => demo?.stop());

test(`the demo recognises its owner and notices a take-over, with ${who}`, { timeout: 180_000 }, async () => {
  const { page, complaints, bodies } = await openPage();
  await page.goto(demo.bankUrl);
  await page.getByLabel("Your name").fill("Ada Lovelace");
  await page.getByRole("button", { name: "Sign in" }).click();
  expect(await sessionsOf("ada-lovelace"), "nothing is opened before consent").toEqual([]);
  await page.getByRole("button", { name: "Yes, that is fine" }).click();
  await page.getByRole("heading", { name: "What Habitus sees" }).waitFor();
  const says = page.getByRole("complementary").getByRole("status");
  await expect.poll(() => says.textContent(), { timeout: 15_000 }).toContain("Getting to know you");

  await page.locator("#message").click();
  await act(page, part(pair.owner, OWNER));
  await expect.poll(() => says.textContent(), { timeout: 15_000 }).toContain("It looks like you");
  const [session = ""] = await sessionsOf("ada-lovelace", "open");
  const recognised = await demo.client.assessment(session);
  expect(recognised).toMatchObject({ decision: "continue", state: "open", enrolment: { state: "enrolled" } });
  expect(recognised.seen.keystrokes, "one message is enough").toBeLessThanOrEqual(OWNER.keys);
  expect(recognised.seen.lost).toBe(0);

  const { isAsked, dialog } = whenAsked(page);
  await page.locator("#message").click();
  await act(page, part(pair.other, OTHER), isAsked);
  await dialog.waitFor({ timeout: 15_000 });
  const noticed = await demo.client.assessment(session);
  expect(noticed.decision).toBe("stepUp");
  expect(noticed.reasons.map(({ code }) => code)).toContain("typingDiffers");

  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("heading", { name: "You are signed out" }).waitFor({ timeout: 15_000 });
  const locked = await demo.client.assessment(session);
  expect(locked).toMatchObject({ decision: "lock", state: "locked" });
  expect(locked.reasons.map(({ code }) => code)).toContain("stepUpFailed");

  expect(complaints, "the content security policy and the console stay silent").toEqual([]);
  expect(
    bodies.filter((body) => body.includes(demo.apiKey)),
    "the API key never reaches the page",
  ).toEqual([]);
});

test("who sits alone can watch a simulated owner, and somebody who takes over and goes on until the lock", {
  timeout: 180_000,
}, async () => {
  const { page, complaints } = await openPage();
  await page.goto(demo.bankUrl);
  await page.getByLabel("Your name").fill("Alan");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "No, thank you" }).click();
  await page.getByRole("button", { name: "Simulate the owner" }).click();
  const says = page.getByRole("complementary").getByRole("status");
  await expect.poll(() => says.textContent(), { timeout: 60_000 }).toContain("It looks like the owner");
  await page.getByRole("button", { name: "Somebody else takes over" }).click({ timeout: 60_000 });
  await page.getByRole("dialog").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "They go on typing" }).click();
  await page.getByRole("heading", { name: "You are signed out" }).waitFor({ timeout: 60_000 });
  const [session = ""] = await sessionsOf("alan.simulated");
  const locked = await demo.client.assessment(session);
  expect(locked.decision).toBe("lock");
  expect(locked.reasons.map(({ code }) => code)).toContain("trustBelowLock");
  expect(await sessionsOf("alan"), "nothing is kept of the person who only watches").toEqual([]);
  expect(complaints).toEqual([]);

  await page.getByRole("button", { name: "Sign in again" }).click();
  await page.getByLabel("Your name").waitFor();
  await expect(demo.client.subject("alan.simulated")).rejects.toMatchObject({ code: "unknown-subject" });
});

async function sessionsOf(subject: string, state?: string): Promise<string[]> {
  const sessions = await demo.client.listSessions();
  return sessions
    .filter((one) => one.subject === subject && (state === undefined || one.state === state))
    .map(({ session }) => session);
}

async function openPage(): Promise<{ page: Page; complaints: string[]; bodies: string[] }> {
  const context = await demo.browser.newContext({ viewport: SCREEN });
  const page = await context.newPage();
  const complaints: string[] = [];
  const bodies: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("response", (response) => {
    if (!response.headers()["content-type"]?.startsWith("text/event-stream"))
      void response.text().then(
        (text) => bodies.push(text),
        () => undefined,
      );
  });
  return { page, complaints, bodies };
}
