// Installs what the lock file asks for, if it is not there yet.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { join } from "node:path";
import { root } from "./checks/repository.mjs";

const require = createRequire(import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

export function requireNode() {
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Habitus needs Node 20.19 or newer, and this is ${process.version}. Install a newer Node and try again.`,
  );
  process.exit(1);
}

export function install() {
  const done = join(root, "node_modules/.package-lock.json");
  const lock = join(root, "package-lock.json");
  if (!existsSync(done) || statSync(done).mtimeMs < statSync(lock).mtimeMs) {
    console.log(
      "Installing what Habitus is made of. Before Node 22.13 the embedded database is compiled, which takes a minute.",
    );
    npm("install", "--no-audit", "--no-fund");
  }
  if (!hasDatabase()) {
    console.log(`Compiling the embedded database for Node ${process.version} (needs python3, make and g++).`);
    npm("rebuild", "better-sqlite3");
  }
}

/** A compiled module belongs to one version of Node: after a change of Node it has to be compiled again. */
function hasDatabase() {
  if (isBuiltin("node:sqlite")) return true;
  try {
    const Database = require("better-sqlite3");
    new Database(":memory:").close();
    return true;
  } catch {
    return false;
  }
}

function npm(...args) {
  const windows = process.platform === "win32";
  const { status } = spawnSync(windows ? "npm.cmd" : "npm", args, { cwd: root, stdio: "inherit", shell: windows });
  if (status === 0) return;
  console.error(`npm ${args[0]} failed: see the message above. Nothing was started.`);
  process.exit(1);
}
