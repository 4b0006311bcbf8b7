import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Row } from "./row.ts";

const GOAL_KB = 6;

/** What the collector weighs in a page. */
export async function benchCollector(): Promise<Row[]> {
  const outdir = join(process.cwd(), ".cache/bench/collector");
  const script = pathToFileURL(join(process.cwd(), "packages/collector/build.mjs")).href;
  const { buildCollector }: typeof import("../../packages/collector/build.mjs") = await import(script);
  await buildCollector({ outdir });
  const ours = gzipSync(readFileSync(join(outdir, "habitus.js"))).length / 1000;
  return [
    { what: "collector as one file, gzip", unit: "kB", ours, goal: `at most ${GOAL_KB} kB`, met: ours <= GOAL_KB },
  ];
}
