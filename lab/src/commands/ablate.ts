import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { findRunnable } from "../experiments/index.ts";
import { LabError } from "../lab-error.ts";
import type { Figure } from "../metrics/bootstrap.ts";

import { bySubject, type Protocol } from "../protocols/protocol.ts";
import { equaliser, HABITS, type Habit } from "../recordings/equalise.ts";
import { ablationPage } from "../report/ablation-page.ts";
import { createProgress } from "../running/progress.ts";
import type { Row } from "../running/row.ts";
import { percent } from "../running/summary.ts";
import { findOpenSystem } from "../systems/index.ts";
import type { Change, LabSystem, Task } from "../systems/lab-system.ts";
import { type RunFlags, seedOf } from "./options.ts";

export interface AblateFlags extends RunFlags {
  readonly experiment?: string;
}

/** Instead of figures where nothing varies any more. */
export const NOBODY = "nobody can be enrolled";

/** What remains when a feature says nothing any more. */
export interface Ablation {
  readonly name: string;
  readonly eerPooled: Figure;
  readonly auc: Figure;
}

/** What an experiment is looked into by, where no protocol is named. */
export const DEFAULT_PROTOCOL: Readonly<Record<string, string>> = {
  "monaco-free": "sessions-3",
  sapimouse: "events-640",
  aalto: "M50-G5",
  cmu: "n200",
};

/**
 * The tutorial's lesson that features must be distinctive: runs a system with each feature removed (one value for everybody), with
 * each habit equalised in the events (everybody has the same mean, the variation within each person stays), and with each
 * modality removed.
 */
export async function ablate(flags: AblateFlags, command: string): Promise<void> {
  const name = flags.experiment ?? "monaco-free";
  const runnable = findRunnable(name);
  const protocol = flags.protocol?.[0] ?? DEFAULT_PROTOCOL[name];
  if (runnable === undefined || protocol === undefined)
    throw new LabError(
      "usage",
      `ablate works on comparisons: name one of ${Object.keys(DEFAULT_PROTOCOL).join(", ")} with --experiment, or another with its --protocol.`,
    );
  const system = findOpenSystem(flags.system?.[0] ?? "baseline");
  const progress = createProgress();
  const results: Ablation[] = [];
  let seen: Protocol | undefined;
  const judge = async (label: string, variant: LabSystem): Promise<void> => {
    progress.at(0, `ablate ${name} ${protocol}: ${label}`);
    const { rows } = await runnable.run({
      folders: { data: flags.data, background: flags.background, test: flags.test },
      seed: seedOf(flags),
      systems: [variant],
      progress: { at: () => {}, done: () => {} },
      protocols: [protocol],
      onProtocol: async (one) => {
        seen = one;
      },
      onScores: async () => {},
    });
    const row: Row | undefined = rows[0];
    if (row !== undefined) results.push({ name: label, eerPooled: row.eerPooled, auc: row.auc });
  };
  await judge("all features", system);
  if (seen === undefined) throw new LabError("usage", `${name} compares nothing that could be ablated.`);
  for (const [label, variant] of variantsOf(system, seen)) await judge(label, variant);
  progress.done(`${results.length} variants`);
  const width = Math.max(...results.map((result) => result.name.length));
  process.stdout.write(`${"".padEnd(width)}  EER pooled %       AUC %\n`);
  for (const { name: label, eerPooled, auc } of results)
    process.stdout.write(
      `${label.padEnd(width)}  ${eerPooled.value === null ? NOBODY : `${percent(eerPooled).padEnd(17)}  ${percent(auc)}`}\n`,
    );
  const out = resolve(flags.out ?? "lab/out/ablate");
  mkdirSync(out, { recursive: true });
  writeFileSync(
    join(out, "ablation.json"),
    `${JSON.stringify({ command, experiment: name, protocol, system: system.name, results }, null, 1)}\n`,
  );
  writeFileSync(
    join(out, "index.html"),
    ablationPage(`${system.name} on ${name} ${protocol}: what each feature is worth`, command, results),
  );
  process.stdout.write(`\nLook at ${join(out, "index.html")}\n`);
}

/** Features that say the same in other words: to take one away alone shows nothing. */
const SAME_THING = [
  ["iki_mean", "typing_speed"],
  ["mouse_distance_mean", "mouse_total_distance"],
] as const;

type OpenSystem = ReturnType<typeof findOpenSystem>;

function variantsOf(system: OpenSystem, protocol: Protocol): [string, LabSystem][] {
  const { featureNames } = system.anatomy;
  const blank =
    (columns: readonly number[]): Change =>
    (sets) =>
      sets.map((set) => ({
        ...set,
        values: set.values.map((value, i) => (columns.includes(i) && !Number.isNaN(value) ? 1 : value)),
      }));
  const removed = (label: string, columns: readonly number[]): [string, LabSystem] => [
    `${label} removed`,
    system.anatomy.changed(blank(columns)),
  ];
  const features = system.anatomy.features(taskOf(protocol));
  const sets = protocol.claims.flatMap(({ enrolment }) => enrolment.flatMap(features));
  // A feature that is missing here, or the same for all, cannot lose anything.
  const columns = featureNames.flatMap((_, i) => (new Set(sets.map(({ values }) => values[i])).size > 1 ? [i] : []));
  const name = (i: number): string => featureNames[i] ?? "";
  const pointer = columns.filter((i) => name(i).startsWith("mouse"));
  const typed = columns.filter((i) => !name(i).startsWith("mouse"));
  const present = HABITS.filter(({ modality }) => (modality === "keys" ? typed : pointer).length > 0);
  return [
    ...columns.map((i) => removed(name(i), [i])),
    ...SAME_THING.flatMap((names) => {
      const same = columns.filter((i) => names.some((one) => one === name(i)));
      return same.length < names.length ? [] : [removed(names.join(" and "), same)];
    }),
    ...present.map((habit): [string, LabSystem] => [`${habit.name} equalised`, equalised(system, habit, protocol)]),
    ...(typed.length > 0 ? [removed("typing", typed)] : []),
    ...(pointer.length > 0 ? [removed("pointing", pointer)] : []),
  ];
}

function taskOf({ name, windows }: Protocol): Task {
  return { experiment: "", protocol: name, windows, seed: 1, phrase: false };
}

/** Everybody gets the same mean of a habit, judged by what each person enrolled; people of a background alone by all they did. */
function equalised(plain: LabSystem, habit: Habit, protocol: Protocol): LabSystem {
  const claims = new Map(protocol.claims.map(({ subject, enrolment }) => [subject, enrolment]));
  return {
    ...plain,
    async fit(task, background) {
      const people = new Map([
        ...bySubject(background).map(({ name, recordings }) => [name, recordings] as const),
        ...claims,
      ]);
      const same = equaliser(habit, people);
      const fitted = await plain.fit(task, background.map(same));
      return { ...fitted, prepare: (piece) => fitted.prepare(same(piece)) };
    },
  };
}
