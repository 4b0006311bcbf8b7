import { createRandom, type Enrolment, type FeatureSet, type System } from "@habitus/core";
import { CliError, EXIT } from "../cli-error.ts";
import { fingerprint, loadModel, type Model, saveModel, systemId } from "../data/model.ts";
import { readSamples, type Samples, sessionsOf, splitNewest } from "../data/samples.ts";
import { drawBar } from "../plot.ts";
import type { Cli } from "../run.ts";
import { showProgress } from "../terminal/progress.ts";
import { print, printJson, remark, type Terminal } from "../terminal/terminal.ts";
import {
  collect,
  csvOption,
  jsonOption,
  modelsOption,
  recordingsOption,
  seedOption,
  share,
  systemFor,
  systemOption,
} from "./options.ts";

interface EnrolOptions {
  readonly csv?: string;
  readonly recordings?: string;
  readonly subject: readonly string[];
  readonly without: readonly string[];
  readonly models: string;
  readonly system?: string;
  readonly train: number;
  readonly seed: number;
  readonly json: boolean;
}

export function addEnrol({ program, terminal, finish }: Cli): void {
  program
    .command("enrol")
    .summary("learn people from recordings or a feature table, and keep their models")
    .description(
      "Keeps one model per subject. baseline trains it against as many samples of the other people and checks it on a fifth " +
        "of them; habitus compares with people in general and needs nobody else. The newest part of everybody's samples is left out, so that habitus watch has something new to look at.",
    )
    .addOption(csvOption())
    .addOption(recordingsOption())
    .option("--subject <id>", "whom to enrol, may be repeated (default: everybody)", collect, [])
    .option(
      "--without <id>",
      "leave this person out of the others, to be a stranger later; may be repeated",
      collect,
      [],
    )
    .addOption(modelsOption())
    .addOption(systemOption())
    .option("--train <share>", "oldest share of everybody's samples to learn from", share, 0.8)
    .addOption(seedOption())
    .addOption(jsonOption())
    .action(async (options: EnrolOptions) => finish(await enrol(terminal, options)));
}

async function enrol(terminal: Terminal, options: EnrolOptions): Promise<number> {
  const system = systemFor(options);
  const samples = await readSamples(system, options);
  const subjects = options.subject.length > 0 ? options.subject : [...samples.keys()];
  for (const person of [...subjects, ...options.without]) sessionsOf(samples, person);
  const progress = showProgress(terminal, { title: "Enrolling", total: subjects.length, json: options.json });
  const reports: (() => void)[] = [];
  let failures = 0;
  for (const subject of subjects) {
    const result = await enrolOne(terminal, { system, samples, subject, options });
    reports.push(result.report);
    if (!result.enrolled) failures += 1;
    await progress.step(subject);
  }
  progress.done(`${subjects.length - failures} of ${subjects.length} enrolled`);
  for (const report of reports) report();
  return failures === 0 ? EXIT.ok : EXIT.failedCheck;
}

interface Task {
  readonly system: System;
  readonly samples: Samples;
  readonly subject: string;
  readonly options: EnrolOptions;
}

/** Enrols one subject, keeps the model and loads it again. The report is printed once the progress bar is gone. */
async function enrolOne(
  terminal: Terminal,
  { system, samples, subject, options }: Task,
): Promise<{ enrolled: boolean; report: () => void }> {
  const { training, rest } = splitNewest(sessionsOf(samples, subject), options.train);
  const others = [...samples.keys()].filter((person) => person !== subject && !options.without.includes(person));
  const background = others.flatMap((person) => splitNewest(sessionsOf(samples, person), options.train).training);
  const alone = background.length === 0;
  const result = system.enrol(training, {
    background: alone ? system.background(3 * training.length, options.seed) : background,
    random: createRandom(options.seed),
    now: Date.now(),
  });
  if (result.kind === "failureToEnrol") {
    const whose =
      result.reason === "tooFewBackgroundSamples"
        ? "of other people"
        : result.reason === "noVariation"
          ? "that differ"
          : "";
    const text =
      `${subject}: not enrolled (${result.reason}). ${result.have} of ${result.need} samples ${whose} are there: ` +
      `${result.missing} more ${result.missing === 1 ? "is" : "are"} needed. Record more, or raise --train (now ${options.train}).`;
    const { kind: _, ...failure } = result;
    const report = (): void =>
      options.json
        ? printJson(terminal, { subject, enrolled: false, ...failure })
        : print(terminal, text.replace("  ", " "));
    return { enrolled: false, report };
  }
  const general = result.report.nonMated === 0;
  const trainedOn = new Set([...training, ...(general ? [] : background)].map(fingerprint));
  const model: Model = {
    subject,
    system: systemId(system),
    reference: result.reference,
    trainedOn,
    background: general ? [] : others,
  };
  const path = await saveModel(options.models, model);
  await checkLoaded(options.models, { system, model, probes: [...training, ...rest] });
  const about = { subject, path, others: others.length, kept: rest.length, alone: alone && !general };
  return { enrolled: true, report: () => printEnrolment(terminal, result, { ...about, json: options.json }) };
}

/** A model that was written and read gives the same scores. */
async function checkLoaded(
  folder: string,
  { system, model, probes }: { readonly system: System; readonly model: Model; readonly probes: readonly FeatureSet[] },
): Promise<void> {
  const loaded = await loadModel(folder, model.subject, system);
  const same = probes.every((probe) => {
    const [kept, again] = [system.compare(model.reference, probe), system.compare(loaded.reference, probe)];
    return JSON.stringify(kept) === JSON.stringify(again);
  });
  if (!same)
    throw new CliError("refused", `the model of ${model.subject} gives other scores after it was kept: do not use it.`);
}

interface About {
  readonly subject: string;
  readonly path: string;
  readonly others: number;
  /** Samples left for watching. */
  readonly kept: number;
  readonly alone: boolean;
  readonly json: boolean;
}

function printEnrolment(terminal: Terminal, { report, reference }: Enrolment, about: About): void {
  const importances = sortedImportances(report);
  const { subject, path, json } = about;
  const { heldOut, heldOutAccuracy = null, mated, nonMated } = report;
  if (json) {
    const model = { path, bytes: reference.payload.length };
    printJson(terminal, {
      subject,
      enrolled: true,
      mated,
      nonMated,
      heldOut,
      heldOutAccuracy,
      importances,
      model,
    });
    return;
  }
  if (nonMated === 0) print(terminal, `${subject}: ${mated} samples, compared with people in general`);
  else printCheck(terminal, report, about);
  const bytes = `${(reference.payload.length / 1024).toFixed(1)} kB`;
  print(
    terminal,
    `  kept in ${path} (${bytes}), loaded again: same scores. ${about.kept} newer samples are left to watch.`,
  );
  if (about.alone)
    remark(terminal, "  The table has one person only: the model is weaker than with real other people.");
}

/** What a system that is trained against other people has to show for it. */
function printCheck(terminal: Terminal, report: Enrolment["report"], { subject, alone, others }: About): void {
  const { mated, nonMated, heldOut, heldOutAccuracy } = report;
  const whose = alone ? "of the built-in background, since there is nobody else" : `of ${others} other people`;
  print(terminal, `${subject}: ${mated} samples against ${nonMated} ${whose}`);
  const right = Math.round((heldOutAccuracy ?? 0) * heldOut);
  if (heldOutAccuracy === undefined) print(terminal, "  80/20 check: too few samples for one");
  else
    print(
      terminal,
      `  80/20 check: ${right} of ${heldOut} held-out samples right (${(100 * heldOutAccuracy).toFixed(0)} %)`,
    );
  const importances = sortedImportances(report);
  const width = Math.max(...importances.map(({ feature }) => feature.length));
  const most = importances[0]?.importance ?? 1;
  for (const { feature, importance } of importances)
    print(terminal, `  ${feature.padEnd(width)}  ${drawBar(importance / (most || 1), 24)} ${importance.toFixed(3)}`);
}

function sortedImportances({ featureNames, importances }: Enrolment["report"]) {
  return featureNames
    .map((feature, i) => ({ feature, importance: importances[i] ?? 0 }))
    .sort((a, b) => b.importance - a.importance);
}
