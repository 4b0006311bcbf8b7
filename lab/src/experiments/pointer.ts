import { balabit } from "../datasets/balabit/load.ts";
import { delbotCircles } from "../datasets/delbot-circles/load.ts";
import { type DataStatement, load, requireFolder } from "../datasets/load.ts";
import { sapimouse } from "../datasets/sapimouse/load.ts";
import { LabError } from "../lab-error.ts";
import { type Background, fixedBackground, remember, seenBackground } from "../protocols/background.ts";
import { bots } from "../protocols/bots.ts";
import { labelledSessions } from "../protocols/labelled-sessions.ts";
import { firstSittings, type ProbeCut, pointerSessions } from "../protocols/pointer-sessions.ts";
import type { Protocol } from "../protocols/protocol.ts";
import { notTested, withoutTested } from "../protocols/without-tested.ts";
import { behaviourOnly } from "../recordings/behaviour-only.ts";
import type { Recording } from "../recordings/recording.ts";
import { type BuildOptions, type Experiment, firstWith, loadPeople, testFolder } from "./experiment.ts";
import { PRINTED_WINDOWS, SHORT_POINTER_WINDOWS } from "./windows.ts";

const FOLDS = 3;
const CUTS: readonly ProbeCut[] = [
  ...[128, 256, 384, 640].map((count) => ({ kind: "events", count }) as const),
  ...[1, 3, 5, 10, 20].map((count) => ({ kind: "strokes", count }) as const),
  { kind: "whole" },
];

/** Enrol on three minutes, probe with one, whole or in pieces; and all of it again with the device taken out. */
export const sapi: Experiment = {
  name: "sapimouse",
  title: "Three minutes of mouse enrolled, one minute probed (SapiMouse)",
  async build(options) {
    const { test, background, data } = await loadPeople(sapimouse, options, { kind: "apart", folds: FOLDS });
    const plain = cuts(test, "", background);
    const changed = new Map<Recording, Recording>();
    const behaviour = (recording: Recording): Recording => {
      const known = changed.get(recording) ?? behaviourOnly(recording);
      changed.set(recording, known);
      return known;
    };
    const device = cuts(test.map(behaviour), "-behaviour", {
      ...background,
      recordings: remember((key) => background.recordings(key).map(behaviour)),
    });
    return { protocols: [...plain, ...device], data, phrase: false };
  },
};

function cuts(test: readonly Recording[], suffix: "" | "-behaviour", background: Background): Protocol[] {
  const enrolments = firstSittings(test);
  return CUTS.map((cut) =>
    pointerSessions(test, { cut, suffix, windows: SHORT_POINTER_WINDOWS, background, enrolments }),
  );
}

/** Official: one score per labelled session. Unseen impostors need another data set to learn from, since no session says whose it is. */
export const balabitSessions: Experiment = {
  name: "balabit",
  title: "Labelled sessions through remote desktop (Balabit)",
  async build(options) {
    const { recordings, statement } = await load(balabit, testFolder(options.folders));
    const other = await strangers(options, recordings);
    const training = recordings.filter(({ label }) => label === "training");
    const protocols = [
      labelledSessions(recordings, { name: "seen", windows: PRINTED_WINDOWS, background: seenBackground(training) }),
      labelledSessions(recordings, { name: "unseen", windows: PRINTED_WINDOWS, background: other.background }),
    ];
    return { protocols, data: [statement, ...other.data], phrase: false };
  },
};

/** People to learn from who are not tested: of --background in the same set or another, else of a SapiMouse beside the tested folder. */
async function strangers(
  { folders }: BuildOptions,
  tested: readonly Recording[],
): Promise<{ background: Background; data: readonly DataStatement[] }> {
  const from = (recordings: readonly Recording[], statement: DataStatement, note: string) => ({
    background: fixedBackground(recordings, note),
    data: [{ ...statement, name: `${statement.name} (background)` }],
  });
  const own = firstWith(balabit, [folders.background]);
  if (own !== undefined) {
    const { recordings, statement } = withoutTested(await load(balabit, own), tested);
    const training = recordings.filter(({ label }) => label === "training");
    return from(training, statement, "background: the training sessions of --background (unseen)");
  }
  const named = folders.background;
  if (named !== undefined && firstWith(sapimouse, [named]) === undefined) requireFolder(balabit, named);
  const sapi = firstWith(sapimouse, [named, folders.data, folders.test]);
  if (sapi !== undefined) {
    const { recordings, statement } = await load(sapimouse, sapi);
    return from(recordings, statement, "background: the people of SapiMouse, none of whom is tested (unseen)");
  }
  return {
    background: fixedBackground(
      [],
      "background: made-up people of the system itself (unseen); name a folder with --background for real ones",
    ),
    data: [],
  };
}

/** People against bots. */
export const circles: Experiment = {
  name: "circles",
  title: "People and bots clicking circles (DELBOT-Mouse)",
  async build({ folders }) {
    const { recordings, statement } = await load(delbotCircles, testFolder(folders));
    if (folders.background === undefined)
      return { protocols: bots(recordings, SHORT_POINTER_WINDOWS), data: [statement], phrase: false };
    const other = await load(delbotCircles, folders.background);
    const known = notTested(
      other.recordings.filter(({ label }) => label !== "human"),
      recordings,
    );
    if (known.length === 0)
      throw new LabError("malformedData", "The bots of --background are the tested ones, or there are none in it.");
    const protocols = bots(recordings, SHORT_POINTER_WINDOWS, known);
    const data = [statement, { ...other.statement, name: `${delbotCircles.name} (background)` }];
    return { protocols, data, phrase: false };
  },
};
