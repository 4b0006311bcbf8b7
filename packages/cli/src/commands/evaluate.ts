import { createRandom } from "@habitus/core";
import { CliError, EXIT } from "../cli-error.ts";
import { systemId } from "../data/model.ts";
import { readSamples } from "../data/samples.ts";
import { bootstrap, type Interval } from "../evaluation/bootstrap.ts";
import { equalErrorRate, equalErrorRateOf, type Weights } from "../evaluation/equal-error-rate.ts";
import { type NotEnrolled, type SubjectScores, scoreSubjects } from "../evaluation/score-subjects.ts";
import type { Cli } from "../run.ts";
import { drawTable } from "../terminal/box.ts";
import { showProgress } from "../terminal/progress.ts";
import { print, printJson, type Terminal } from "../terminal/terminal.ts";
import {
  csvOption,
  jsonOption,
  recordingsOption,
  seedOption,
  share,
  systemFor,
  systemOption,
  wholeNumber,
} from "./options.ts";

interface EvaluateOptions {
  readonly csv?: string;
  readonly recordings?: string;
  readonly system?: string;
  readonly train: number;
  readonly resamples: number;
  readonly seed: number;
  readonly json: boolean;
}

const FEWEST_PEOPLE = 4;

export function addEvaluate({ program, terminal, finish }: Cli): void {
  program
    .command("evaluate")
    .summary("a first honest evaluation on your own recordings")
    .description(
      "Learns the oldest samples of each subject and tries the newest ones (mated) and those of people who were nowhere in " +
        "training (non-mated, unseen). Equal error rates with 95 % intervals over subjects. For more: habitus lab.",
    )
    .addOption(csvOption())
    .addOption(recordingsOption())
    .addOption(systemOption())
    .option("--train <share>", "oldest share of each person's samples to learn from", share, 0.6)
    .option("--resamples <number>", "draws of the bootstrap", wholeNumber(20, 100_000), 1000)
    .addOption(seedOption())
    .addOption(jsonOption())
    .action(async (options: EvaluateOptions) => finish(await evaluate(terminal, options)));
}

async function evaluate(terminal: Terminal, options: EvaluateOptions): Promise<number> {
  const { json, seed, resamples, train: trainShare } = options;
  const system = systemFor(options);
  const samples = await readSamples(system, options);
  if (samples.size < FEWEST_PEOPLE)
    throw new CliError(
      "badData",
      `${samples.size} people are too few: at least ${FEWEST_PEOPLE} are needed, half of them as strangers.`,
    );
  const progress = showProgress(terminal, { title: "Evaluating", total: samples.size, json });
  const results: (SubjectScores | NotEnrolled)[] = [];
  for (const result of scoreSubjects(system, samples, { trainShare, seed })) {
    results.push(result);
    await progress.step(result.subject);
  }
  progress.done(`${results.length} subjects`);
  const scored = results.filter((result) => result.kind === "scores");
  const failures = results.filter((result) => result.kind === "notEnrolled");
  const draw = { random: createRandom(seed), resamples };
  const summary: Summary = {
    system: systemId(system),
    people: samples.size,
    enrolled: scored.length,
    eerPooled: bootstrap(scored.length, equalErrorRateOf(scored), draw),
    eerPerSubject: bootstrap(scored.length, meanOf(scored.map(equalErrorRate)), draw),
    mated: count(scored.map(({ mated }) => mated.length)),
    nonMated: count(scored.map(({ nonMated }) => nonMated.length)),
    unanswered: count(scored.map(({ unanswered }) => unanswered)),
    challenged: count(scored.map(({ challenged }) => challenged)),
    decided: count(scored.map(({ decided }) => decided)),
    noticed: scored.flatMap(({ noticedAfter }) => noticedAfter).filter((after) => after !== null),
    takeOvers: count(scored.map(({ noticedAfter }) => noticedAfter.length)),
  };
  if (json) {
    for (const result of results) printJson(terminal, result);
    printJson(terminal, { kind: "summary", ...summary });
  } else printReport(terminal, { scored, failures, summary });
  return scored.length > 0 ? EXIT.ok : EXIT.failedCheck;
}

interface Summary {
  readonly system: string;
  readonly people: number;
  readonly enrolled: number;
  readonly eerPooled: Interval;
  readonly eerPerSubject: Interval;
  readonly mated: number;
  readonly nonMated: number;
  readonly unanswered: number;
  readonly challenged: number;
  readonly decided: number;
  /** Windows until each take-over that was noticed. */
  readonly noticed: readonly number[];
  readonly takeOvers: number;
}

function printReport(
  terminal: Terminal,
  {
    scored,
    failures,
    summary,
  }: {
    readonly scored: readonly SubjectScores[];
    readonly failures: readonly NotEnrolled[];
    readonly summary: Summary;
  },
): void {
  const rows = scored.map((one) => [
    one.subject,
    String(one.mated.length),
    String(one.nonMated.length),
    percent(equalErrorRate(one)),
    `${one.challenged}/${one.decided}`,
    `${one.noticedAfter.filter((after) => after !== null).length}/${one.noticedAfter.length}`,
  ]);
  print(terminal, drawTable(["subject", "mated", "non-mated", "EER", "challenged", "noticed"], rows));
  for (const { subject, failure } of failures)
    print(terminal, `${subject}: not enrolled (${failure.reason}), ${failure.missing} more samples are needed`);
  const { mated, nonMated, unanswered, challenged, decided, noticed, takeOvers } = summary;
  print(terminal);
  print(
    terminal,
    `system ${summary.system}, ${summary.enrolled} of ${summary.people} people enrolled, one window per comparison, unseen impostors`,
  );
  print(
    terminal,
    `EER pooled        ${interval(summary.eerPooled)}  (${mated} mated, ${nonMated} non-mated comparisons)`,
  );
  print(terminal, `EER per subject   ${interval(summary.eerPerSubject)}  (mean of the column above)`);
  if (unanswered > 0) print(terminal, `no answer         ${unanswered} windows that could not be compared`);
  print(
    terminal,
    `by the policy     step-up asked of the subject in ${challenged} of ${decided} windows with a decision`,
  );
  const sorted = [...noticed].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  const after = median === undefined ? "" : `, median after ${median} windows`;
  print(terminal, `                  ${noticed.length} of ${takeOvers} strangers noticed${after}`);
  print(
    terminal,
    "This holds for these recordings only. On public data sets, with other protocols: habitus lab --help",
  );
}

/** Each subject counts the same, however many comparisons it has. */
function meanOf(eers: readonly number[]): (weights: Weights) => number {
  return (weights) => {
    const there = eers.map((eer, i) => ({ eer, weight: Number.isFinite(eer) ? (weights[i] ?? 0) : 0 }));
    const sum = count(there.map(({ eer, weight }) => (weight === 0 ? 0 : weight * eer)));
    return sum / count(there.map(({ weight }) => weight));
  };
}

function interval({ value, low, high }: Interval): string {
  return `${percent(value).padStart(7)} [${percent(low)} to ${percent(high)}]`;
}

function percent(value: number): string {
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : "–";
}

function count(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
