// Finds a real Chromium for the browser tests.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const APPLICATIONS = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
/** Root has no sandbox to give; the rest keeps a browser under test from calling anybody. */
const ARGS = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
];

/**
 * Looks in this order: `CHROMIUM_PATH`, a system Chromium or Chrome, Playwright's own, the one that `@sparticuz/chromium`
 * ships inside npm. Returns { executablePath, args, source }. Throws when there is none, and says what to do.
 */
export async function findChromium({ env = process.env, sources = { system, playwright, npm } } = {}) {
  if (env.CHROMIUM_PATH) {
    if (!existsSync(env.CHROMIUM_PATH)) throw new Error(`CHROMIUM_PATH is ${env.CHROMIUM_PATH}, and there is no file`);
    return { executablePath: env.CHROMIUM_PATH, args: ARGS, source: "CHROMIUM_PATH" };
  }
  for (const [source, look] of Object.entries(sources)) {
    const found = await look(env);
    if (found !== undefined) return { args: ARGS, source, ...found };
  }
  throw new Error("no Chromium was found: install one, or set CHROMIUM_PATH to its executable");
}

function system(env) {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const executablePath = [...paths, ...APPLICATIONS].find((path) => existsSync(path));
  return executablePath === undefined ? undefined : { executablePath };
}

async function playwright() {
  const { chromium } = await import("playwright-core");
  const executablePath = chromium.executablePath();
  return existsSync(executablePath) ? { executablePath } : undefined;
}

async function npm() {
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    return { executablePath: await chromium.executablePath(), args: [...new Set([...chromium.args, ...ARGS])] };
  } catch {
    return undefined; // not for this platform
  }
}
