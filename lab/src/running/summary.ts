import type { Figure } from "../metrics/bootstrap.ts";
import type { Row } from "./row.ts";
import type { Statement } from "./statement.ts";

/** Returns a figure in percent with its interval. */
export function percent({ value, low, high }: Figure, digits = 1): string {
  if (value === null) return "-";
  const shown = (100 * value).toFixed(digits);
  return low === null || high === null
    ? shown
    : `${shown} [${(100 * low).toFixed(digits)}, ${(100 * high).toFixed(digits)}]`;
}

const COLUMNS: readonly (readonly [string, (row: Row) => string])[] = [
  ["protocol", ({ protocol }) => protocol],
  ["system", ({ system }) => system],
  ["people", ({ subjects }) => String(subjects)],
  ["EER pooled %", ({ eerPooled }) => percent(eerPooled)],
  ["EER per subject %", ({ eerPerSubject }) => percent(eerPerSubject)],
  ["AUC %", ({ auc }) => percent(auc)],
  ["FNMR at FMR 1 %", ({ fnmrAtFmr1 }) => percent(fnmrAtFmr1)],
  ["Cllr", ({ cllr }) => plain(cllr)],
  ["min Cllr", ({ minCllr }) => plain(minCllr)],
  ["FTE %", ({ failureToEnrol }) => (100 * failureToEnrol).toFixed(1)],
];

/** Shown where a row has them. */
const FURTHER: typeof COLUMNS = [
  ["D_sys", (row) => numberOf(row, "dSys")],
  ["by chance", (row) => numberOf(row, "dSysByChance")],
  ["accepted elsewhere %", (row) => percentOf(row, "acceptedWithKey")],
  ["without key %", (row) => percentOf(row, "acceptedWithoutKey")],
  ["plain %", (row) => percentOf(row, "acceptedPlain")],
  ["likeness", (row) => plainOf(row, "likenessWithKey") ?? "-"],
  ["first guess %", (row) => percentOf(row, "topOne")],
  ["ten guesses %", (row) => percentOf(row, "topTen")],
  ["bits", (row) => plainOf(row, "bits") ?? "-"],
];

const CONTINUOUS: typeof COLUMNS = [
  ["protocol", ({ protocol }) => protocol],
  ["system", ({ system }) => system],
  ["people", ({ subjects }) => String(subjects)],
  [
    "median to detection",
    (row) => plainOf(row, "medianKeysToDetection") ?? plainOf(row, "medianStrokesToDetection") ?? "-",
  ],
  ["90th percentile", (row) => plainOf(row, "p90KeysToDetection") ?? plainOf(row, "p90StrokesToDetection") ?? "-"],
  ["median s", (row) => plainOf(row, "medianSecondsToDetection") ?? "-"],
  ["never %", (row) => percentOf(row, "neverDetected")],
  ["false challenges per hour", (row) => plainOf(row, "falseChallengesPerHour") ?? "-"],
  [
    "per 10,000 actions",
    (row) => plainOf(row, "falseChallengesPer10000Keys") ?? plainOf(row, "falseChallengesPer10000Strokes") ?? "-",
  ],
  ["ANIA", (row) => plainOf(row, "ania") ?? "-"],
  ["ANGA", (row) => plainOf(row, "anga") ?? "-"],
];

/** Returns the rows as a table of text. */
export function summary({ rows }: Pick<Statement, "rows">): string {
  const columns = columnsOf(rows);
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, text]) => text(row)))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  return cells
    .map(
      (line) =>
        `${line
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function columnsOf(rows: readonly Row[]): typeof COLUMNS {
  if (rows.some((row) => "neverDetected" in row)) return CONTINUOUS;
  return [...COLUMNS, ...FURTHER.filter(([, text]) => rows.some((row) => text(row) !== "-"))];
}

/** Returns the table as Markdown, without the columns of figures that no row has. */
export function markdown({ rows }: Pick<Statement, "rows">): string {
  const columns = columnsOf(rows);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  const head = line(columns.map(([title]) => title)) + line(columns.map(() => "---"));
  return head + rows.map((row) => line(columns.map(([, text]) => text(row)))).join("");
}

/** Returns a figure that is no rate, with its interval. */
export function plain({ value, low, high }: Figure): string {
  if (value === null) return "-";
  const digits = Math.abs(value) >= 20 ? 0 : Math.abs(value) >= 5 ? 1 : 2;
  return low === null || high === null
    ? value.toFixed(digits)
    : `${value.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

function isFigure(value: unknown): value is Figure {
  return typeof value === "object" && value !== null && "value" in value && "low" in value;
}

function plainOf(row: Row, name: string): string | undefined {
  const value = row[name];
  return isFigure(value) ? plain(value) : undefined;
}

function percentOf(row: Row, name: string): string {
  const value = row[name];
  return isFigure(value) ? percent(value) : "-";
}

function numberOf(row: Row, name: string): string {
  const value = row[name];
  return typeof value === "number" ? value.toFixed(3) : "-";
}
