import { readFile } from "node:fs/promises";
import { type FeatureSet, fromTutorialRow, TUTORIAL_FEATURES } from "@habitus/core";
import { parse } from "csv-parse/sync";
import { CliError } from "../cli-error.ts";
import { explainFileError } from "./file-error.ts";

export const SUBJECT_COLUMN = "user_id";
const COLUMNS = [...TUTORIAL_FEATURES, SUBJECT_COLUMN] as const;
/** Rows have no times: each stands for its own minute, in the order of the table. */
const ROW_MS = 60_000;

export interface TableRow {
  readonly person: string;
  readonly features: FeatureSet;
}

/** Returns the rows of the tutorial's feature table. Throws a `CliError` that names the missing columns, or the line and column. */
export async function readFeatureTable(path: string): Promise<TableRow[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw explainFileError(error, path);
  }
  const [first, ...rows] = parseCsv(text, path);
  const head = first?.record;
  if (head === undefined) throw new CliError("badData", `${path} is empty: it must start with a line of column names.`);
  const missing = COLUMNS.filter((name) => !head.includes(name));
  if (missing.length > 0)
    throw new CliError(
      "badData",
      `${path} lacks the column${missing.length === 1 ? "" : "s"} ${missing.join(", ")}. A feature table has the 12 columns ` +
        `${TUTORIAL_FEATURES.join(", ")} and ${SUBJECT_COLUMN}.`,
    );
  if (rows.length === 0) throw new CliError("badData", `${path} has no rows below its column names.`);
  const places = TUTORIAL_FEATURES.map((name) => head.indexOf(name));
  const subject = head.indexOf(SUBJECT_COLUMN);
  return rows.map(({ record, line }, i) =>
    toRow(record, { places, subject, index: i, where: `${path}, line ${line}` }),
  );
}

/** Returns one line of a feature table, without its line feed. */
export function toCsvLine(values: readonly number[], person: string): string {
  const id = /[",\r\n]/.test(person) ? `"${person.replaceAll('"', '""')}"` : person;
  return [...values.map((value) => String(Number(value.toPrecision(9)))), id].join(",");
}

export const CSV_HEAD = COLUMNS.join(",");

/** `line` is where the record ends in the file, from 1: empty lines are skipped and fields may hold line feeds. */
interface CsvRecord {
  readonly record: readonly string[];
  readonly line: number;
}

function parseCsv(text: string, path: string): CsvRecord[] {
  try {
    const lines: number[] = [];
    const records = parse(text, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      on_record(record, { lines: line }) {
        lines.push(line);
        return record;
      },
    });
    return records.map((record, i) => ({ record, line: lines[i] ?? 0 }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "it cannot be read";
    throw new CliError("badData", `${path} is no CSV table: ${reason}.`, { cause });
  }
}

function toRow(
  row: readonly string[],
  place: {
    readonly places: readonly number[];
    readonly subject: number;
    readonly index: number;
    readonly where: string;
  },
): TableRow {
  const { places, subject, index, where } = place;
  const person = row[subject] ?? "";
  if (person === "") throw new CliError("badData", `${where}: ${SUBJECT_COLUMN} is empty.`);
  const values = places.map((column, i) => {
    const text = row[column] ?? "";
    const value = Number(text);
    if (text === "" || !Number.isFinite(value) || value < 0)
      throw new CliError("badData", `${where}: ${TUTORIAL_FEATURES[i]} must be a number of at least 0, got "${text}".`);
    return value;
  });
  return { person, features: fromTutorialRow(values, index * ROW_MS, (index + 1) * ROW_MS - 1) };
}
