import type { Outcome } from "../experiments/runnable.ts";
import type { Row } from "../running/row.ts";
import type { Statement } from "../running/statement.ts";
import { markdown } from "../running/summary.ts";
import { escapeText } from "./chart.ts";
import { calibrationPlot, countPlot, densityPlot, detectionPlot, detPlot, subjectPlot } from "./plots.ts";
import { STYLE } from "./style.ts";

/** Returns a page that needs nothing else: tables and plots of a run, light or dark as the reader's system is. */
export function reportPage(title: string, statement: Statement, outcome: Pick<Outcome, "drawings" | "curves">): string {
  const systems = [...new Set(statement.rows.map(({ system }) => system))];
  const colourOf = (system: string): number => systems.indexOf(system) % 7;
  const protocols = [...new Set(statement.rows.map(({ protocol }) => protocol))];
  const legend = systems
    .map((name) => `<span class="name"><span class="key c${colourOf(name)}"></span>${escapeText(name)}</span>`)
    .join(" ");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeText(title)}</title><style>${STYLE}</style></head><body>
<header><h1>${escapeText(title)}</h1>
<p><code>${escapeText(statement.command)}</code></p>
<p>Figures in percent with 95 % intervals (bootstrap over people). Pooled: one threshold for everybody. Per subject: a threshold of each person's own, chosen on these very scores, which flatters.</p></header>
<main>
<section><h2>Results</h2><div class="wide">${table(markdown(statement))}</div></section>
<p class="legend">${legend}</p>
${protocols.map((protocol, i) => section(protocol, statement.rows, { outcome, colourOf, open: i === 0 })).join("\n")}
<section><h2>Data</h2>${statement.data.map(dataText).join("")}</section>
${differencesText(statement)}
</main></body></html>
`;
}

interface Drawn {
  readonly outcome: Pick<Outcome, "drawings" | "curves">;
  readonly colourOf: (system: string) => number;
  readonly open: boolean;
}

function section(protocol: string, rows: readonly Row[], { outcome, colourOf, open }: Drawn): string {
  const drawings = outcome.drawings.filter((one) => one.protocol === protocol && one.det.length > 2);
  const curves = outcome.curves.filter((one) => one.protocol === protocol);
  const note = rows.find((row) => row.protocol === protocol)?.note ?? "";
  const plots = [
    ...(drawings.length > 0
      ? [detPlot(drawings, colourOf), subjectPlot(drawings, colourOf), calibrationPlot(drawings, colourOf)]
      : []),
    ...(curves.length > 0 ? [detectionPlot(curves, colourOf)] : []),
    ...drawings.flatMap((drawing) => [densityPlot(drawing), countPlot(drawing)]),
  ];
  const attacks = rows.filter((row) => row.protocol === protocol && "apcer" in row);
  const followed = rows.filter((row) => row.protocol === protocol && "classes" in row);
  return `<details${open ? " open" : ""}><summary>${escapeText(protocol)}</summary><p>${escapeText(note)}.</p>${attacks.map(attackText).join("")}${followed.map(classText).join("")}<div class="plots">${plots.join("\n")}</div></details>`;
}

function classText({ system, classes }: Row): string {
  if (typeof classes !== "object" || classes === null) return "";
  const shares = Object.entries(classes).map(([kind, share]) => `${kind} ${(100 * Number(share)).toFixed(1)} %`);
  return `<p>${escapeText(system)}: ${escapeText(shares.join(", "))} of subjects (first sign: never challenged falsely; second: every impostor found).</p>`;
}

function attackText({ system, apcer, bpcer }: Row): string {
  if (typeof apcer !== "object" || apcer === null) return "";
  const kinds = Object.entries(apcer).map(([kind, rate]) => `${kind} ${(100 * Number(rate)).toFixed(1)} %`);
  return `<p>${escapeText(system)}: attacks accepted (APCER) ${escapeText(kinds.join(", "))} where ${(100 * Number(bpcer)).toFixed(1)} % of people are rejected (BPCER).</p>`;
}

function dataText({ name, sha256, subjects, recordings, dropped }: Statement["data"][number]): string {
  const list = Object.entries(dropped).map(([reason, count]) => `${reason}: ${count}`);
  return `<p><b>${escapeText(name)}</b>: ${subjects} people, ${recordings} recordings. Dropped: ${escapeText(list.join(", ") || "nothing")}. <code>sha256 ${sha256}</code></p>`;
}

function differencesText({ differences }: Statement): string {
  if (differences.length === 0) return "";
  const lines = differences.map(
    ({ protocol, system, minus, metric, value, low, high }) =>
      `| ${protocol} | ${system} - ${minus} | ${metric} | ${points(value)} [${points(low)}, ${points(high)}] |\n`,
  );
  const text = `| protocol | systems | figure | difference in points |\n| --- | --- | --- | --- |\n${lines.join("")}`;
  return `<section><details><summary>Paired differences</summary><p>On the same resamples of the same people; an interval without 0 is a difference.</p><div class="wide">${table(text)}</div></details></section>`;
}

function points(value: number | null): string {
  return value === null ? "-" : (100 * value).toFixed(1);
}

/** Turns the Markdown table into HTML, so that both show the same. */
function table(text: string): string {
  const lines = text
    .trim()
    .split("\n")
    .filter((_, i) => i !== 1);
  const cells = (line: string): string[] => line.slice(2, -2).split(" | ");
  const row = (line: string, tag: string): string =>
    `<tr>${cells(line)
      .map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`)
      .join("")}</tr>`;
  return `<table><thead>${row(lines[0] ?? "", "th")}</thead><tbody>${lines
    .slice(1)
    .map((line) => row(line, "td"))
    .join("")}</tbody></table>`;
}
