import { createRandom, shuffle } from "@habitus/core";
import { aaltoDesktop } from "../datasets/aalto-desktop/load.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { type Loaded, load, requireFolder } from "../datasets/load.ts";
import { monacoFree } from "../datasets/monaco/load.ts";
import { sapimouse } from "../datasets/sapimouse/load.ts";
import { LabError } from "../lab-error.ts";
import { type Background, fixedBackground, foldedBackground } from "../protocols/background.ts";
import { cutSession, firstSittings } from "../protocols/pointer-sessions.ts";
import { bySubject, type Probe, type Protocol, probeOf } from "../protocols/protocol.ts";
import { withoutTested } from "../protocols/without-tested.ts";
import type { Recording } from "../recordings/recording.ts";
import { sliceKeys } from "../recordings/slice.ts";
import { crossCalibrate } from "../running/calibrate.ts";
import { compareAll, type RawScores } from "../running/compare.ts";
import { type Judged, judge } from "../running/row.ts";
import { type Folders, firstWith, testFolder } from "./experiment.ts";
import { checkNames, differences, type Runnable } from "./runnable.ts";
import { SENTENCE_WINDOWS, SHORT_POINTER_WINDOWS } from "./windows.ts";

const PROBES = 5;
const FOLDS = 5;
const CHIMERIC =
  "chimeric: each made-up person types like one volunteer and points like another of a different data set, so typing and pointing are independent, which flatters fusion";

/** Typing and pointing of made-up persons, alone and together. */
export const fusion: Runnable = {
  name: "fusion",
  title: "Typing and pointing together (chimeric persons)",
  async run(context) {
    const { folders, seed, systems, progress } = context;
    const wanted = checkNames(["keystroke", "pointer", "fused"], context.protocols);
    progress.at(0, "fusion: reading");
    const folder = testFolder(folders);
    const typing = firstWith(aaltoDesktop, [folder]) === undefined ? monacoFree : aaltoDesktop;
    const typists = await load(typing, folder);
    const pointers = await load(sapimouse, folder);
    if (folders.background !== undefined && firstWith(typing, [folders.background]) === undefined)
      requireFolder(sapimouse, folders.background);
    const strangers = [
      await strangersOf(typing, folders, typists.recordings),
      await strangersOf(sapimouse, folders, pointers.recordings),
    ] as const;
    const [typed, pointed] = chimeras({ typists, pointers, strangers }, seed);
    if (typed.claims.length < 2)
      throw new LabError(
        "malformedData",
        `Only ${typed.claims.length} people can be made up of ${typists.statement.subjects} typists (10 sentences each are needed) and ${pointers.statement.subjects} people who point (two sittings, 50 strokes in the later one); 2 are needed.`,
      );
    const judged: Judged[] = [];
    for (const [i, system] of systems.filter(({ name }) => name !== "sklearn-forest").entries()) {
      const run = async (protocol: Protocol): Promise<RawScores | undefined> => {
        progress.at(i / systems.length, `fusion ${protocol.name}: ${system.name}`);
        const task = { experiment: "fusion", protocol: protocol.name, windows: protocol.windows, seed, phrase: false };
        return system.applicable(task) ? compareAll(protocol, system, { task }) : undefined;
      };
      const keys = await run(typed);
      const moves = await run(pointed);
      const both = keys && moves && sum(keys, moves);
      const fused: Protocol = { ...typed, name: "fused", note: `sum of the two cross-calibrated llr; ${CHIMERIC}` };
      for (const [protocol, raw] of [
        [typed, keys],
        [pointed, moves],
        [fused, both],
      ] as const) {
        if (raw === undefined || !wanted.includes(protocol.name)) continue;
        await context.onScores(system.name, protocol.name, raw);
        const one = judge(raw, { protocol, system, seed });
        judged.push({ ...one, row: { ...one.row, chimeric: true } });
      }
    }
    await context.onProtocol(typed);
    await context.onProtocol(pointed);
    return {
      rows: judged.map(({ row }) => row),
      data: [
        typists.statement,
        pointers.statement,
        ...strangers.flatMap((other) => (other === undefined ? [] : [other.statement])),
      ],
      differences: differences(judged),
      drawings: judged.map(({ drawing }) => drawing),
      curves: [],
    };
  },
};

interface Sources {
  readonly typists: Loaded;
  readonly pointers: Loaded;
  /** People to learn typing and pointing from, where --background has them. */
  readonly strangers: readonly [Loaded | undefined, Loaded | undefined];
}

async function strangersOf(
  dataset: Dataset,
  { background }: Folders,
  tested: readonly Recording[],
): Promise<Loaded | undefined> {
  const place = firstWith(dataset, [background]);
  if (place === undefined) return undefined;
  const { recordings, statement } = withoutTested(await load(dataset, place), tested);
  return { recordings, statement: { ...statement, name: `${dataset.name} (background)` } };
}

interface Chimera {
  readonly enrolment: readonly Recording[];
  readonly probes: readonly Recording[];
}

/** Returns the same claims twice: for typing and for pointing, probe by probe of the same two made-up people. */
function chimeras({ typists, pointers, strangers: others }: Sources, seed: number): [Protocol, Protocol] {
  const random = createRandom(seed);
  const enrolments = firstSittings(pointers.recordings);
  const mice = shuffle(
    bySubject(pointers.recordings).flatMap(({ name, recordings }) => {
      const enrolment = enrolments.get(name);
      const probes = recordings
        .filter(({ order }) => order > 0)
        .flatMap((session) => cutSession(session, { kind: "strokes", count: 10 }))
        .slice(0, PROBES);
      return enrolment === undefined || probes.length < PROBES ? [] : [{ name, enrolment, probes }];
    }),
    random,
  );
  const able = shuffle(
    bySubject(typists.recordings).flatMap(({ name, recordings }) => {
      // Sentences as they are, long sittings in pieces: the last pieces are probes, of the other sittings the first five enrol.
      const pieces = recordings.flatMap((one) => (recordings.length >= 15 ? [sliceKeys(one, 0, 50)] : cutTyping(one)));
      if (pieces.length < 2 * PROBES) return [];
      return [{ name, enrolment: pieces.slice(0, PROBES), probes: pieces.slice(-PROBES) }];
    }),
    random,
  );
  const count = Math.min(mice.length, able.length);
  const names = Array.from({ length: count }, (_, i) => `chimera-${i + 1}`);
  const tested = new Set(able.slice(0, count).map(({ name }) => name));
  const strangers = typists.recordings.filter(({ subject }) => !tested.has(subject));
  const renamed = new Map(able.slice(0, count).map(({ name }, i) => [name, names[i] ?? name]));
  const elsewhere = (other: Loaded | undefined): Background | undefined =>
    other && fixedBackground(other.recordings, "background: the people of --background");
  const typing =
    elsewhere(others[0]) ??
    (new Set(strangers.map(({ subject }) => subject)).size >= count
      ? fixedBackground(strangers, "background: typists who are not tested")
      : foldedBackground(rename(typists.recordings, renamed), { folds: FOLDS, seed }));
  const mouseNames = new Map(mice.slice(0, count).map(({ name }, i) => [name, names[i] ?? name]));
  const pointing =
    elsewhere(others[1]) ?? foldedBackground(rename(pointers.recordings, mouseNames), { folds: FOLDS, seed });
  const protocol = (
    name: string,
    people: readonly Chimera[],
    background: Background,
    windows: Protocol["windows"],
  ): Protocol => {
    const probes = people
      .slice(0, count)
      .map(({ probes: own }, i) => own.map((piece) => ({ ...probeOf(piece), subject: names[i] })));
    return {
      name,
      note: `${name === "keystroke" ? "five pieces of typing enrolled, one probed" : "the first sitting enrolled, ten strokes probed"}; ${CHIMERIC}`,
      claims: people.slice(0, count).map(({ enrolment }, i) => ({
        subject: names[i] ?? "",
        enrolment,
        mated: probes[i] ?? [],
        nonMated: probes.flatMap((own, j): Probe[] => {
          const probe = own[(i + j) % own.length];
          return i === j || probe === undefined ? [] : [probe];
        }),
      })),
      background,
      windows,
      left: {},
    };
  };
  return [
    protocol("keystroke", able, typing, SENTENCE_WINDOWS),
    protocol("pointer", mice, pointing, SHORT_POINTER_WINDOWS),
  ];
}

function cutTyping(sitting: Recording): Recording[] {
  const count = Math.floor((sitting.keys?.zone.length ?? 0) / 50);
  return Array.from({ length: count }, (_, i) => sliceKeys(sitting, 50 * i, 50 * (i + 1)));
}

function rename(recordings: readonly Recording[], names: ReadonlyMap<string, string>): Recording[] {
  return recordings.map((recording) => ({ ...recording, subject: names.get(recording.subject) ?? recording.subject }));
}

/** Evidence adds up: the llr of both, each calibrated on other people first; the one that is there where the other failed. */
function sum(one: RawScores, other: RawScores): RawScores {
  const parts = [one, other].map((raw) => ({ ...raw, llr: Float64Array.from(raw.llr) }));
  for (const part of parts) crossCalibrate(part);
  const llr = Float64Array.from(one.llr, (_, i) => {
    const values = parts.map((part) => part.llr[i] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    return values.length === 0 ? Number.NaN : values.reduce((all, value) => all + value, 0);
  });
  const failed = one.failedToEnrol.filter((subject) => other.failedToEnrol.includes(subject));
  const missing = llr.reduce((all, value) => all + (Number.isNaN(value) ? 1 : 0), 0);
  return { ...one, score: llr, llr, failedToEnrol: failed, failuresToAcquire: missing, attempts: llr.length };
}
