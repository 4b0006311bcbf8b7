import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { findRunnable, runnables } from "../experiments/index.ts";
import { LabError } from "../lab-error.ts";
import { reportPage } from "../report/page.ts";
import { createProgress, type Progress } from "../running/progress.ts";
import { SCORE_COLUMNS, TextFile, writeProtocol, writeScores } from "../running/score-file.ts";
import { type Statement, toJson, versions } from "../running/statement.ts";
import { summary } from "../running/summary.ts";
import { labSystems } from "../systems/index.ts";
import type { LabSystem } from "../systems/lab-system.ts";
import { chooseSystems, type RunFlags, seedOf } from "./options.ts";

export interface RunResult {
  readonly statement: Statement;
  readonly out: string;
}

export interface RunSettings {
  readonly command: string;
  /** Undefined: nothing is written but `--json`. */
  readonly out: string | undefined;
  readonly progress?: Progress;
  readonly systems?: readonly LabSystem[];
}

/** Runs an experiment and writes protocols, scores, `metrics.json` and the page into the folder. */
export async function run(name: string, flags: RunFlags, settings: RunSettings): Promise<RunResult> {
  const experiment = findRunnable(name);
  if (experiment === undefined)
    throw new LabError(
      "usage",
      `No experiment is called ${JSON.stringify(name)}. There are: ${runnables.map((one) => one.name).join(", ")}.`,
    );
  const seed = seedOf(flags);
  const systems = settings.systems ?? chooseSystems(labSystems, flags.system, name);
  const progress = settings.progress ?? createProgress();
  const out = settings.out === undefined ? undefined : resolve(settings.out);
  if (out !== undefined) mkdirSync(out, { recursive: true });
  const scores = out === undefined ? undefined : new TextFile(join(out, "scores.csv.gz"));
  const lists = out === undefined ? undefined : new TextFile(join(out, "protocols.jsonl.gz"));
  await scores?.write(SCORE_COLUMNS);
  try {
    const outcome = await experiment.run({
      folders: { data: flags.data, background: flags.background, test: flags.test },
      seed,
      systems,
      progress,
      protocols: flags.protocol,
      onProtocol: async (protocol) => (lists === undefined ? undefined : writeProtocol(lists, protocol)),
      onScores: async (system, protocol, raw) =>
        scores === undefined ? undefined : writeScores(scores, system, protocol, raw),
    });
    const { rows, data, differences } = outcome;
    const statement: Statement = {
      experiment: name,
      command: settings.command,
      seed,
      versions: versions(systems),
      data,
      rows,
      differences,
    };
    if (out !== undefined) {
      writeFileSync(join(out, "metrics.json"), toJson(statement));
      writeFileSync(join(out, "index.html"), reportPage(experiment.title, statement, outcome));
    }
    if (flags.json !== undefined) {
      mkdirSync(dirname(resolve(flags.json)), { recursive: true });
      writeFileSync(flags.json, toJson(statement));
    }
    progress.done(`${name}: ${rows.length} rows`);
    process.stdout.write(summary(statement));
    if (out !== undefined) process.stdout.write(`\nLook at ${join(out, "index.html")}\n`);
    return { statement, out: out ?? "" };
  } finally {
    await Promise.all([scores?.close(), lists?.close()]);
  }
}
