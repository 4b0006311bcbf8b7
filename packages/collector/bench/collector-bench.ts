import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { measureBytes } from "./measure-bytes.ts";
import { measureTime } from "./measure-time.ts";

/** One line of the table that `npm run bench` prints. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly goal: string;
  readonly met?: boolean;
  readonly note?: string;
}

const MOST_BYTES = 6144;

/** Returns what the collector costs a page: its size, its time per event in a real Chromium, its bytes on the wire. */
export async function benchCollector({ root = process.cwd() } = {}): Promise<Row[]> {
  const outdir = mkdtempSync(join(tmpdir(), "habitus-collector-bench-"));
  try {
    const script = pathToFileURL(join(root, "packages/collector/build.mjs")).href;
    const { buildCollector }: typeof import("../build.mjs") = await import(script);
    await buildCollector({ outdir });
    const bundle = readFileSync(join(outdir, "habitus.js"), "utf8");
    const bytes = gzipSync(bundle, { level: 9 }).length;
    const time = await measureTime(bundle, root);
    const { session, busy } = measureBytes();
    return [
      {
        what: "collector as one file, gzip",
        unit: "B",
        ours: bytes,
        goal: `at most ${MOST_BYTES} B`,
        met: bytes <= MOST_BYTES,
      },
      {
        what: "collector, per event in Chromium",
        unit: "us",
        ours: time.usPerEvent,
        goal: "measured",
        note: `listeners, encoding, MAC and sending of ${time.events} trusted events`,
      },
      {
        what: "collector, a minute of a simulated session",
        unit: "kB",
        ours: session / 1000,
        goal: "measured",
        note: "bodies of the batches, ten persons",
      },
      {
        what: "collector, a minute without a pause",
        unit: "kB",
        ours: busy / 1000,
        goal: "measured",
        note: "5 keys and 60 moves a second",
      },
    ];
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
