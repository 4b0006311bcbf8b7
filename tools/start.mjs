// npm start: installs, builds, then runs the service, the demo bank and the console. Options go to `habitus demo`.
import { install, requireNode } from "./install.mjs";

requireNode();
install();
await import("./build.mjs");
const { run } = await import("../packages/cli/dist/index.js");

// Whoever ends npm ends the shell between npm and us, which does not pass the signal on.
const parent = process.ppid;
const watch = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(watch);
  process.kill(process.pid, "SIGTERM");
}, 300);
watch.unref();

process.exitCode = await run(["demo", ...process.argv.slice(2)]);
