// Installs what the lock file asks for, if it is not there yet.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./checks/repository.mjs";

const nodeStamp = join(root, "node_modules/.habitus-node");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

export function requireNode() {
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Habitus needs Node 20.19 or newer, and this is ${process.version}. Install a newer Node and try again.`,
  );
  process.exit(1);
}

/** Native modules belong to one Node: a change of version installs again. */
export function install() {
  const done = join(root, "node_modules/.package-lock.json");
  const lock = join(root, "package-lock.json");
  const current = existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs && sameModules();
  if (current) return;
  console.log(
    "Installing what Habitus is made of. On Node 20 the embedded database is compiled, which takes a minute.",
  );
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status } = spawnSync(npm, ["install", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status === 0) {
    writeFileSync(nodeStamp, process.versions.modules);
    return;
  }
  console.error("npm install failed: see the message above. Nothing was started.");
  process.exit(1);
}

function sameModules() {
  return !existsSync(nodeStamp) || readFileSync(nodeStamp, "utf8") === process.versions.modules;
}
