import { aaltoDesktop } from "../datasets/aalto-desktop/load.ts";
import { load } from "../datasets/load.ts";
import { SENTENCE_WINDOWS } from "../experiments/windows.ts";
import { LabError } from "../lab-error.ts";
import { fixedBackground } from "../protocols/background.ts";
import { bySubject, type Protocol } from "../protocols/protocol.ts";
import { sentences } from "../protocols/sentences.ts";
import { compareAll } from "../running/compare.ts";
import { labSystems } from "../systems/index.ts";
import type { Task } from "../systems/lab-system.ts";
import { chooseSystems } from "./options.ts";

const PEOPLE = 500;
const SEED = 1;

/**
 * Times what an evaluation costs: the whole Aalto folder read, the feature sets of every sentence extracted, and 500 people
 * enrolled and each compared with one sentence of everybody (those of nobody tested being learnt from). Returns a table.
 */
export async function measureCost(folder: string | undefined, named: readonly string[] | undefined): Promise<string> {
  if (folder === undefined) throw new LabError("usage", "Name the folder with the Aalto recordings: --data DIR.");
  const steps: [string, number][] = [];
  let at = performance.now();
  const step = (name: string): void => {
    const now = performance.now();
    steps.push([name, (now - at) / 1000]);
    at = now;
  };
  const start = at;
  const { recordings, statement } = await load(aaltoDesktop, folder);
  step(`${statement.subjects} people, ${recordings.length} sentences read`);
  const [system] = chooseSystems(labSystems, named ?? ["baseline"], "aalto");
  if (system === undefined) return "";
  const { protocol, task } = firstPeople(recordings);
  if (system.anatomy !== undefined) {
    const features = system.anatomy.features(task);
    let sets = 0;
    for (const recording of recordings) sets += features(recording).length;
    step(`${sets} feature sets of ${system.name} extracted`);
  }
  const { attempts, failedToEnrol } = await compareAll(protocol, system, { task });
  step(`${protocol.claims.length} people enrolled (${failedToEnrol.length} failed), ${attempts} comparisons`);
  const peak = process.resourceUsage().maxRSS / 1024;
  return `${steps.map(([name, seconds]) => `${seconds.toFixed(1).padStart(7)} s  ${name}\n`).join("")}${(
    (performance.now() - start) /
    1000
  )
    .toFixed(1)
    .padStart(7)} s  in all; at most ${peak.toFixed(0)} MB of memory\n`;
}

/** The first 500 people: five sentences enrolled, one more of everybody compared. */
function firstPeople(recordings: Parameters<typeof sentences>[0]): {
  readonly protocol: Protocol;
  readonly task: Task;
} {
  const people = bySubject(recordings).map(({ name }) => name);
  const tested = new Set(people.slice(0, PEOPLE));
  const strangers = recordings.filter(({ subject }) => !tested.has(subject));
  const protocol = sentences(
    recordings.filter(({ subject }) => tested.has(subject)),
    {
      keys: 1000,
      gallery: 5,
      together: 1,
      windows: SENTENCE_WINDOWS,
      background: fixedBackground(strangers, "people who are not tested"),
    },
  );
  const claims = protocol.claims.map((claim) => ({ ...claim, mated: claim.mated.slice(0, 1) }));
  const task = { experiment: "aalto", protocol: "M50-G5", windows: SENTENCE_WINDOWS, seed: SEED, phrase: false };
  return { protocol: { ...protocol, claims }, task };
}
