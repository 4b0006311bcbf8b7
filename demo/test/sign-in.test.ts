import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PASSPHRASE } from "../server/visits.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type RunningDemo, startDemo } from "./start-demo.ts";
import { HER, HIM, typeWords, type WordsHabit } from "./type-words.ts";

let demo: RunningDemo;
let page: Page;
const complaints: string[] = [];
const batches: string[] = [];

beforeAll(async () => {
  demo = await startDemo();
  page = await (await demo.browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (request.url().endsWith("/batches")) batches.push(request.postData() ?? "");
  });
}, 120_000);
afterAll(() => demo?.stop());

const passphrase = () => page.getByRole("region", { name: "Your passphrase" });
async function comeBack(): Promise<void> {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Your name").fill("Ada");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Welcome back" }).waitFor();
}
async function signInAs(habit: WordsHabit, turn: number) {
  await comeBack();
  expect(await page.evaluate(() => document.activeElement?.id), "the field has the focus").toBe("words");
  await typeWords(page, PASSPHRASE, habit, turn);
  await page.getByRole("heading", { name: "Hello, Ada" }).waitFor();
  const [session] = (await demo.client.listSessions()).filter(({ state }) => state === "open");
  return demo.client.assessment(session?.session ?? "");
}

test("three times are enough, and then trust begins with how the words are typed", { timeout: 120_000 }, async () => {
  await page.goto(demo.bankUrl);
  await page.getByLabel("Your name").fill("Ada");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Yes, that is fine" }).click();
  await passphrase().waitFor();
  for (let turn = 0; turn < 5; turn += 1) {
    await page.getByLabel("The words, then Enter").focus();
    await typeWords(page, PASSPHRASE, HER, turn);
    const said = turn < 2 ? `Learned ${turn + 1} of 3` : turn === 2 ? "Learned. Your next" : "You typed it";
    await expect.poll(() => passphrase().getByRole("status").textContent(), { timeout: 10_000 }).toContain(said);
  }
  const mine = await signInAs(HER, 10);
  expect(mine.signIn).toMatchObject({ state: "enrolled", counted: true, absence: null });
  expect(mine.signIn?.llr).toBeGreaterThan(0);
  await page.getByText("The line begins with how the passphrase was typed.").waitFor();
  const theirs = await signInAs(HIM, 11);
  expect(theirs.signIn?.llr).toBeLessThan(-1);
  expect(theirs.trust).toBeLessThan(mine.trust ?? 0);
  expect(theirs.decision, "by itself a sign-in asks nothing of anybody").not.toBe("stepUp");
});

test("to somebody who is known by their typing too, it says so as they come in", { timeout: 120_000 }, async () => {
  await page.getByLabel("Write to Mina").focus();
  const message =
    "dear mina i would like to put something aside for a boat and on a good weekend we row out to the island with the dog and a basket of bread";
  await typeWords(page, message, HER);
  const says = page.getByRole("complementary").getByRole("status");
  await expect.poll(() => says.textContent(), { timeout: 15_000 }).toMatch(/Knows you|It looks like you/);
  const mine = await signInAs(HER, 20);
  expect(mine).toMatchObject({ decision: "continue" });
  expect(mine.reasons.map(({ code }) => code)).toContain("signInMatches");
  await page.getByText("You typed your passphrase as usual.").waitFor();
  const theirs = await signInAs(HIM, 21);
  expect(theirs).toMatchObject({ decision: "observe" });
  await page.getByText("You typed your passphrase differently from usual.").waitFor();
  await expect.poll(() => says.textContent()).toContain("Looking twice");
});

test("the words can be typed on a phone's width and by keyboard alone", { timeout: 60_000 }, async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page, "account with a passphrase");
  await comeBack();
  await expectAccessible(page, "words");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByLabel("Passphrase").focus();
  await typeWords(page, PASSPHRASE, HER, 30);
  await page.getByRole("heading", { name: "Hello, Ada" }).waitFor();
});

test("other words do not sign in, and the next attempt is judged by itself", { timeout: 60_000 }, async () => {
  await comeBack();
  await typeWords(page, "light on the lamp", HIM, 12);
  await page.getByRole("alert").filter({ hasText: "Those are not the words" }).waitFor();
  const [session] = (await demo.client.listSessions()).filter(({ state }) => state === "open");
  const failed = await demo.client.assessment(session?.session ?? "");
  expect(failed).toMatchObject({ trust: null, evidence: [] });
  await page.getByLabel("Passphrase").focus();
  await typeWords(page, PASSPHRASE, HER, 13);
  await page.getByRole("heading", { name: "Hello, Ada" }).waitFor();
  const after = await demo.client.assessment(session?.session ?? "");
  expect(after.signIn?.llr).toBeGreaterThan(0);
  expect(after.evidence.length).toBe(1);
});

test("pasted words sign in and say nothing", { timeout: 60_000 }, async () => {
  await comeBack();
  await page.getByLabel("Passphrase").fill(PASSPHRASE);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Hello, Ada" }).waitFor();
  const [session] = (await demo.client.listSessions()).filter(({ state }) => state === "open");
  const { signIn, trust } = await demo.client.assessment(session?.session ?? "");
  expect(trust).toBeNull();
  expect(signIn?.llr ?? null).toBeNull();
  expect(complaints, "but for the words that were refused").toEqual([expect.stringContaining("400")]);
  expect(batches.join("\n")).not.toMatch(/light|water/);
});
