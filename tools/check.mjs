// The static half of the tests: types, lint, format and the rules of the house. Usage: node tools/check.mjs
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkDocs } from "./checks/docs.mjs";
import { checkLayers } from "./checks/layers.mjs";
import { root, sources } from "./checks/repository.mjs";
import { checkContent, checkLooseEnds, checkPurity, checkSizes, checkTraces } from "./checks/words.mjs";

const bin = (name) => join(root, "node_modules", name);

function checks() {
  const projects = ["tools", "lab", "demo", ...readdirSync(join(root, "packages")).map((name) => `packages/${name}`)];
  const typed = projects.filter((project) => existsSync(join(root, project, "tsconfig.json")));
  const withPages = projects.filter((project) => sources([project], [".svelte"]).length > 0);
  return [
    ...typed.map((project) => command(`types: ${project}`, [bin("tsgo/bin/tsc"), "-p", project])),
    ...withPages.map((project) =>
      command(`types of pages: ${project}`, [
        bin("svelte-check/bin/svelte-check"),
        "--workspace",
        project,
        "--output",
        "human",
      ]),
    ),
    command("lint and format", [bin("@biomejs/biome/bin/biome"), "check", "."]),
    command("no promise is left floating", [
      bin("oxlint/bin/oxlint"),
      "--type-aware",
      "-A",
      "all",
      "-D",
      "no-floating-promises",
      "-D",
      "no-misused-promises",
      "packages",
      "lab",
      "demo",
      "tools",
    ]),
    rule("everybody imports only what the layers allow", checkLayers),
    rule("core has no clock, randomness, console or DOM", checkPurity),
    rule("the collector never reads content", checkContent),
    rule("no loose ends", checkLooseEnds),
    rule("no file has outgrown its idea", checkSizes),
    rule("no paths of a machine, no registry hosts", checkTraces),
    rule("links and commands in the docs lead somewhere", checkDocs),
  ];
}

/** Runs all checks, two at a time, and returns [{ name, problems }]. */
export async function runChecks(report) {
  const waiting = checks();
  const results = [];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const result = { name: check.name, problems: await check.run() };
      results.push(result);
      report(result);
    }
  };
  await Promise.all([worker(), worker()]);
  return results;
}

function command(name, args) {
  const run = () =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
      let output = "";
      child.stdout.on("data", (chunk) => {
        output += chunk;
      });
      child.stderr.on("data", (chunk) => {
        output += chunk;
      });
      child.on("close", (code) => resolve(code === 0 ? [] : [output.trim().slice(-6000) || `exit code ${code}`]));
    });
  return { name, run };
}

function rule(name, find) {
  return { name, run: async () => find() };
}

export function reportCheck({ name, problems }) {
  console.log(`${problems.length === 0 ? "  ok" : "FAIL"}  ${name}`);
  for (const problem of problems.slice(0, 40)) console.log(`      ${problem.replaceAll("\n", "\n      ")}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const results = await runChecks(reportCheck);
  const failed = results.filter(({ problems }) => problems.length > 0).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
