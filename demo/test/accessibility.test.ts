import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible, tabTo } from "./expect-accessible.ts";
import { type RunningDemo, startDemo } from "./start-demo.ts";

const css = readFileSync(new URL("../../packages/console/src/base.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name = "", light = "", dark = ""]) => [
    name,
    { light, dark },
  ]),
);

/** Contrast of two colours (WCAG 2.2, relative luminance and contrast ratio). */
function contrast(first: string, second: string): number {
  const luminance = (hex: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high = 0, low = 0] = [luminance(first), luminance(second)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

describe("colours", () => {
  test("the measure is WCAG's: black on white is 21, #767676 on white is 4.54", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
  });

  const text = ["text", "quiet", "accent", "good", "watch", "alarm"].flatMap((front) =>
    ["page", "card", "sunken"].map((back) => [front, back, 4.5] as const),
  );
  const onOwn = [
    ["on-accent", "accent", 4.5],
    ["text", "accent-soft", 4.5],
    ["good", "good-soft", 4.5],
    ["watch", "watch-soft", 4.5],
    ["alarm", "alarm-soft", 4.5],
    ["text", "alarm-soft", 4.5],
    ["strong-line", "card", 3],
    ["strong-line", "page", 3],
  ] as const;
  test.each([...text, ...onOwn])("%s on %s has a contrast of at least %s in light and dark", (front, back, least) => {
    for (const scheme of ["light", "dark"] as const) {
      const ratio = contrast(tokens.get(front)?.[scheme] ?? "", tokens.get(back)?.[scheme] ?? "");
      expect(ratio, `${front} on ${back}, ${scheme}`).toBeGreaterThanOrEqual(least);
    }
  });
});

describe("pages", () => {
  let demo: RunningDemo;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    demo = await startDemo();
    const context = await demo.browser.newContext({ viewport: { width: 390, height: 844 }, reducedMotion: "reduce" });
    page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
  }, 120_000);
  afterAll(() => demo?.stop());

  test("sign-in, consent, account and console fit a phone, name every control, and can be used by keyboard alone", async () => {
    await page.goto(demo.bankUrl);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await expectAccessible(page, "sign-in");
    await tabTo(page, "name");
    await page.keyboard.type("Grace Hopper");
    await page.keyboard.press("Enter");

    await page.getByRole("heading", { name: "May we learn" }).waitFor();
    await expectAccessible(page, "consent");
    await page.keyboard.press("Tab"); // where it is worked out: the first of the two, until an arrow chooses the other
    expect(await page.evaluate(() => document.activeElement?.getAttribute("value"))).toBe("features");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("Yes");
    await page.keyboard.press("Enter");

    await page.getByRole("heading", { name: "Hello, Grace Hopper" }).waitFor();
    await expectAccessible(page, "account");
    const handle = page.getByRole("button", { expanded: false }).filter({ hasText: /Waiting|Getting to know/ });
    await handle.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "What Habitus sees" }).waitFor();
    await expectAccessible(page, "panel");

    await demo.enterConsole(page);
    await page.getByRole("link", { name: "grace-hopper" }).waitFor();
    await expectAccessible(page, "console");
    await page.getByRole("link", { name: "grace-hopper" }).press("Enter");
    await page.getByRole("heading", { name: "Trust over time" }).waitFor();
    await expectAccessible(page, "session");
    expect(complaints).toEqual([]);
  });

  test("the switch between light and dark wins over the system", async () => {
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(demo.bankUrl);
    const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByRole("button", { name: /light and dark/ }).waitFor();
    const light = await background();
    await page.getByRole("button", { name: /light and dark/ }).click();
    expect(await background()).not.toBe(light);
  });

  test("without consent nothing is sent, and after its withdrawal nothing more", async () => {
    const context = await demo.browser.newContext({ viewport: { width: 1280, height: 900 } });
    const own = await context.newPage();
    let batches = 0;
    own.on("request", (request) => {
      if (request.url().endsWith("/batches") && request.method() === "POST") batches += 1;
    });
    await own.goto(demo.bankUrl);
    await own.getByLabel("Your name").fill("Alan Turing");
    await own.getByRole("button", { name: "Sign in" }).click();
    await own.getByRole("button", { name: "No, thank you" }).click();
    await own.locator("#message").pressSequentially("The bank works just the same.");
    expect(batches).toBe(0);

    await own.getByRole("button", { name: "I have changed my mind" }).click();
    await own.locator("#message").pressSequentially(" Now it is measured.");
    await expect.poll(() => batches, { timeout: 10_000 }).toBeGreaterThan(0);
    await own.getByText("My choices").click();
    await own.getByRole("button", { name: "Withdraw my consent" }).click();
    await own.getByText("You said no").waitFor();
    const before = batches;
    await own.locator("#message").pressSequentially("And now no more, however much is typed here.");
    await own.waitForTimeout(2_500); // longer than the collector gathers
    expect(batches).toBe(before);
    expect((await demo.client.subject("alan-turing")).consent.granted).toBe(false);

    await own.getByRole("button", { name: "I have changed my mind" }).click();
    await own.getByText("My choices").click();
    await own.getByRole("button", { name: "Delete everything about me" }).click();
    await own.getByText("You said no").waitFor();
    await expect(demo.client.subject("alan-turing")).rejects.toMatchObject({ code: "unknown-subject" });
    await context.close();
  });
});
