import { setTimeout } from "node:timers/promises";
import { CliError } from "../cli-error.ts";
import { fingerprint, loadModel } from "../data/model.ts";
import { readSamples, type Samples, sessionsOf } from "../data/samples.ts";
import type { Cli } from "../run.ts";
import { addServiceOptions, type ServiceOptions } from "../service/reach.ts";
import { isInteractive, printJson, remark, type Terminal, untilStopped } from "../terminal/terminal.ts";
import { follow } from "../watching/follow.ts";
import { type ReplayPart, replay } from "../watching/replay.ts";
import { showTrustLine } from "../watching/trust-line.ts";
import {
  csvOption,
  jsonOption,
  modelsOption,
  recordingsOption,
  systemFor,
  systemOption,
  wholeNumber,
} from "./options.ts";

interface WatchOptions extends ServiceOptions {
  readonly csv?: string;
  readonly recordings?: string;
  readonly subject?: string;
  readonly impostor?: string;
  readonly models: string;
  readonly system?: string;
  readonly speed?: number;
  readonly session?: string;
  readonly json: boolean;
}

const WINDOWS_PER_SECOND = 6;

export function addWatch({ program, terminal }: Cli): void {
  const command = program
    .command("watch")
    .summary("watch trust rise and fall: a running session, or a replay")
    .description(
      "Without --csv or --recordings: follows a session of a running service, the newest one by default.\n" +
        "With one of them: replays a subject's samples against the model that habitus enrol kept, then somebody else's.",
    )
    .addOption(csvOption())
    .addOption(recordingsOption())
    .option("--subject <id>", "whose model to compare with")
    .option("--impostor <id>", "who takes over after the subject's samples")
    .addOption(modelsOption())
    .addOption(systemOption())
    .option(
      "--speed <number>",
      "windows per second; 0 does not wait (default: 6 on a terminal, else 0)",
      wholeNumber(0, 1000),
    )
    .option("--session <id>", "session of the running service to follow");
  addServiceOptions(command)
    .addOption(jsonOption())
    .action((options: WatchOptions) =>
      untilStopped(terminal, (signal) =>
        options.csv === undefined && options.recordings === undefined
          ? follow(terminal, { ...options, signal })
          : watchReplay(terminal, options, signal),
      ),
    );
}

async function watchReplay(terminal: Terminal, options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { subject, impostor, json, speed } = options;
  if (subject === undefined) throw new CliError("badUsage", "say whose model to compare with: --subject ID.");
  const system = systemFor(options);
  const samples = await readSamples(system, options);
  const model = await loadModel(options.models, subject, system);
  const people = [subject, ...(impostor === undefined ? [] : [impostor])];
  const parts = people.map((person) => newSamples(samples, person, model.trainedOn));
  for (const { person, samples: left } of parts)
    if (left.length === 0)
      throw new CliError(
        "badData",
        `the model was trained on all samples of ${person}: nothing new is left to watch. Enrol with a smaller --train.`,
      );
  if (!json && impostor !== undefined) {
    const seen = model.background.includes(impostor);
    const how = seen
      ? `"seen": earlier samples of ${impostor} trained the model (habitus enrol --without ${impostor})`
      : `"unseen"`;
    remark(terminal, `${impostor} takes over after ${parts[0]?.samples.length} windows; as an impostor ${how}.`);
  }
  const title = `Trust in ${subject}, system ${model.system}, only samples that the model has not seen`;
  const line = json ? undefined : showTrustLine(terminal, { policy: system.policy, title });
  const pauseMs = 1000 / (speed ?? (isInteractive(terminal) && !json ? WINDOWS_PER_SECOND : 0));
  for (const tick of replay(system, model.reference, { subject, parts })) {
    if (signal.aborted) break;
    if (line === undefined) printJson(terminal, tick);
    else line.show(tick);
    if (Number.isFinite(pauseMs)) await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined); // woken up to end
  }
  line?.end();
}

function newSamples(samples: Samples, person: string, trainedOn: ReadonlySet<string>): ReplayPart {
  const all = sessionsOf(samples, person).flat();
  return { person, samples: all.filter((set) => !trainedOn.has(fingerprint(set))) };
}
