// Says where the text of the repository breaks a rule of the house.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { files, root, sources } from "./repository.mjs";

/** The core has no clock, randomness, console or DOM of its own. */
export function checkPurity() {
  const own =
    /\b(Math\.random|Date\.now|performance\.now|console\.\w+|process\.\w+|document\.\w+|navigator\.\w+|(?<![-\w])window\.(addEventListener|location|document|screen|inner\w+))\b/;
  return grep(sources(["packages/core/src"], [".ts"]).filter(isProduct), own);
}

/** The collector never reads content. */
export function checkContent() {
  return grep(sources(["packages/collector/src"], [".ts"]).filter(isProduct), /\.(key|value|innerText|textContent)\b/);
}

/** No ignored errors, focused tests or notes to ourselves. */
export function checkLooseEnds() {
  const loose =
    /\bas any\b|: any\b(?! )|@ts-(ignore|nocheck|expect-error)|\b(it|test|describe)\.(only|skip)\(|\b(TODO|FIXME)\b/;
  return grep(sources(["packages", "lab", "demo", "tools"], [".ts", ".svelte"]), loose);
}

/** The repository holds no paths of a machine and no registry hosts. */
export function checkTraces() {
  const traces = /(^|[^\w.])\/(work|home\/\w+|root|tmp\/bash_jobs)\/|registry\.npmjs\.org|"resolved": "http/;
  return grep(
    files().filter((file) => !/\.(png|ico|woff2?)$/.test(file) && !file.startsWith("tools/checks/")),
    traces,
  );
}

function isProduct(file) {
  return !file.endsWith(".test.ts");
}

function grep(list, pattern) {
  return list.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );
}
