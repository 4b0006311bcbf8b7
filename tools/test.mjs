// Runs everything: installs, builds, checks, tests. The last line is "N passed, N failed". Usage: npm test [-- --only PATTERN]
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { root } from "./checks/repository.mjs";
import { install, requireNode } from "./install.mjs";

requireNode();
install();
await import("./build.mjs");
const { reportCheck, runChecks } = await import("./check.mjs");

console.log("\nChecks");
const checks = await runChecks(reportCheck);
console.log("\nTests");
const tests = await runTests(process.argv.slice(2));

const failedChecks = checks.filter(({ problems }) => problems.length > 0).length;
const passed = checks.length - failedChecks + tests.passed;
const failed = failedChecks + tests.failed;
console.log("");
for (const name of tests.failures) console.log(`FAIL  ${name}`);
for (const { name, problems } of checks) if (problems.length > 0) console.log(`FAIL  ${name}`);
console.log(`${passed} passed, ${failed} failed${tests.skipped > 0 ? `, ${tests.skipped} skipped` : ""}`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), "habitus-test-"));
  const report = join(folder, "report.json");
  const code = await new Promise((resolve) => {
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const child = spawn(process.execPath, [vitest, "run", ...reporters, ...args], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.on("close", resolve);
  });
  try {
    const { testResults } = JSON.parse(readFileSync(report, "utf8"));
    const all = testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ fullName, status }) => ({ name: `${relative(root, name)}: ${fullName}`, status })),
    );
    // A file that cannot be loaded has no tests to fail, and must fail all the same.
    const broken = testResults.filter(
      ({ status, assertionResults }) => status === "failed" && assertionResults.every((t) => t.status !== "failed"),
    );
    const failures = [
      ...all.filter(({ status }) => status === "failed").map(({ name }) => name),
      ...broken.map(({ name }) => relative(root, name)),
    ];
    const count = (...wanted) => all.filter(({ status }) => wanted.includes(status)).length;
    if (code !== 0 && failures.length === 0) failures.push(`vitest ended with code ${code}`);
    return { passed: count("passed"), failed: failures.length, skipped: count("skipped", "pending", "todo"), failures };
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, failures: [`vitest gave no report (code ${code}): ${error.message}`] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
