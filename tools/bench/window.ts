import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { timeStrokes, timeWindows } from "./one-window.ts";
import type { Row } from "./row.ts";

const GOAL_MS = 0.3;
const STROKE_GOAL_MS = 0.1;

/** A 50-key window through features, projection and likelihood ratio, in Node and in a real Chromium. */
export async function benchWindow(): Promise<Row[]> {
  const node = { ...timeWindows(), strokeMs: timeStrokes() };
  const page = await inChromium();
  const row = (where: string, ours: number): Row => ({
    what: `one 50-key window, features to likelihood ratio, ${where}`,
    unit: "ms",
    ours,
    goal: `< ${GOAL_MS} ms`,
    met: ours < GOAL_MS,
  });
  const stroke = (where: string, ours: number): Row => ({
    what: `one stroke of 41 points, features to both models, ${where}`,
    unit: "ms",
    ours,
    goal: `< ${STROKE_GOAL_MS} ms`,
    met: ours < STROKE_GOAL_MS,
  });
  return [
    row("Node", node.windowMs),
    row("Chromium", page.windowMs),
    stroke("Node", node.strokeMs),
    stroke("Chromium", page.strokeMs),
    { what: "the background is decoded, once, Chromium", unit: "ms", ours: page.loadMs, goal: "-" },
  ];
}

async function inChromium(): Promise<ReturnType<typeof timeWindows> & { readonly strokeMs: number }> {
  const root = process.cwd();
  const { outputFiles } = await build({
    absWorkingDir: root,
    bundle: true,
    conditions: ["habitus-source"],
    entryPoints: [join(root, "tools/bench/one-window.ts")],
    format: "iife",
    globalName: "bench",
    target: "es2022",
    write: false,
  });
  const script = pathToFileURL(join(root, "tools/chromium.mjs")).href;
  const { findChromium }: typeof import("../chromium.mjs") = await import(script);
  const { executablePath, args } = await findChromium();
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
    const windows = await page.evaluate<ReturnType<typeof timeWindows>>("bench.timeWindows()");
    return { ...windows, strokeMs: await page.evaluate<number>("bench.timeStrokes()") };
  } finally {
    await browser.close();
  }
}
