#!/usr/bin/env node
// In a checkout the sources may be newer than what was built from them.
import { existsSync } from "node:fs";

const build = new URL("../../../tools/build.mjs", import.meta.url);
if (existsSync(build)) {
  process.argv.push("--if-stale");
  await import(build.href);
  process.argv.pop();
}
process.stdout.on("error", (error) => {
  if (error.code === "EPIPE") process.exit(0); // as in: habitus enrol ... | head -3
  throw error;
});
const { run } = await import("../dist/index.js");
process.exitCode = await run(process.argv.slice(2));
