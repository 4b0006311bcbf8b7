import { resolve } from "node:path";
import type { PrivacyPromise } from "@habitus/core";
import { KeyError, StorageError, switchBackground } from "@habitus/server";
import { type Command, InvalidArgumentError } from "commander";
import { fitOwn } from "../background/fit-own.ts";
import { CliError } from "../cli-error.ts";
import type { Cli } from "../run.ts";
import { showProgress } from "../terminal/progress.ts";
import { print, printJson, type Terminal } from "../terminal/terminal.ts";
import { dataOption, jsonOption, keysOf, referenceKeysOf, wholeNumber } from "./options.ts";

interface SwitchOptions {
  readonly data: string;
  readonly application: string;
  readonly fewest: number;
  readonly epsilon: number | undefined;
  readonly json: boolean;
}

/** Fewer cannot be learnt from at all. */
const FEWEST = 8;
/** How likely it may be at most that the promise does not hold: far less than one in as many people as a service has. */
const DELTA = 1e-6;
/** Of one background: how people differ, and how their ratios lie. */
const RELEASES = 2;
/** More promises next to nothing. */
const MOST_EPSILON = 20;

export function addSwitch(background: Command, { terminal }: Cli): void {
  background
    .command("switch")
    .description(
      "Learns what typing is like in general, and where enough is known of it pointing and device usage, from a stopped service's own enrolled people, with the consent of each, and switches the service to it. " +
        "Every reference is made anew from the stored feature sets; none is compared with another background's. Audited.",
    )
    .requiredOption("--application <name>", "whose people to learn from")
    .addOption(dataOption())
    .option("--fewest <people>", "do it with fewer people", wholeNumber(FEWEST), 100)
    .option(
      "--epsilon <number>",
      "promise differential privacy to each of these people: 3 is usual, less is stricter (typing only)",
      epsilonOf,
    )
    .addOption(jsonOption())
    .action((options: SwitchOptions) => switchOver(terminal, options));
}

async function switchOver(
  terminal: Terminal,
  { data, application, fewest, epsilon, json }: SwitchOptions,
): Promise<void> {
  const dataDir = resolve(data);
  const progress = showProgress(terminal, { title: "Switching", total: 100, json });
  let shown = 0;
  const show = (share: number, what: string): void => {
    for (; shown < Math.floor(100 * share); shown += 1) void progress.step(what);
  };
  try {
    const { id, people, privacy, pointing, usage, notLearnt, remade, notRemade } = await switchBackground({
      dataDir,
      keys: keysOf(terminal),
      referenceKeys: referenceKeysOf(terminal),
      application,
      fewestPeople: fewest,
      fit: (sets, before) =>
        fitOwn(sets, {
          application,
          privately:
            epsilon === undefined
              ? undefined
              : { budget: { epsilon, delta: DELTA }, earlier: before?.typing.provenance.privacy },
          date: new Date().toISOString().slice(0, 10),
          onProgress: (share) => show(0.1 + 0.7 * share, "learning"),
        }),
      onProgress: show,
    });
    progress.done(id);
    if (json) {
      printJson(terminal, {
        background: id,
        people,
        pointing: pointing ?? null,
        usage: usage ?? null,
        privacy: privacy ?? null,
        notLearnt,
        remade,
        notRemade,
      });
      return;
    }
    const about = privacy === undefined ? "" : "about ";
    print(terminal, `Typing: the background ${id} was learnt from ${about}${people} people.`);
    if (privacy !== undefined) print(terminal, promised(privacy));
    if (pointing !== undefined)
      print(terminal, `Pointing: the background ${pointing.id} was learnt from ${pointing.people} people.`);
    if (usage !== undefined)
      print(terminal, `Usage: the background ${usage.id} was learnt from ${usage.people} people.`);
    for (const sentence of notLearnt) print(terminal, sentence);
    print(terminal, "Start the service again: it compares with what was learnt.");
    const rest = notRemade === 0 ? "" : `; ${notRemade} are enrolled again as they type, too little is stored of them`;
    print(terminal, `${remade} references were made anew${rest}.`);
  } catch (cause) {
    progress.done("nothing was changed");
    if (cause instanceof RangeError) throw new CliError("badData", `${cause.message}.`, { cause });
    if (cause instanceof StorageError || cause instanceof KeyError)
      throw new CliError("refused", `the data in ${dataDir} cannot be used: ${cause.message} Is the service stopped?`, {
        cause,
      });
    throw cause;
  }
}

function promised({ epsilon, delta, releases }: PrivacyPromise): string {
  const all = releases.length <= RELEASES ? "" : ", with all that was learnt of them with a promise before";
  return `Promised to each of them: differential privacy, epsilon ${epsilon.toFixed(2)} at delta ${delta}${all}.`;
}

function epsilonOf(text: string): number {
  const epsilon = Number(text);
  if (epsilon > 0 && epsilon <= MOST_EPSILON) return epsilon;
  throw new InvalidArgumentError(`it must be a number above 0, at most ${MOST_EPSILON}.`);
}
