// npm start: installs, builds, then runs the service, the demo bank and the console. Options go to `habitus demo`.
import { install, requireNode } from "./install.mjs";

requireNode();
install();
await import("./build.mjs");
const { run } = await import("../packages/cli/dist/index.js");
process.exitCode = await run(["demo", ...process.argv.slice(2)]);
