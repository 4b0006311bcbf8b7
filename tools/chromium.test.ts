import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { findChromium } from "./chromium.mjs";

const folder = mkdtempSync(join(tmpdir(), "habitus-chromium-"));
const file = join(folder, "chromium");
writeFileSync(file, "");
afterAll(() => rmSync(folder, { recursive: true }));

type Sources = NonNullable<Parameters<typeof findChromium>[0]>["sources"];
const found = (executablePath: string) => () => ({ executablePath });
const nothing = () => undefined;

describe("a Chromium is looked for in this order", () => {
  const all: Sources = { system: found("s"), playwright: found("p"), npm: found("n") };

  test.each([
    ["CHROMIUM_PATH", { CHROMIUM_PATH: file }, all, file],
    ["system", {}, all, "s"],
    ["playwright", {}, { ...all, system: nothing }, "p"],
    ["npm", {}, { ...all, system: nothing, playwright: nothing }, "n"],
  ])("%s", async (source, env, sources, executablePath) => {
    expect(await findChromium({ env, sources })).toMatchObject({ source, executablePath });
  });

  test("the real sources stand in this order too: a browser in PATH comes before npm's", async () => {
    expect(await findChromium({ env: { PATH: folder } })).toMatchObject({ source: "system", executablePath: file });
  });
});

test("a CHROMIUM_PATH that leads nowhere is said, not passed over", async () => {
  const CHROMIUM_PATH = join(folder, "missing");
  await expect(findChromium({ env: { CHROMIUM_PATH } })).rejects.toThrow(CHROMIUM_PATH);
});

test("without any Chromium the message says what to do", async () => {
  const sources = { system: nothing, npm: nothing };
  await expect(findChromium({ env: {}, sources })).rejects.toThrow(/install one, or set CHROMIUM_PATH/);
});

describe.runIf(process.platform === "linux" && process.arch === "x64")("the Chromium inside npm", () => {
  test("is found with no other, starts and shows a page", async () => {
    const { executablePath, args, source } = await findChromium({ env: { PATH: "" } });
    // Playwright's own comes first where somebody has installed it.
    expect(source).toBe(existsSync(chromium.executablePath()) ? "playwright" : "npm");
    const browser = await chromium.launch({ executablePath, args, headless: true });
    try {
      const page = await browser.newPage();
      await page.setContent("<title>it lives</title>");
      expect(await page.title()).toBe("it lives");
    } finally {
      await browser.close();
    }
  }, 120_000);
});
