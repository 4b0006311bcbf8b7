import {
  type Background,
  compareTogether,
  createTyping,
  type Enrolment,
  type EnrolOptions,
  type Evidence,
  enrolPerson,
  type FailureToEnrol,
  type FeatureSet,
  HABITUS_WINDOWS,
  type NoEvidence,
  type PldaModel,
  type Reference,
  rhythmExtractor,
  SITTING_PAUSE_MS,
  windowSize,
} from "@habitus/core";
import { fitPlda, type WindowsTable, WindowsTableBuilder } from "@habitus/core/fit";
import { LEARNT_HERE } from "./learnt-here.ts";
import { type Learnt, type Person, type Recipe, sessionsOf } from "./learnt-system.ts";

/** Keystrokes of a window: what the model calls one. */
export const TYPING_UNIT = 50;
const DIMENSIONS = 144;
const FEATURES = 760;
const NO_POINTER = { pointerEvents: 1_000_000, pointerStride: 1_000_000 } as const;
/** Fewer people than this teach less than the background that is shipped. */
export const LEAST_PEOPLE = 16;

/**
 * Rhythm by key region and a person / sitting / window model (PLDA) of people in general, learnt from the background. A sentence
 * is one window, longer texts are cut into windows of 50 keystrokes. `most`: people of the background it learns from at most.
 */
export function typingRecipe(
  name: string,
  shipped: () => Background,
  from: "people" | "further" | "shipped",
  most = Number.POSITIVE_INFINITY,
): Recipe {
  return {
    name,
    version: 1,
    extractor: rhythmExtractor,
    minimumSamples: 1,
    sufficientSamples: 30,
    applicable: ({ phrase, experiment, protocol, further = [] }) =>
      !phrase &&
      /aalto|monaco|keystroke|fusion/.test(experiment) &&
      (experiment !== "fusion" || protocol === "keystroke") &&
      (from !== "further" || further.length > 0) &&
      !(from === "shipped" && isContinuous(experiment) && protocol.startsWith("monaco")),
    // What is shipped was learnt from these very people.
    byDefault: (experiment) => !Number.isFinite(most) && (from !== "shipped" || !experiment.startsWith("monaco")),
    windows: ({ experiment, protocol }) => {
      if (isContinuous(experiment)) return { ...HABITUS_WINDOWS, ...NO_POINTER };
      const keystrokes = protocol.startsWith("M100") ? 100 : TYPING_UNIT;
      return { keystrokes, keystrokeStride: keystrokes, ...NO_POINTER };
    },
    usesFurther: from === "further",
    learn: (all, { further = [], experiment }) => {
      const people = all.slice(0, most);
      const enough = from !== "shipped" && people.length + further.length >= LEAST_PEOPLE;
      return judgeWith(enough ? learnModel([people, further]) : shipped().model, oneSitting(experiment));
    },
  };
}

export function learnModel(populations: readonly (readonly Person[])[]): PldaModel {
  return fitPlda(windowsTable(populations), {
    id: "lab",
    extractor: "rhythm@1",
    unit: TYPING_UNIT,
    dimensions: DIMENSIONS,
    features: FEATURES,
  });
}

/** Sessions are followed as they run: windows overlap, and every keystroke is in two of them. */
function isContinuous(experiment: string): boolean {
  return experiment.startsWith("continuous");
}

/** All windows of all people that do not overlap; a pause of half an hour parts sittings. */
export function windowsTable(populations: readonly (readonly Person[])[]): WindowsTable {
  const table = new WindowsTableBuilder(rhythmExtractor.featureNames.length);
  let sitting = 0;
  const people = populations.flatMap((list, population) => list.map((person) => ({ ...person, population })));
  people.forEach(({ recordings, population }, subject) => {
    let until = Number.NEGATIVE_INFINITY;
    for (const set of recordings.flat()) {
      if (set.keystrokes < TYPING_UNIT / 5 || overlaps(set, until)) continue;
      if (set.startedAt - until > SITTING_PAUSE_MS || set.startedAt < until - SITTING_PAUSE_MS) sitting += 1;
      until = set.endedAt;
      table.add(set.values, { subject, sitting, population, size: windowSize({ unit: TYPING_UNIT }, set) });
    }
    sitting += 1;
  });
  return table.build();
}

function overlaps({ startedAt, endedAt }: FeatureSet, until: number): boolean {
  return startedAt < until && endedAt > until && until - startedAt > (endedAt - startedAt) / 4;
}

/** The sentences of Aalto were typed in one sitting, by everybody; elsewhere probes are of another sitting than the enrolment. */
function oneSitting(experiment: string): boolean {
  return experiment === "aalto";
}

function judgeWith(model: PldaModel, same: boolean): Learnt {
  const system = createTyping(() => ({ provenance: LEARNT_HERE, model }));
  return {
    followAll: sessionsOf(system),
    enrol: (samples, options) => enrolTyping(model, samples, options),
    compare: (reference, probe) => evidenceOf(compareTogether(model, reference, { probes: [probe], same }), probe),
    compareAll: (reference: Reference, probes) => {
      const llr = compareTogether(model, reference, { probes, same });
      return llr === undefined ? undefined : { llr, score: 1 / (1 + Math.exp(-llr)) };
    },
  };
}

export function enrolTyping(
  model: PldaModel,
  samples: readonly FeatureSet[],
  { now }: Pick<EnrolOptions, "now">,
): Enrolment | FailureToEnrol {
  return enrolPerson(model, samples, { minimum: 0.4, now });
}

export function evidenceOf(llr: number | undefined, probe: FeatureSet): Evidence | NoEvidence {
  if (llr === undefined) return { kind: "noEvidence", reason: "failureToAcquire", at: probe.endedAt };
  return {
    kind: "evidence",
    llr,
    score: 1 / (1 + Math.exp(-llr)),
    source: "habitus@1",
    modalities: ["keystroke"],
    quality: Math.min(1, probe.keystrokes / TYPING_UNIT),
    startedAt: probe.startedAt,
    at: probe.endedAt,
    keystrokes: probe.keystrokes,
    pointerEvents: 0,
    contributions: [],
  };
}
