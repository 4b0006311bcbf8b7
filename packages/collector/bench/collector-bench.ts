import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { TIERS } from "@habitus/wire";
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
const COSTS = {
  device: "listening, reading, comparing, learning, sealing what is kept",
  features: "listening, reading, sealing, MAC and sending",
  events: "listening, sealing, MAC and sending",
} as const;

/** Returns what the collector costs a page: its size, its time per event in a real Chromium, its bytes on the wire. */
export async function benchCollector({ root = process.cwd() } = {}): Promise<Row[]> {
  const outdir = mkdtempSync(join(tmpdir(), "habitus-collector-bench-"));
  try {
    const script = pathToFileURL(join(root, "packages/collector/build.mjs")).href;
    const { buildCollector }: typeof import("../build.mjs") = await import(script);
    await buildCollector({ outdir });
    const names = ["habitus.js", "custody.js", "local.js"] as const;
    const files = Object.fromEntries(names.map((name) => [`/${name}`, readFileSync(join(outdir, name), "utf8")]));
    const zipped = (name: (typeof names)[number]): number => gzipSync(files[`/${name}`] ?? "", { level: 9 }).length;
    const rows: Row[] = [
      {
        what: "collector, what captures, gzip",
        unit: "B",
        ours: zipped("habitus.js"),
        goal: `at most ${MOST_BYTES} B`,
        met: zipped("habitus.js") <= MOST_BYTES,
      },
      {
        what: "collector, what reads and seals, gzip",
        unit: "kB",
        ours: zipped("custody.js") / 1000,
        goal: "measured",
      },
      { what: "collector that judges by itself, gzip", unit: "kB", ours: zipped("local.js") / 1000, goal: "measured" },
    ];
    for (const tier of TIERS)
      rows.push({
        what: `tier ${tier}: a key and two moves in Chromium`,
        unit: "us",
        ours: await measureTime(files, root, tier),
        goal: "measured",
        note: COSTS[tier],
      });
    for (const tier of ["features", "events"] as const) {
      const { session, busy } = measureBytes(tier);
      const note = "bodies of the batches before they are sealed, which adds a third";
      rows.push(
        {
          what: `tier ${tier}: a minute of a simulated session`,
          unit: "kB",
          ours: session / 1000,
          goal: "measured",
          note,
        },
        { what: `tier ${tier}: a minute without a pause`, unit: "kB", ours: busy / 1000, goal: "measured", note },
      );
    }
    return rows;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
