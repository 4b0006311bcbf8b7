import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "./expect-accessible.ts";
import { expectNoViolation, takePictures } from "./expect-no-violation.ts";
import { type RunningDemo, startDemo } from "./start-demo.ts";

let demo: RunningDemo;
let page: Page;
const complaints: string[] = [];
beforeAll(async () => {
  demo = await startDemo();
  await demo.client.setConsent("ada", { granted: true, textVersion: "1" });
  const { session } = await demo.client.openSession({ subject: "ada" });
  await demo.client.reportOutcome(session, { outcome: "ended" });
  page = await demo.browser.newPage({ viewport: { width: 390, height: 844 } });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await demo.enterConsole(page);
}, 120_000);
afterAll(() => demo?.stop());

test("an admin sees what is kept against what is promised, and changes it", { timeout: 60_000 }, async () => {
  await page.getByRole("link", { name: "Data", exact: true }).click();
  await page.getByRole("heading", { name: "Data & retention", level: 1 }).waitFor();
  const sessions = page.getByRole("listitem").filter({ hasText: "Sessions that are over" });
  await expect.poll(() => sessions.textContent()).toMatch(/1 kept, oldest: (now|\d+ s ago).*as promised/);
  await expectAccessible(page, "data");
  await expectNoViolation(page, "data");
  await takePictures(page, "data");
  await page.getByLabel("Feature sets").fill("30");
  await page.getByRole("radio", { name: /device/ }).check();
  await page.getByLabel(/erased within so many hours/).fill("0");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  const { settings } = await demo.client.settings();
  expect(settings).toMatchObject({ tier: "device", eraseWithinHours: 0, retention: { samples: 30, decisions: 90 } });
  const changed = (await demo.client.audit()).filter(({ action }) => action === "settings.changed");
  expect(changed).toMatchObject([
    { actor: "operator:local", detail: { tier: "device", eraseWithinHours: 0, "retention.samples": 30 } },
  ]);
  expect(complaints).toEqual([]);
});

test("nobody else is shown it: an analyst has no such page, and the service refuses", async () => {
  const analyst = await demo.browser.newPage({ viewport: { width: 1280, height: 800 } });
  const { token } = await demo.service.operators.link({ application: "bank", name: "ana", role: "analyst" });
  await analyst.goto(`${demo.serviceUrl}/console/#/enter/${token}`);
  await analyst.locator("a.who").waitFor();
  expect(await analyst.getByRole("link", { name: "Data", exact: true }).count()).toBe(0);
  const statuses = await analyst.evaluate(async () => {
    const headers = { "content-type": "application/json" };
    const change = { method: "PUT", headers, body: JSON.stringify({ tier: "events" }) };
    return [(await fetch("/v1/settings")).status, (await fetch("/v1/settings", change)).status];
  });
  expect(statuses).toEqual([403, 403]);
  await analyst.close();
});
