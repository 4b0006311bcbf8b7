// Measures Habitus beside named peers, in one run on this machine. Usage: npm run bench [-- --json FILE] [-- --only NAME]
import { fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { root } from "./checks/repository.mjs";

const BENCHES = ["forest", "scoring", "window", "service", "seal", "collector"];
const { values: options } = parseArgs({ options: { json: { type: "string" }, only: { type: "string" } } });
if (options.only !== undefined && !BENCHES.includes(options.only)) {
  console.error(`--only takes one of ${BENCHES.join(", ")}, got ${options.only}`);
  process.exit(1);
}

const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), ${process.platform}, Node ${process.version}`;
console.log(`${machine}\n`);
const rows = [];
for (const name of BENCHES.filter((bench) => options.only === undefined || options.only === bench)) {
  process.stderr.write(`measuring ${name} ...\n`);
  rows.push(...(await runBench(name)));
}
printTable(rows);
const missed = rows.filter(({ met }) => met === false).length;
console.log(`\n${rows.filter(({ met }) => met).length} goals met, ${missed} missed`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ machine, rows }, undefined, 2)}\n`);
process.exitCode = missed === 0 ? 0 : 1;

async function runBench(name) {
  const folder = join(root, ".cache/bench");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${name}.mjs`);
  await build({
    absWorkingDir: root,
    bundle: true,
    conditions: ["habitus-source"],
    entryPoints: [join(root, `tools/bench/${name}.ts`)],
    format: "esm",
    logLevel: "warning",
    outfile,
    platform: "node",
    plugins: [{ name: "own sources only", setup: leaveLibrariesOut }],
    target: "node20",
  });
  return new Promise((resolve, reject) => {
    const child = fork(join(root, "tools/bench/run-one.mjs"), [outfile], { cwd: root });
    let result;
    child.once("message", (message) => {
      result = message;
    });
    child.once("exit", (code) => {
      if (result === undefined) reject(new Error(`the bench ${name} ended with code ${code}: see its message above`));
      else resolve(result);
    });
  });
}

function leaveLibrariesOut({ onResolve }) {
  onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
    kind === "entry-point" || path.startsWith("@habitus/") ? undefined : { external: true },
  );
}

function printTable(list) {
  const head = ["what", "ours", "peer", "ratio", "goal", "met"];
  const lines = list.map(({ what, unit, ours, peer, ratio, goal, met, note }) => [
    what,
    `${short(ours)} ${unit}`.trim(),
    peer === undefined ? (note ?? "-") : `${short(peer.value)} ${unit}`.trim(),
    ratio === undefined ? "-" : short(ratio),
    goal,
    met === undefined ? "-" : met ? "yes" : "NO",
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i].length)));
  for (const line of [head, widths.map((width) => "-".repeat(width)), ...lines])
    console.log(`| ${line.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`);
}

function short(value) {
  return value >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}
