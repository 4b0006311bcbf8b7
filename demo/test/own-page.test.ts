import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findReader } from "@habitus/core";
import { createPopulation, session as simulate } from "@habitus/core/attacks";
import { createBatchMaker, createBatchSealer, type SubjectExport } from "@habitus/wire";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSqlite } from "../../packages/server/src/storage/sqlite/open-sqlite.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { expectNoViolation, takePictures } from "./expect-no-violation.ts";
import { type RunningDemo, startDemo } from "./start-demo.ts";

const HOUR_MS = 3_600_000;
const SUBJECT = "rosa-luxa";

let demo: RunningDemo;
let offset = 0;
const now = (): number => Date.now() + offset;
beforeAll(async () => {
  demo = await startDemo({ now });
}, 120_000);
afterAll(() => demo?.stop());

/** A simulated person uses the bank for some minutes, in a session of the same subject. */
async function enrolBySimulation(): Promise<void> {
  const [person] = createPopulation(1, 11);
  if (person === undefined) throw new Error("the population is too small");
  const opened = await demo.client.openSession({ subject: SUBJECT });
  const seal = await createBatchSealer(opened);
  const maker = createBatchMaker({ tier: "features", reader: findReader(opened.reader) });
  const events = simulate(person, { startAt: now(), durationMs: 12 * 60_000, seed: 3 });
  for (let from = 0, seq = 0; from < events.length; from += 400, seq += 1) {
    const piece = events.slice(from, from + 400);
    offset = Math.max(offset, Math.ceil((piece.at(-1)?.at ?? 0) - Date.now())); // the service's clock goes as fast as the person
    const batch = maker.make({ stream: 7, seq, quantumMs: 0.1, lost: 0, events: piece });
    const { headers, body } = await seal(batch);
    const address = `${demo.serviceUrl}/v1/sessions/${opened.session}/batches`;
    const answer = await fetch(address, { method: "POST", headers, body });
    if (answer.status !== 202) throw new Error(`batch ${seq}: ${answer.status} ${await answer.text()}`);
  }
  await expect.poll(async () => (await demo.client.subject(SUBJECT)).enrolment.state).toBe("enrolled");
  await demo.client.reportOutcome(opened.session, { outcome: "ended" });
}

async function openBank(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(demo.bankUrl);
  return page;
}

/** What the keyboard is at, in words. */
async function focused(page: Page): Promise<string> {
  return page.evaluate(() => (document.activeElement?.textContent ?? "").trim());
}

/** Reaches a control by the tab key alone and presses it. */
async function pressByKeyboard(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const { activeElement } = document;
      return (activeElement?.getAttribute("aria-label") ?? activeElement?.textContent ?? "").trim();
    });
    if (focused === name) {
      await page.keyboard.press("Enter");
      return;
    }
  }
  throw new Error(`"${name}" cannot be reached with the tab key`);
}

describe("somebody who consents, is enrolled, looks, exports, pauses, withdraws and is gone", () => {
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    context = await demo.browser.newContext({ viewport: { width: 390, height: 844 }, acceptDownloads: true });
    page = await openBank(context);
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
  });
  afterAll(() => context?.close());

  test("before there is consent there is nothing to see", async () => {
    await page.getByLabel("Your name").fill("Rosa Luxa");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: /May we learn/ }).waitFor();
    const answer = await page.evaluate(async () => (await fetch("/api/habitus-page", { method: "POST" })).status);
    expect(answer).toBe(404);
    complaints.length = 0; // the browser tells of the refusal
    await page.getByRole("button", { name: "Yes, that is fine" }).click();
    await page.getByRole("heading", { name: "Hello, Rosa Luxa" }).waitFor();
  });

  test("the page says in plain words what is kept, for what, how long, and who looked", {
    timeout: 60_000,
  }, async () => {
    await enrolBySimulation();
    await page.getByRole("button", { expanded: false }).first().click(); // the panel is a sheet on a phone
    await page.getByRole("button", { name: "What Habitus knows about you" }).click();
    await page.getByRole("heading", { name: "What Habitus knows about you", level: 1 }).waitFor();
    await page.getByRole("heading", { name: "It is on" }).waitFor();
    expect(page.url(), "the token is not in the address any more").toBe(`${demo.serviceUrl}/me/`);
    const text = (await page.locator("main").textContent()) ?? "";
    for (const said of ["What you type is never read", "Your usual way is known", "Measurements", "Recognising you"])
      expect(text).toContain(said);
    expect(text, "no jargon, no figures of guilt").not.toMatch(
      /\b(llr|subject|tenant|trust|biometric|score|probe|impostor|undefined|NaN|null)\b|\d ?%/i,
    );
    await expectAccessible(page, "own page");
    await expectNoViolation(page, "own page");
    await takePictures(page, "on");
    await page.reload();
    await page.getByRole("heading", { name: "It is on" }).waitFor();
  });

  test("whoever of the staff looks at the person is named on it", async () => {
    await page.getByText("No member of staff has looked").waitFor();
    const staff = await demo.browser.newPage();
    await demo.enterConsole(staff);
    const [newest] = await demo.client.listSessions();
    await staff.goto(`${demo.serviceUrl}/console/#/sessions/${newest?.session}`);
    await staff.getByRole("heading", { name: SUBJECT }).waitFor();
    await staff.close();
    await page.reload();
    await page.getByRole("region", { name: "Who looked at it" }).getByText("local (staff)").first().waitFor();
  });

  test("everything can be had as one file, that explains itself", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download everything" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^habitus-\d{4}-\d\d-\d\d\.json$/);
    const exported = JSON.parse(await readFile(await download.path(), "utf8")) as SubjectExport;
    expect(exported).toMatchObject({ format: "habitus-subject-export", subject: SUBJECT });
    expect(exported.featureSets.length).toBeGreaterThan(0);
    expect(exported.references.length).toBeGreaterThan(0);
    for (const part of Object.keys(exported.about)) expect(exported).toHaveProperty(part);
  });

  test("with the keyboard alone it is paused and resumed; meanwhile the bank measures nothing and says so", async () => {
    await pressByKeyboard(page, "For an hour");
    await page.getByRole("heading", { name: /It is paused until/ }).waitFor();
    await expect
      .poll(() => focused(page), { message: "the keyboard goes on from what was done" })
      .toMatch(/^It is paused until/);
    expect((await demo.client.subject(SUBJECT)).pause).not.toBeNull();
    await expectNoViolation(page, "paused");
    await takePictures(page, "paused");
    await page.getByRole("link", { name: "Back to bank" }).click();
    await page.getByRole("heading", { name: "Hello, Rosa Luxa" }).waitFor();
    await page.getByRole("button", { expanded: false }).first().click();
    await page.getByText("Nothing is measured.").waitFor();
    const [session] = (await demo.client.listSessions()).filter(({ state }) => state === "open");
    const before = await demo.client.assessment(session?.session ?? "");
    expect(before).toMatchObject({ decision: "noDecision", reasons: [{ code: "paused" }] });
    await page.locator("#message").fill("typed while it was paused");
    await page.locator("#message").press("a");
    await page.getByRole("button", { name: "What Habitus knows about you" }).click();
    await page.getByRole("heading", { name: /It is paused/ }).waitFor();
    expect((await demo.client.assessment(session?.session ?? "")).seen).toEqual(before.seen);
    await pressByKeyboard(page, "Resume now");
    await page.getByRole("heading", { name: "It is on" }).waitFor();
    expect((await demo.client.subject(SUBJECT)).pause).toBeNull();
  });

  test("what does not suit somebody is left out", async () => {
    await page.getByLabel("How I touch the screen").check();
    await page.getByLabel("More patient").check();
    await page.getByRole("button", { name: "Save my choices" }).click();
    await expect
      .poll(async () => (await demo.client.subject(SUBJECT)).accommodation)
      .toMatchObject({ withdrawn: ["touch"], widenNats: 0.5, actor: "subject" });
  });

  test("a withdrawal asks once, stops at once, and within the promised time everything learnt is gone from the disk", async () => {
    const needles = await sealedBytes();
    expect(needles.length).toBeGreaterThan(20);
    expect(await found(needles), "the search finds what is there").toBe(needles.length);
    await pressByKeyboard(page, "Take back: Recognising you");
    await page.getByText("is erased within 24 hours").waitFor();
    expect((await demo.client.subject(SUBJECT)).consent.granted, "nothing happens before the answer").toBe(true);
    await expectNoViolation(page, "asked to confirm");
    await takePictures(page, "confirm");
    await pressByKeyboard(page, "Yes, take it back");
    await page.getByRole("heading", { name: /It is off/ }).waitFor();
    await expect.poll(() => focused(page)).toBe("Agree");
    expect((await demo.client.subject(SUBJECT)).consent.granted).toBe(false);
    await expectNoViolation(page, "withdrawn");
    await takePictures(page, "withdrawn");
    await page.getByRole("link", { name: "Back to bank" }).click();
    await page.getByRole("heading", { name: "Hello, Rosa Luxa" }).waitFor();
    await page.getByRole("button", { expanded: false }).first().click();
    await page.getByText("You said no, and the bank works just the same.").waitFor();

    offset += 24 * HOUR_MS;
    await demo.service.maintain();
    const left = await demo.client.exportSubject(SUBJECT);
    expect(left).toMatchObject({ featureSets: [], references: [], decisions: [], trustTraces: [], phrases: [] });
    expect(left.consents.map(({ granted }) => granted)).toEqual([true, false]);
    expect(await found(needles), "of the data key and of all that it sealed").toBe(0);
  });

  test("erasing everything asks once and leaves nothing but a note", async () => {
    await page.getByRole("button", { name: "What Habitus knows about you" }).click();
    await page.getByRole("heading", { name: "It is off" }).waitFor();
    await pressByKeyboard(page, "Erase everything about me");
    await page.getByText("This cannot be undone.").waitFor();
    await pressByKeyboard(page, "Keep it");
    await expect.poll(() => focused(page)).toBe("Erase everything about me");
    await page.keyboard.press("Enter");
    await pressByKeyboard(page, "Yes, erase everything");
    await page.getByRole("heading", { name: "It is gone" }).waitFor();
    await expectNoViolation(page, "gone");
    await takePictures(page, "gone");
    await expect(demo.client.subject(SUBJECT)).rejects.toMatchObject({ code: "unknown-subject" });
    await page.reload();
    await page.getByRole("heading", { name: "This page is over" }).waitFor();
    await takePictures(page, "over");
    expect(complaints).toEqual([]);
  });
});

/** Pieces of the wrapped data key and of what it sealed, as they lie in the files: read from a copy, for the files are the service's. */
async function sealedBytes(): Promise<Buffer[]> {
  await demo.service.maintain();
  const copy = await mkdtemp(join(tmpdir(), "habitus-copy-"));
  await cp(demo.dataDir, copy, { recursive: true });
  const storage = openSqlite(join(copy, "habitus.db"));
  const [application] = await storage.applications();
  const name = application?.application ?? "";
  const subject = await storage.subject(name, SUBJECT);
  const rows = [
    ...(await storage.samples(name, SUBJECT, 100)),
    ...(await storage.references(name, SUBJECT)),
    { sealed: subject?.wrappedKey ?? new Uint8Array() },
  ];
  await storage.close();
  await rm(copy, { recursive: true });
  return rows.map(({ sealed }) => Buffer.from(sealed).subarray(0, 48));
}

async function found(needles: readonly Buffer[]): Promise<number> {
  const names = await readdir(demo.dataDir);
  const files = await Promise.all(names.map((name) => readFile(join(demo.dataDir, name))));
  return needles.filter((needle) => files.some((bytes) => bytes.includes(needle))).length;
}
