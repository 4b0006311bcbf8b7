import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRunnable } from "../experiments/index.ts";
import { LabError } from "../lab-error.ts";
import type { Figure } from "../metrics/bootstrap.ts";
import { labFile } from "../reading/lab-file.ts";
import { createProgress, type Progress } from "../running/progress.ts";
import type { Row } from "../running/row.ts";
import { writeSimulatedSets } from "../simulated/write-sets.ts";
import { labSystems } from "../systems/index.ts";
import { chooseSystems } from "./options.ts";

/** A figure that must come out again. */
export interface Expectation {
  readonly data: "simulated" | "real";
  readonly experiment: string;
  readonly protocol: string;
  readonly system: string;
  readonly metric: string;
  readonly expected: number;
  readonly tolerance: number;
}

export interface Checked extends Expectation {
  readonly value: number | null;
  readonly holds: boolean;
}

const COLUMNS = "data,experiment,protocol,system,metric,expected,tolerance";
/** What the simulated rows of expected.csv were computed on. */
export const SIMULATED = { seed: 11, people: 12 } as const;

/** Returns the lines of expected.csv. */
export function readExpected(path = labFile("expected.csv")): Expectation[] {
  const [head, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  if (head !== COLUMNS) throw new LabError("malformedData", `${path}: the first line must be ${COLUMNS}.`);
  return lines.map((line, i) => {
    const [data, experiment = "", protocol = "", system = "", metric = "", expected, tolerance] = line.split(",");
    if ((data !== "simulated" && data !== "real") || !(Number(tolerance) >= 0) || !Number.isFinite(Number(expected)))
      throw new LabError("malformedData", `${path}, line ${i + 2}: ${JSON.stringify(line)} is no expectation.`);
    return { data, experiment, protocol, system, metric, expected: Number(expected), tolerance: Number(tolerance) };
  });
}

/** Runs what expected.csv lists of this kind and returns each figure beside what was expected. */
export async function checkExpected(
  expectations: readonly Expectation[],
  { folder, progress }: { readonly folder: string; readonly progress: Progress },
): Promise<Checked[]> {
  const names = [...new Set(expectations.map(({ experiment }) => experiment))];
  const checked: Checked[] = [];
  for (const name of names) {
    const wanted = expectations.filter(({ experiment }) => experiment === name);
    const experiment = findRunnable(name);
    if (experiment === undefined)
      throw new LabError("malformedData", `expected.csv names an experiment ${name} that is not there.`);
    const systems = chooseSystems(labSystems, [...new Set(wanted.map(({ system }) => system))], name);
    const continuous = name.startsWith("continuous") || name === "fusion";
    const { rows } = await experiment.run({
      folders: { data: folder, background: undefined, test: undefined },
      seed: 1,
      systems,
      progress,
      protocols: continuous ? undefined : [...new Set(wanted.map(({ protocol }) => protocol))],
      onProtocol: async () => {},
      onScores: async () => {},
    });
    for (const one of wanted) {
      const value = figureOf(rows, one);
      checked.push({ ...one, value, holds: value !== null && Math.abs(value - one.expected) <= one.tolerance + 1e-12 });
    }
  }
  return checked;
}

function figureOf(rows: readonly Row[], { protocol, system, metric }: Expectation): number | null {
  const row = rows.find((one) => one.protocol === protocol && one.system === system);
  const figure = row?.[metric];
  if (typeof figure === "number") return figure;
  return isFigure(figure) ? figure.value : null;
}

function isFigure(value: unknown): value is Figure {
  return typeof value === "object" && value !== null && "value" in value;
}

/** Runs `habitus lab check`: on the data of a folder, or on simulated people when none is named. Returns the exit code. */
export async function check(folder: string | undefined): Promise<number> {
  const kind = folder === undefined ? "simulated" : "real";
  const wanted = readExpected().filter(({ data }) => data === kind);
  const made = folder === undefined ? mkdtempSync(join(tmpdir(), "habitus-lab-")) : undefined;
  const progress = createProgress();
  try {
    if (made !== undefined) writeSimulatedSets(made, SIMULATED);
    const checked = await checkExpected(wanted, { folder: folder ?? made ?? "", progress });
    progress.done(`${checked.length} figures`);
    process.stdout.write(checked.map(line).join(""));
    const wrong = checked.filter(({ holds }) => !holds).length;
    process.stdout.write(
      wrong === 0
        ? `All ${checked.length} figures came out as expected.\n`
        : `${wrong} of ${checked.length} figures did not come out as expected.\n`,
    );
    return wrong === 0 ? 0 : 1;
  } finally {
    if (made !== undefined) rmSync(made, { recursive: true });
  }
}

function line({ experiment, protocol, system, metric, expected, tolerance, value, holds }: Checked): string {
  return `${holds ? "ok   " : "WRONG"} ${experiment} ${protocol} ${system} ${metric}: ${value ?? "none"}, expected ${expected} +- ${tolerance}\n`;
}
