import { detect } from "../continuous/detection.ts";
import { asComparisons, followAll } from "../continuous/follow.ts";
import { keptPromises } from "../continuous/promises.ts";
import { canJudge, RULES, type Rule } from "../continuous/rules.ts";
import { type Continuous, typingOf } from "../continuous/streams.ts";
import { asProtocol, asScores } from "../continuous/written.ts";
import { aaltoDesktop } from "../datasets/aalto-desktop/load.ts";
import type { Dataset } from "../datasets/dataset.ts";
import type { DataStatement } from "../datasets/load.ts";
import { requireFolder } from "../datasets/load.ts";
import { monacoFree } from "../datasets/monaco/load.ts";
import { sapimouse } from "../datasets/sapimouse/load.ts";
import { LabError } from "../lab-error.ts";
import { measure } from "../metrics/measure.ts";
import { scoreSet } from "../metrics/score-set.ts";
import { remember } from "../protocols/background.ts";
import { bySubject, type Subject } from "../protocols/protocol.ts";
import { type Drawing, drawingOf, type Row } from "../running/row.ts";
import { type BuildOptions, firstWith, loadPeople, type People, testFolder } from "./experiment.ts";
import { checkNames, type DetectionCurve, type Outcome, type RunContext, type Runnable } from "./runnable.ts";
import { PRINTED_WINDOWS, SHORT_POINTER_WINDOWS } from "./windows.ts";

interface Source {
  /** How the names of its protocols begin. */
  readonly set: string;
  readonly dataset: Dataset;
  readonly sharing: Parameters<typeof loadPeople>[2];
  readonly make: (people: People) => Continuous;
}

const SENTENCES_ENROLLED = 8;
const SITTINGS_ENROLLED = 3;

const typing: readonly Source[] = [
  {
    set: "aalto",
    dataset: aaltoDesktop,
    sharing: { kind: "halves" },
    make: (people) => keystrokes(people, { name: "aalto", enrolled: SENTENCES_ENROLLED, what: "sentences" }),
  },
  {
    set: "monaco",
    dataset: monacoFree,
    sharing: { kind: "apart", folds: 5 },
    make: (people) => daysOfTyping(people, "monaco", "halfWay"),
  },
  {
    set: "monaco-start",
    dataset: monacoFree,
    sharing: { kind: "apart", folds: 5 },
    make: (people) => daysOfTyping(people, "monaco-start", "fromStart"),
  },
];

const pointing: readonly Source[] = [
  {
    set: "sapimouse",
    dataset: sapimouse,
    sharing: { kind: "folds", folds: 5 },
    make: ({ test, background }) => ({
      name: "sapimouse",
      takenOver: "halfWay",
      unit: "strokes",
      stretches: bySubject(test)
        .filter(
          ({ recordings }) => recordings.some(({ order }) => order === 0) && recordings.some(({ order }) => order > 0),
        )
        .flatMap(({ name, recordings }) => {
          const use = recordings.find(({ order }) => order > 0);
          return use === undefined
            ? []
            : [{ subject: name, enrolment: recordings.filter(({ order }) => order === 0), use }];
        }),
      background,
      windows: SHORT_POINTER_WINDOWS,
      note: `enrolled: three minutes; followed: the other minute; taken over: half a minute, then another person's minute; ${background.note}`,
    }),
  },
];

function keystrokes(
  { test, background }: People,
  { name, enrolled, what }: { readonly name: string; readonly enrolled: number; readonly what: string },
): Continuous {
  const able = bySubject(test).filter(({ recordings }) => recordings.length > enrolled);
  const stretch = ({ name: subject, recordings }: Subject) => ({
    subject,
    enrolment: [typingOf(recordings.slice(0, enrolled), `${subject}/enrolment`)],
    use: typingOf(recordings.slice(enrolled), `${subject}/use`),
  });
  return {
    name,
    takenOver: "halfWay",
    unit: "keys",
    stretches: able.map(stretch),
    background: { ...background, recordings: joinedPerSubject(background.recordings) },
    windows: PRINTED_WINDOWS,
    note: `enrolled: the first ${enrolled} ${what} in a row; followed: the later ones; taken over: half of them, then another person's; ${background.note}`,
  };
}

/** Each later sitting is a session of its own, on another day than those enrolled. */
function daysOfTyping({ test, background }: People, name: string, takenOver: Continuous["takenOver"]): Continuous {
  const way =
    takenOver === "halfWay"
      ? "half of it, then another person's"
      : "another person's from its start, under the subject's name";
  return {
    name,
    takenOver,
    unit: "keys",
    stretches: bySubject(test).flatMap(({ name: subject, recordings }) =>
      recordings
        .slice(SITTINGS_ENROLLED)
        .map((use) => ({ subject, enrolment: recordings.slice(0, SITTINGS_ENROLLED), use })),
    ),
    background,
    windows: PRINTED_WINDOWS,
    note: `enrolled: the first ${SITTINGS_ENROLLED} sittings; followed: each later one as a session of its own; taken over: ${way}; ${background.note}`,
  };
}

/** Sentences are too short for a window: the background's are put together as the subjects' are. */
function joinedPerSubject(recordings: People["background"]["recordings"]): People["background"]["recordings"] {
  const joined = new Map<string, ReturnType<typeof typingOf>>();
  return remember((key) =>
    bySubject(recordings(key)).map(({ name, recordings: own }) => {
      const known = joined.get(name) ?? typingOf(own, `${name}/all`);
      joined.set(name, known);
      return known;
    }),
  );
}

export const continuousKeystroke = continuousExperiment(
  "continuous-keystroke",
  "How soon a take-over is noticed: typing",
  typing,
);
export const continuousPointer = continuousExperiment(
  "continuous-pointer",
  "How soon a take-over is noticed: pointing",
  pointing,
);

function continuousExperiment(name: string, title: string, sources: readonly Source[]): Runnable {
  return {
    name,
    title,
    async run(context) {
      const folder = testFolder(context.folders);
      const there = sources.filter(({ dataset }) => firstWith(dataset, [folder]) !== undefined);
      const first = sources[0];
      if (there.length === 0 && first !== undefined) requireFolder(first.dataset, folder);
      const other = context.folders.background;
      if (
        other !== undefined &&
        there[0] !== undefined &&
        there.every(({ dataset }) => firstWith(dataset, [other]) === undefined)
      )
        requireFolder(there[0].dataset, other);
      const wanted = checkNames(there.flatMap(protocolNames), context.protocols);
      const present = there.filter((source) => protocolNames(source).some((one) => wanted.includes(one)));
      const outcomes: Outcome[] = [];
      for (const source of present) outcomes.push(await follow(name, source, { ...context, protocols: wanted }));
      return {
        rows: outcomes.flatMap(({ rows }) => rows),
        data: outcomes.flatMap(({ data }) => data),
        differences: [],
        drawings: outcomes.flatMap(({ drawings }) => drawings),
        curves: outcomes.flatMap(({ curves }) => curves),
      };
    },
  };
}

function protocolNames({ set }: Source): string[] {
  return RULES.map((rule) => `${set}-${rule.name}`);
}

async function follow(experiment: string, { dataset, sharing, make }: Source, context: RunContext): Promise<Outcome> {
  const { seed, progress, systems } = context;
  progress.at(0, `${experiment}: reading ${dataset.name}`);
  const options: BuildOptions = { folders: backgroundIfPresent(dataset, context), seed };
  const people = await loadPeople(dataset, options, sharing);
  const continuous = make(people);
  if (continuous.stretches.length < 2)
    throw new LabError(
      "malformedData",
      `${dataset.name} has only ${continuous.stretches.length} people with enough recordings to follow; 2 are needed.`,
    );
  await context.onProtocol(asProtocol(continuous));
  const rows: Row[] = [];
  const curves: DetectionCurve[] = [];
  const drawings: Drawing[] = [];
  for (const system of systems.filter(({ calibrated, name }) => calibrated && name !== "sklearn-forest")) {
    const task = { experiment, protocol: continuous.name, windows: continuous.windows, seed, phrase: false };
    if (!system.applicable(task)) continue;
    const title = `${continuous.name}: ${system.name}`;
    const { followed, failedToEnrol } = await followAll(continuous, system, {
      task,
      onProgress: (share) => progress.at(share, title),
    });
    const subjects = [...new Set(continuous.stretches.map(({ subject }) => subject))];
    await context.onScores(system.name, continuous.name, asScores(followed));
    const set = scoreSet(subjects, asComparisons(followed));
    const measured = measure(set, { seed });
    const all = followed.flatMap(({ genuine }) => genuine);
    for (const rule of RULES) {
      const protocol = `${continuous.name}-${rule.name}`;
      if (context.protocols?.includes(protocol) === false || !canJudge(rule, all)) continue;
      const { figures, classes, curve, hours, takeOvers } = detect(followed, rule, { unit: continuous.unit, seed });
      rows.push({
        system: system.name,
        version: system.version,
        protocol,
        note: `${rule.note}; ${continuous.note}`,
        subjects: subjects.length,
        comparisons: measured.mated + measured.nonMated,
        mated: measured.mated,
        nonMated: measured.nonMated,
        ...measured.figures,
        failureToEnrol: new Set(failedToEnrol).size / subjects.length,
        failureToAcquire: 0,
        giniFnmr: measured.giniFnmr,
        shareOfSubjectsWithFnmrAbove20: measured.shareAboveFnmr20,
        resamples: measured.resamples,
        ...figures,
        classes,
        genuineHours: hours,
        takeOvers,
        ...(isPromised(continuous, rule) && { promises: keptPromises(followed) }),
      });
      curves.push({ system: system.name, protocol, unit: continuous.unit, points: curve });
    }
    drawings.push(drawingOf(set, { system: system.name, protocol: `${continuous.name}-${RULES[0]?.name}`, measured }));
  }
  return { rows, data: people.data satisfies readonly DataStatement[], differences: [], drawings, curves };
}

/** Policies are promised on sittings of other days, by the system's own trust. */
function isPromised({ name }: Continuous, { name: rule }: Rule): boolean {
  return name === "monaco" && rule === "trust";
}

/** A background folder that holds another data set is for another source of the same experiment. */
function backgroundIfPresent(dataset: Dataset, { folders }: RunContext): BuildOptions["folders"] {
  return { ...folders, background: firstWith(dataset, [folders.background]) };
}
