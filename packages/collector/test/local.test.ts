import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect as connectTo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, gaussian, KEY_ZONES } from "@habitus/core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { findChromium } from "../../../tools/chromium.mjs";
import { buildCollector } from "../build.mjs";
import type { LocalCollector } from "../src/local/index.ts";
import { OPENED, type Service, serve } from "./serve.ts";

declare global {
  interface Window {
    local: LocalCollector;
    startLocal: (options: object) => LocalCollector;
  }
}

const PAGE = `<!doctype html><title>Local</title><textarea name="t" rows="9" cols="60"></textarea><script type="module" src="/local-page.js"></script>`;
const SCRIPT = `import { startLocal } from "/local.js"; window.startLocal = startLocal;`;
const SECRET = "Quartz7zebra Kupfer8vogel";

const outdir = mkdtempSync(join(tmpdir(), "habitus-local-"));
let service: Service;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Between browser and service: keeps every byte of both directions, as a capture on the wire would. */
let wire: { readonly origin: string; readonly bytes: Buffer[]; close(): Promise<void> };

beforeAll(async () => {
  await buildCollector({ outdir });
  const local = readFileSync(join(outdir, "local.js"), "utf8");
  service = await serve({ "/page.html": PAGE, "/local-page.js": SCRIPT, "/local.js": local });
  wire = await capture(Number(new URL(service.origin).port));
  const { executablePath, args } = await findChromium();
  browser = await chromium.launch({ executablePath, args });
});
afterAll(async () => {
  await browser?.close();
  await wire?.close();
  await service?.close();
  rmSync(outdir, { recursive: true, force: true });
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  service.reset();
  wire.bytes.length = 0;
});
afterEach(() => context.close());

async function capture(port: number): Promise<typeof wire> {
  const bytes: Buffer[] = [];
  const server: Server = createServer((client) => {
    const upstream = connectTo(port, "127.0.0.1");
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on("data", (chunk: Buffer) => {
        bytes.push(chunk);
        to.write(chunk);
      });
      from.on("close", () => to.destroy());
      from.on("error", () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as AddressInfo; // it listens on a port
  const close = (): Promise<void> => new Promise((resolve) => void server.close(() => resolve()));
  return { origin: `http://127.0.0.1:${own}`, bytes, close };
}

async function open(session: string = OPENED.session): Promise<void> {
  await page.goto(`${wire.origin}/konto`);
  await page.waitForFunction(() => window.startLocal !== undefined);
  await page.evaluate(
    (opened) => {
      window.local = window.startLocal({ ...opened, endpoint: "", consent: true, flushIntervalMs: 100 });
    },
    { ...OPENED, session, tier: "device" as const },
  );
  await page.waitForFunction(() => window.local.judgement !== undefined);
}
/** When the newest key was let go: the browser takes the time of a key from whoever presses it. */
let typedAt = 0;
/** Types letters that nobody chose in the rhythm of one person, as fast as the browser takes them; their times are those of life. */
async function type(keys: number, seed: number): Promise<void> {
  const random = createRandom(seed);
  const devtools = await context.newCDPSession(page);
  await page.focus("[name=t]");
  typedAt = Math.max(Date.now(), typedAt + 400);
  for (let i = 0; i < keys; i += 1) {
    const letter = "etaoinshrdlu"[Math.floor(random() * 12)] ?? "e";
    const code = letter.toUpperCase();
    const key = { code: `Key${code}`, key: letter, text: letter, windowsVirtualKeyCode: code.charCodeAt(0) };
    const holdMs = 85 + 12 * gaussian(random);
    await devtools.send("Input.dispatchKeyEvent", { ...key, type: "keyDown", timestamp: typedAt / 1000 });
    await devtools.send("Input.dispatchKeyEvent", { ...key, type: "keyUp", timestamp: (typedAt + holdMs) / 1000 });
    typedAt += Math.max(holdMs + 10, 170 + 35 * gaussian(random));
  }
  await devtools.detach();
  await page.evaluate(() => window.local.flush());
}
const judgement = () => page.evaluate(() => ({ ...window.local.judgement }) as LocalCollector["judgement"]);
const words = (): Record<string, unknown>[] => service.received.map(({ text }) => JSON.parse(text));

test("a whole session, recorded on the wire, shows neither what was typed nor when: a word on the decision and nothing else", async () => {
  await open();
  const pressed: number[] = [];
  await page.exposeFunction("pressedAt", (at: number) => void pressed.push(at));
  await page.evaluate(() => {
    const note = (window as unknown as { pressedAt: (at: number) => void }).pressedAt;
    addEventListener("keydown", (event) => note(performance.timeOrigin + event.timeStamp), true);
  });
  await page.focus("[name=t]");
  await page.keyboard.type(SECRET, { delay: 7 });
  await type(130, 1);
  expect(await judgement()).toMatchObject({ isEnrolled: true });
  expect(pressed.length).toBeGreaterThan(150);

  const traffic = Buffer.concat(wire.bytes).toString("latin1");
  expect(traffic).toContain("POST /v1/sessions/");
  const opened = service.received.map(({ text }) => text).join("\n");
  const posted = traffic.slice(traffic.indexOf("POST /v1/sessions/"));
  for (const text of [posted, opened]) {
    for (const part of [SECRET, "Quartz", "zebra", "Kupfer", "vogel", "7ze"]) expect(text).not.toContain(part);
    for (const zone of KEY_ZONES.filter((name) => name.length > 4)) expect(text).not.toContain(zone);
  }
  // What was sealed, opened: eleven members, whole seconds, counts.
  for (const word of words()) {
    expect(Object.keys(word).sort()).toEqual(["b", "d", "k", "lost", "n", "seq", "stream", "t", "v", "x"]);
    expect(Number(word.t) % 10_000).toBe(0);
  }
  // No instant of a press and no time between two, in any unit that would tell it.
  const numbers = new Set((opened.match(/\d+(\.\d+)?/g) ?? []).map(Number));
  for (const at of pressed) for (const unit of [1, 10]) expect(numbers.has(Math.round(at * unit))).toBe(false);
  const gaps = pressed.slice(1).map((at, i) => at - (pressed[i] ?? at));
  expect(gaps.filter((gap) => numbers.has(Math.round(gap * 10))).length).toBe(0);
  expect(service.received.length).toBeLessThan(8);
});

test("what the device has learnt survives a reload of the page, and the session goes on", async () => {
  await open();
  await type(150, 2);
  const before = await judgement();
  expect(before).toMatchObject({ isEnrolled: true });
  await page.evaluate(() => window.local.flush());
  await page.waitForTimeout(200);
  await open();
  const after = await judgement();
  expect(after).toMatchObject({ isEnrolled: true, samples: before?.samples, windows: before?.windows });
  expect(after?.trust).toBe(before?.trust);
  await type(60, 3);
  expect((await judgement())?.windows).toBeGreaterThan(before?.windows ?? 0);
});

test("another session begins with the same person and no trust; another person begins with nothing", async () => {
  await open();
  await type(150, 4);
  await open(OPENED.session); // the same page again
  expect((await judgement())?.isEnrolled).toBe(true);
  await page.goto(`${wire.origin}/konto`);
  await page.waitForFunction(() => window.startLocal !== undefined);
  const other = { ...OPENED, tier: "device" as const, nameKey: Buffer.alloc(16, 9).toString("base64url") };
  await page.evaluate((given) => {
    window.local = window.startLocal({ ...given, endpoint: "", consent: true });
  }, other);
  await page.waitForFunction(() => window.local.judgement !== undefined);
  expect(await judgement()).toMatchObject({ isEnrolled: false, samples: 0, windows: 0 });
});

test("without a network it goes on judging, and tells its word when there is one again", async () => {
  await open();
  await type(150, 5);
  await context.setOffline(true);
  const told = service.received.length;
  const before = await judgement();
  await type(80, 6);
  expect((await judgement())?.windows).toBeGreaterThan(before?.windows ?? 0);
  expect(service.received.length).toBe(told);
  await context.setOffline(false);
  await page.evaluate(() => window.local.stepUpPassed());
  await type(5, 7);
  await expect.poll(() => service.received.length, { timeout: 40_000 }).toBeGreaterThan(told);
}, 90_000);

test("what is kept cannot be read: sealed under a key that no script can export", async () => {
  await open();
  await type(150, 8);
  await page.waitForTimeout(300);
  const found = await page.evaluate(async () => {
    const [{ name = "" } = {}] = await indexedDB.databases();
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const store = database.transaction("sealed").objectStore("sealed");
    const read = (what: IDBRequest) => new Promise((resolve) => (what.onsuccess = () => resolve(what.result)));
    const key = (await read(store.get("aes"))) as CryptoKey;
    const exported = await crypto.subtle.exportKey("raw", key).then(
      () => "exported",
      (error: Error) => error.name,
    );
    const records = (await read(store.getAllKeys())) as string[];
    const profile = (await read(store.get("profile"))) as Uint8Array;
    const text = Array.from(profile, (byte) => String.fromCharCode(byte)).join("");
    database.close();
    return { extractable: key.extractable, exported, records, text, size: profile.length };
  });
  expect(found).toMatchObject({ extractable: false, exported: "InvalidAccessError" });
  expect(found.records.sort()).toEqual(["aes", "profile", "session"]);
  expect(found.size).toBeGreaterThan(1000);
  for (const part of ["samples", "reference", "habitus-features", "layout"]) expect(found.text).not.toContain(part);
});

test("a withdrawal leaves nothing on the device, and nothing more is judged", async () => {
  await open();
  await type(150, 9);
  await page.evaluate(() => window.local.erase());
  expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
  expect(await page.evaluate(() => window.local.status.state)).toBe("withdrawn");
  expect(await page.evaluate(() => window.local.judgement)).toBeUndefined();
  await open();
  expect(await judgement()).toMatchObject({ isEnrolled: false, samples: 0 });
});

test("a record that was altered, or put in another's place, is as if it had never been", async () => {
  await open();
  await type(150, 10);
  await page.waitForTimeout(300);
  await page.evaluate(async () => {
    const [{ name = "" } = {}] = await indexedDB.databases();
    const request = indexedDB.open(name);
    await new Promise((resolve) => (request.onsuccess = resolve));
    const store = request.result.transaction("sealed", "readwrite").objectStore("sealed");
    const read = (what: IDBRequest) => new Promise((resolve) => (what.onsuccess = () => resolve(what.result)));
    const session = await read(store.get("session"));
    await read(store.put(session, "profile"));
    request.result.close();
  });
  await open();
  expect(await judgement()).toMatchObject({ isEnrolled: false, samples: 0 });
});
