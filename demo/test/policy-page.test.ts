import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Scripted, startScripted } from "../../packages/server/test/scripted.ts";
import { findChromium } from "../../tools/chromium.mjs";
import { expectAccessible } from "./expect-accessible.ts";
import { buildPages, enterConsole } from "./start-demo.ts";

let folder: string;
let scripted: Scripted;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

/** Two owners, one of whom varies, and a take-over that is known. */
async function record({ sit, look, bank, clock }: Scripted): Promise<void> {
  const end = (path: string, outcome: string, more = {}) => bank.call("POST", `${path}/outcomes`, { outcome, ...more });
  for (const [subject, lows] of [
    ["steady.person", [0.85, 0.8, 0.85]],
    ["varying.person", [0.62, 0.55, 0.7]],
  ] as const) {
    const typist = await sit(subject);
    for (const low of lows) await look(typist, [...Array<number>(25).fill(0.92), low], { everyMs: 50_000 });
    await end(typist.path, "ended");
  }
  const taken = await sit("third.person");
  await look(taken, Array<number>(10).fill(0.92), { everyMs: 50_000 });
  const since = clock.now;
  await look(taken, [0.8, 0.6, 0.3], { everyMs: 15_000 });
  await end(taken.path, "reportedTakeover", { since });
  await end(taken.path, "ended");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "habitus-policy-page-"));
  await buildPages("../../packages/console", join(folder, "console"));
  const staticDirs = [{ prefix: "/console/", dir: join(folder, "console") }];
  scripted = await startScripted({ config: { staticDirs, port: 0 } });
  const { service } = scripted.bank;
  await record(scripted);
  await service.listen();
  const { executablePath, args } = await findChromium();
  browser = await chromium.launch({ executablePath, args });
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, reducedMotion: "reduce" });
  page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await enterConsole(service, page);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await scripted?.bank.service.close();
  await rm(folder, { recursive: true, force: true });
});

test("the policy's page fits a phone, names every control, and tells what was recorded", async () => {
  await page.getByRole("link", { name: "Policy" }).click();
  await page.getByRole("heading", { name: "What if the threshold" }).waitFor();
  await page.getByText("3 sessions, 2 people").waitFor();
  await expectAccessible(page, "policy");
  await page.getByText("one in 5 active hours").waitFor();
  await page.getByText("Nobody would have been asked in vain.").waitFor();
  await page
    .getByText(/after \d+ s or \d+ keys \(median\)/)
    .first()
    .waitFor();
});

test("the slider is moved by keys, and the page tells what that would have meant and for whom", async () => {
  const slider = page.getByRole("slider");
  await slider.press("Home");
  for (let i = 0; i < 63; i += 1) await page.keyboard.press("ArrowRight");
  expect(await slider.getAttribute("aria-valuetext")).toMatch(/^0\.65: \d/);
  await page.getByRole("cell", { name: "varying.person" }).waitFor();
  expect(await page.getByRole("cell", { name: "steady.person" }).count()).toBe(0);
  await page.keyboard.press("Home");
  await page.getByText("Nobody would have been asked in vain.").waitFor();
  await page.getByRole("button", { name: "As it is now" }).press("Enter");
  expect(Number(await slider.inputValue())).toBeCloseTo(0.5, 1);
  await page.getByRole("radio", { name: "Administration" }).check();
  await page.getByText("one per active hour").or(page.getByText("1 per active hour")).first().waitFor();
});

test("a session's page tells at stake, by which policy it is judged, and what the shadow would do", async () => {
  const { bank, sit, look } = scripted;
  await bank.call("PUT", "/v1/policies/harder", { role: "shadow", preset: "strict" });
  const typist = await sit("fourth.person");
  await look(typist, [0.9, 0.9, 0.55]);
  await bank.call("PUT", `${typist.path}/context`, { context: "sensitive" });
  await page.goto(`${new URL(page.url()).origin}/console/#${typist.path.slice("/v1".length)}`);
  await page.getByText("Judged by").waitFor();
  await page.getByText("default, version 0").waitFor();
  await page.getByText("step-up, 1 step-up").waitFor();
  await page.getByText("To the person: “Something looks different from usual.").waitFor();
  await expectAccessible(page, "session");
  await page.getByRole("link", { name: "Policy" }).click();
  await page.getByRole("combobox", { name: "Policy" }).selectOption("harder");
  await page.getByText("shadow: only watches").waitFor();
});

test("on a wide screen and in the dark it is as whole", async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("button", { name: "Dark" }).click();
  await expectAccessible(page, "policy, wide and dark");
  expect(complaints).toEqual([]);
});
