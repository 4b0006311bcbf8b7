import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Tier } from "@habitus/wire";
import { type CDPSession, chromium, type Page } from "playwright-core";
import { OPENED, serve } from "../test/serve.ts";

const ROUNDS = 2500;
const PAGE = `<!doctype html><title>Bench</title><form name="f"><div><div><div><textarea name="t" rows="20" cols="80"></textarea>
</div></div></div></form><script src="/probe.js"></script><script src="/habitus.js"></script>`;

/**
 * Sums the time that listeners and timers of whoever comes after it take. A clock of 5 us is fine enough for a mean over
 * thousands of calls: its rounding is as often up as down.
 */
const PROBE = `
const probe = { ms: 0, on: false };
const timed = (work) => function (...given) {
  const start = performance.now();
  try { return work.apply(this, given); } finally { if (probe.on) probe.ms += performance.now() - start; }
};
const listen = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (type, work, options) { listen.call(this, type, timed(work), options); };
const wait = window.setTimeout;
window.setTimeout = (work, ms) => wait(timed(work), ms);
`;

/**
 * Returns the mean time (microseconds) that the collector takes in Chromium for a trusted key, press and release, and two moves of the
 * pointer: listening, and what the tier makes of it. `files` are those of its dist by name.
 */
export async function measureTime(files: Readonly<Record<string, string>>, root: string, tier: Tier): Promise<number> {
  const script = pathToFileURL(join(root, "tools/chromium.mjs")).href;
  const { findChromium }: typeof import("../../../tools/chromium.mjs") = await import(script);
  const isolated = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
  const service = await serve({ "/page.html": PAGE, "/probe.js": PROBE, ...files }, isolated);
  const { executablePath, args } = await findChromium();
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage();
    await page.goto(service.origin);
    await page.evaluate(
      `(async () => {
        const given = { endpoint: "", consent: true, ...${JSON.stringify({ ...OPENED, tier })} };
        const { startLocal } = given.tier === "device" ? await import("/local.js") : {};
        window.collector = startLocal ? startLocal(given) : window.Habitus.start(given);
        await window.collector.flush();
      })()`,
    );
    const devtools = await page.context().newCDPSession(page);
    await page.focus("[name=t]");
    await use(devtools, ROUNDS / 10); // warm
    return await measure(page, devtools);
  } finally {
    await browser.close();
    await service.close();
  }
}

async function measure(page: Page, devtools: CDPSession): Promise<number> {
  await page.evaluate("collector.flush().then(() => (probe.on = true))");
  await use(devtools, ROUNDS);
  const ms = await page.evaluate<number>("collector.flush().then(() => probe.ms)");
  return (ms * 1000) / ROUNDS;
}

/** A key and two moves a round, as fast as the browser takes them. */
async function use(devtools: CDPSession, rounds: number): Promise<void> {
  for (let i = 0; i < rounds; i += 1) {
    const key = { code: "KeyJ", key: "j", windowsVirtualKeyCode: 74 };
    const move = { type: "mouseMoved", y: 100 + (i % 200) } as const;
    await Promise.all([
      devtools.send("Input.dispatchMouseEvent", { ...move, x: 100 + (i % 300) }),
      devtools.send("Input.dispatchKeyEvent", { ...key, type: "rawKeyDown" }),
      devtools.send("Input.dispatchMouseEvent", { ...move, x: 101 + (i % 300) }),
      devtools.send("Input.dispatchKeyEvent", { ...key, type: "keyUp" }),
    ]);
  }
}
