import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { createRandom } from "@habitus/core";
import {
  circumstancesOf,
  comesOn,
  createPopulation,
  featureTable,
  type SimulatedPerson,
  session,
  startOfSession,
} from "@habitus/core/attacks";
import { CliError } from "../cli-error.ts";
import { CSV_HEAD, toCsvLine } from "../data/feature-table.ts";
import { explainFileError } from "../data/file-error.ts";
import { toRecordingLine } from "../data/recording.ts";
import type { Cli } from "../run.ts";
import { showProgress } from "../terminal/progress.ts";
import { print, printJson, type Terminal } from "../terminal/terminal.ts";
import { jsonOption, seedOption, wholeNumber } from "./options.ts";

interface SimulateOptions {
  readonly people: number;
  readonly samples: number;
  readonly sessions: number;
  readonly minutes: number;
  readonly csv?: string;
  readonly recordings?: string;
  readonly habits?: string;
  readonly seed: number;
  readonly json: boolean;
}

const FIRST_DAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

export function addSimulate({ program, terminal }: Cli): void {
  program
    .command("simulate")
    .summary("make people who do not exist, and what they do")
    .description(
      "Simulates people who really differ in how they type, point and scroll, which pages they use, when and from where.\n" +
        "--csv writes the classic tutorial's feature table, --recordings writes whole sessions of events with the coarse\n" +
        "circumstances that an application would tell, --habits what each person is like.",
    )
    .option("--csv <file>", "write a feature table: 12 columns and user_id")
    .option("--samples <number>", "rows per person in the table", wholeNumber(1, 100_000), 60)
    .option("--recordings <file>", "write sessions of events, one a line (JSON)")
    .option("--habits <file>", "write the parameters of each person, one a line (JSON)")
    .option("--sessions <number>", "recorded sessions per person", wholeNumber(1, 10_000), 6)
    .option("--minutes <number>", "length of a recorded session", wholeNumber(1, 600), 8)
    .option("--people <number>", "how many people", wholeNumber(1, 10_000), 10)
    .addOption(seedOption())
    .addOption(jsonOption())
    .action((options: SimulateOptions) => simulate(terminal, options));
}

async function simulate(terminal: Terminal, options: SimulateOptions): Promise<void> {
  const { csv, recordings, habits, people, json } = options;
  if (csv === undefined && recordings === undefined && habits === undefined)
    throw new CliError(
      "badUsage",
      "say what to write: --csv FILE, --recordings FILE, --habits FILE or several of them.",
    );
  const population = createPopulation(people, options.seed);
  const written: Record<string, unknown> = { people };
  if (csv !== undefined) {
    const rows = await write(terminal, csv, { options, population, lines: tableLines, head: CSV_HEAD });
    Object.assign(written, { csv, rows });
    if (!json) print(terminal, `${csv}: ${rows} rows, ${options.samples} of each of ${people} people`);
  }
  if (recordings !== undefined) {
    const sessions = await write(terminal, recordings, { options, population, lines: sessionLines });
    Object.assign(written, { recordings, sessions });
    if (!json)
      print(
        terminal,
        `${recordings}: ${sessions} sessions of ${options.minutes} minutes, ${options.sessions} of each of ${people} people`,
      );
  }
  if (habits !== undefined) {
    await write(terminal, habits, { options, population, lines: habitLines });
    Object.assign(written, { habits });
    if (!json) print(terminal, `${habits}: what each of ${people} people is like`);
  }
  if (json) printJson(terminal, written);
}

interface Output {
  readonly options: SimulateOptions;
  readonly population: readonly SimulatedPerson[];
  readonly lines: (person: SimulatedPerson, id: string, options: SimulateOptions) => Iterable<string>;
  readonly head?: string;
}

/** Writes the lines of all people and returns how many they are. */
async function write(terminal: Terminal, path: string, { options, population, lines, head }: Output): Promise<number> {
  const progress = showProgress(terminal, { title: `Writing ${path}`, total: population.length, json: options.json });
  let count = 0;
  try {
    const file = createWriteStream(path);
    const closed = finished(file);
    closed.catch(() => undefined); // awaited below; a failure before that must not end the process
    if (head !== undefined) file.write(`${head}\n`);
    for (const [i, person] of population.entries()) {
      for (const line of lines(person, `user_${i + 1}`, options)) {
        if (!file.write(`${line}\n`)) await Promise.race([once(file, "drain"), closed]);
        count += 1;
      }
      await progress.step();
    }
    file.end();
    await closed;
  } catch (error) {
    throw explainFileError(error, path);
  } finally {
    progress.done(`${count} lines`);
  }
  return count;
}

function* tableLines(person: SimulatedPerson, id: string, { samples, seed }: SimulateOptions): Iterable<string> {
  for (const { values } of featureTable([person], samples, { seed })) yield toCsvLine(values, id);
}

function* habitLines(person: SimulatedPerson, id: string): Iterable<string> {
  yield JSON.stringify({ ...person, id });
}

/** One session on each day on which the person comes, until there are as many as were asked for. */
function* sessionLines(person: SimulatedPerson, id: string, options: SimulateOptions): Iterable<string> {
  let written = 0;
  for (let day = 0; written < options.sessions; day += 1) {
    const dayAt = FIRST_DAY + day * DAY_MS;
    const seed = options.seed * 100_000 + day;
    const random = createRandom(person.seed + seed);
    const startedAt = startOfSession(person, dayAt, random);
    const context = circumstancesOf(person, random);
    if (!comesOn(person, dayAt, random)) continue;
    written += 1;
    const events = session(person, { startAt: startedAt, durationMs: options.minutes * 60_000, seed });
    yield toRecordingLine({
      person: id,
      session: `${id}-day-${written}`,
      startedAt,
      quantumMs: person.typing.scanMs,
      context,
      events,
    });
  }
}
