import { createRandom, shuffle } from "@habitus/core";
import { aaltoDesktop } from "../datasets/aalto-desktop/load.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { type Loaded, load, requireFolder } from "../datasets/load.ts";
import { monacoFree } from "../datasets/monaco/load.ts";
import { sapimouse } from "../datasets/sapimouse/load.ts";
import { LabError } from "../lab-error.ts";
import { pairedDifference } from "../metrics/measure.ts";
import { type Background, fixedBackground, foldedBackground } from "../protocols/background.ts";
import { cutSession, firstSittings } from "../protocols/pointer-sessions.ts";
import { bySubject, type Probe, type Protocol, probeOf } from "../protocols/protocol.ts";
import { withoutTested } from "../protocols/without-tested.ts";
import type { Recording } from "../recordings/recording.ts";
import { sliceKeys } from "../recordings/slice.ts";
import { compareAll, type RawScores } from "../running/compare.ts";
import { addScores, weighScores } from "../running/fuse-scores.ts";
import { type Judged, judge } from "../running/row.ts";
import type { Difference } from "../running/statement.ts";
import type { LabSystem } from "../systems/lab-system.ts";
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
    const wanted = checkNames(["keystroke", "pointer", "fused", "fused-weighted"], context.protocols);
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
    const keep = async (protocol: Protocol, system: Named, raw: RawScores): Promise<Judged | undefined> => {
      if (!wanted.includes(protocol.name)) return undefined;
      await context.onScores(system.name, protocol.name, raw);
      const one = judge(raw, { protocol, system, seed });
      const kept = { ...one, row: { ...one.row, chimeric: true } };
      judged.push(kept);
      return kept;
    };
    const done: Done[] = [];
    for (const [i, system] of systems.filter(({ name }) => name !== "sklearn-forest").entries()) {
      const run = async (protocol: Protocol): Promise<RawScores | undefined> => {
        progress.at(i / systems.length, `fusion ${protocol.name}: ${system.name}`);
        const task = { experiment: "fusion", protocol: protocol.name, windows: protocol.windows, seed, phrase: false };
        if (!system.applicable(task)) return undefined;
        const raw = await compareAll(protocol, system, { task });
        await keep(protocol, system, raw);
        return raw;
      };
      done.push({ system, keys: await run(typed), moves: await run(pointed) });
    }
    const gains: Difference[] = [];
    for (const { system, keys, moves } of pairsOf(done)) {
      const weighed = weighScores(keys, moves);
      const said = `weights ${[...weighed.weights.weights, weighed.weights.offset].map((one) => one.toFixed(2)).join(", ")}`;
      const sum = { ...typed, name: "fused", note: `sum of the two cross-calibrated llr; ${CHIMERIC}` };
      const weights = {
        ...typed,
        name: "fused-weighted",
        note: `weights learnt on other people (${said}); ${CHIMERIC}`,
      };
      const alone = [judge(keys, { protocol: typed, system, seed }), judge(moves, { protocol: pointed, system, seed })];
      for (const [protocol, raw] of [
        [sum, addScores(keys, moves)],
        [weights, weighed.raw],
      ] as const) {
        await keep(protocol, system, raw);
        gains.push(...gainsOver(judge(raw, { protocol, system, seed }), alone));
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
      differences: [...differences(judged), ...gains],
      drawings: judged.map(({ drawing }) => drawing),
      curves: [],
    };
  },
};

type Named = Pick<LabSystem, "name" | "version">;
interface Done {
  readonly system: Named;
  readonly keys: RawScores | undefined;
  readonly moves: RawScores | undefined;
}

/** What does both, and each that only judges typing with each that only judges pointing. */
function pairsOf(done: readonly Done[]) {
  const both = done.flatMap(({ system, keys, moves }) => (keys && moves ? [{ system, keys, moves }] : []));
  const across = done.flatMap(({ system, keys, moves }) =>
    keys === undefined || moves !== undefined
      ? []
      : done.flatMap((other) =>
          other.moves === undefined || other.keys !== undefined
            ? []
            : [{ system: { ...system, name: `${system.name}+${other.system.name}` }, keys, moves: other.moves }],
        ),
  );
  return [...both, ...across];
}

/** What the fused answer has over the better of its parts, with paired intervals. */
function gainsOver(fused: Judged, parts: readonly Judged[]): Difference[] {
  return (["eerPooled", "fnmrAtFmr1", "cllr"] as const).flatMap((metric) => {
    const value = (one: Judged): number => one.measured.figures[metric].value ?? Number.POSITIVE_INFINITY;
    const [best] = [...parts].sort((a, b) => value(a) - value(b));
    if (best === undefined) return [];
    const { protocol, system } = fused.row;
    const minus = `${best.row.protocol} alone`;
    return [{ protocol, system, minus, metric, ...pairedDifference(fused.measured, best.measured, metric) }];
  });
}

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
