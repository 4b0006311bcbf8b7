// Says where the text of the repository breaks a rule of the house.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { files, root, sources } from "./repository.mjs";

/** The core has no clock, randomness, console or DOM of its own. */
export function checkPurity() {
  const own =
    /\b(Math\.random|Date\.now|new Date\(\)|crypto\.\w+|setTimeout|setInterval|performance\.now|console\.\w+|process\.\w+|document\.\w+|navigator\.\w+|(?<![-\w])window\.(addEventListener|location|document|screen|inner\w+))\b/;
  return grep(sources(["packages/core/src"], [".ts"]).filter(isProduct), own);
}

/** The collector never reads content: not after a dot, not by a name in brackets, not by taking an event apart. */
export function checkContent() {
  return grep(sources(["packages/collector/src"], [".ts"]).filter(isProduct), READS_CONTENT);
}

const CONTENT =
  "(?:key|value|data|innerText|innerHTML|outerHTML|textContent|valueAsNumber|valueAsDate|clipboardData|dataTransfer)";
export const READS_CONTENT = new RegExp(
  [
    `\\.${CONTENT}\\b`,
    `\\[["'\`]${CONTENT}["'\`]\\]`,
    `[{,]\\s*${CONTENT}\\b[^{}()]*\\}\\s*=[^=>]`, // const { key } = event
    `\\(\\{[^{}()]*\\b${CONTENT}\\b[^{}()]*\\}`, // ({ key }) => ...
  ].join("|"),
);

/** A file of more than 400 lines holds more than one idea. */
export function checkSizes() {
  return sources(["packages", "lab", "demo", "tools"], [".ts", ".mjs", ".svelte"])
    .filter((file) => !file.endsWith(".data.ts"))
    .flatMap((file) => {
      const lines = readFileSync(join(root, file), "utf8").split("\n").length - 1;
      return lines > MOST_LINES ? [`${file} has ${lines} lines: what else is in it belongs elsewhere`] : [];
    });
}
const MOST_LINES = 400;

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
