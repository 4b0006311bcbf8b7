// Runs the tests of core, wire, client and server under other versions of Node. Usage: npm run test:nodes [-- 22 24]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./checks/repository.mjs";

const PACKAGES = ["packages/core", "packages/wire", "packages/client", "packages/server"];
const asked = process.argv.slice(2);
const versions = asked.length > 0 ? asked : ["22", "24"];
if (versions.some((version) => !/^\d+(\.\d+){0,2}$/.test(version))) {
  console.error(`versions of Node look like 22 or 22.13.0, got ${versions.join(" ")}`);
  process.exit(1);
}

const outcomes = versions.map((version) => {
  const node = fetchNode(version);
  const name = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
  console.log(`\nNode ${name}`);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { status } = spawnSync(node, [vitest, "run", ...PACKAGES], { cwd: root, stdio: "inherit" });
  return { name, passed: status === 0 };
});
console.log("");
for (const { name, passed } of outcomes) console.log(`${passed ? "  ok" : "FAIL"}  Node ${name}`);
process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1;

/** Node's own binary is an npm package. Returns its path; installs it into .cache when it is not there. */
function fetchNode(version) {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const folder = join(root, ".cache/nodes", version);
  const node = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const args = ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", `${name}@${version}`];
  const { status } = spawnSync(npm, args, { stdio: "inherit", shell: process.platform === "win32" });
  if (status === 0 && existsSync(node)) return node;
  console.error(`Node ${version} could not be installed from npm as ${name}`);
  return process.exit(1);
}
