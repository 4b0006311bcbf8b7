import {
  balanced,
  createRandom,
  type Enrolment,
  type EnrolOptions,
  type Evidence,
  type Extractor,
  type FailureToEnrol,
  type FeatureSet,
  type NoEvidence,
  type Reference,
  type Sitting,
  type System,
  type TrustModel,
  type WindowOptions,
} from "@habitus/core";
import { bySubject } from "../protocols/protocol.ts";
import type { Recording } from "../recordings/recording.ts";
import type {
  Anatomy,
  Change,
  Enrolled,
  Features,
  Fitted,
  LabSystem,
  ProbeScore,
  Task,
  WindowScore,
} from "./lab-system.ts";
import { featureCache } from "./windows.ts";

/** Somebody to learn from: the feature sets of each recording, oldest first. */
export interface Person {
  readonly subject: string;
  readonly recordings: readonly Features[];
}

/** What came of learning: it enrols and compares as a core `System` does. */
export interface Learnt {
  readonly enrol: (samples: Features, options: EnrolOptions) => Enrolment | FailureToEnrol;
  readonly compare: (reference: Reference, probe: FeatureSet) => Evidence | NoEvidence;
  /** All windows of a probe at once; without it, the mean of their scores and of their llr, as for windows that overlap. */
  readonly compareAll?: (reference: Reference, probe: Features) => ProbeScore | undefined;
  /** Follows a session as the system runs; without it, each window is judged by itself. */
  readonly followAll?: (reference: Reference, sets: Features) => readonly WindowScore[];
}

/** A system that learns a model of people in general before it enrols anybody, and may cut windows of its own. */
export interface Recipe {
  readonly name: string;
  readonly version: number;
  readonly extractor: Extractor;
  readonly minimumSamples: number;
  readonly sufficientSamples: number;
  /** Windows under this protocol; without it those that the protocol proposes to the baseline. */
  readonly windows?: (task: Task) => WindowOptions;
  /** Whether it can do this at all; without it, everything. */
  readonly applicable?: (task: Task) => boolean;
  /** Whether it runs when no `--system` is named; without it, always. */
  readonly byDefault?: (experiment: string) => boolean;
  /**
   * Learns from people of whom nobody is compared, called once for each background and size of windows. They may be few or none:
   * then what is shipped with the system is all there is. It must be deterministic; `task.seed` is for what is drawn.
   */
  /** Also learns from people of other data sets, where the experiment has some. */
  readonly usesFurther?: boolean;
  readonly learn: (
    people: readonly Person[],
    task: Pick<Task, "windows" | "seed" | "phrase" | "experiment"> & { readonly further?: readonly Person[] },
  ) => Learnt;
}

const unchanged: Change = (sets) => sets;

/** Returns the recipe as a system that the lab can judge. */
export function learntSystem(recipe: Recipe): LabSystem {
  return changedSystem(recipe, unchanged);
}

function changedSystem(recipe: Recipe, change: Change): LabSystem {
  const features = featuresOf(recipe, change);
  const learnt = new WeakMap<readonly Recording[], Map<string, Learnt>>();
  const anatomy: Anatomy = {
    featureNames: recipe.extractor.featureNames,
    minimumSamples: recipe.minimumSamples,
    sufficientSamples: recipe.sufficientSamples,
    features,
    changed: (further) => changedSystem(recipe, further),
  };
  return {
    name: recipe.name,
    version: recipe.version,
    usesBackground: true,
    calibrated: true,
    applicable: recipe.applicable ?? (() => true),
    byDefault: recipe.byDefault ?? (() => true),
    anatomy,
    fit: (task, background) => {
      const own = learnt.get(background) ?? new Map<string, Learnt>();
      learnt.set(background, own);
      const windows = recipe.windows?.(task) ?? task.windows;
      const name = Object.values(windows).join();
      const prepare = features(task);
      const further = recipe.usesFurther === true ? peopleOf(task.further ?? [], prepare) : [];
      const known = own.get(name) ?? recipe.learn(peopleOf(background, prepare), { ...task, windows, further });
      own.set(name, known);
      return fitted(known, prepare);
    },
  };
}

/** One cache for all backgrounds and protocols with the same windows: features do not depend on them. */
function featuresOf(recipe: Recipe, change: Change): Anatomy["features"] {
  const caches = new Map<string, (piece: Recording) => Features>();
  return (task) => {
    const windows = recipe.windows?.(task) ?? task.windows;
    const name = Object.values(windows).join();
    const cache = caches.get(name) ?? featureCache(recipe.extractor, windows);
    caches.set(name, cache);
    return change === unchanged ? cache : (piece) => change(cache(piece), piece.subject);
  };
}

function peopleOf(background: readonly Recording[], prepare: (piece: Recording) => Features): Person[] {
  return bySubject(background).map(({ name, recordings }) => ({ subject: name, recordings: recordings.map(prepare) }));
}

function fitted(learnt: Learnt, prepare: (piece: Recording) => Features): Fitted<Features, Reference> {
  return {
    prepare,
    enrol: (pieces, seed): Enrolled<Reference> => {
      const samples = pieces.flat();
      const now = samples.at(-1)?.endedAt ?? 0;
      const outcome = learnt.enrol(samples, { background: [], random: createRandom(seed), now });
      return outcome.kind === "enrolment" ? { kind: "enrolled", reference: outcome.reference } : outcome;
    },
    compare: (reference, probes) => probes.map((pieces) => judge(learnt, reference, pieces.flat())),
    follow: (reference, sets) => followWindows(learnt, reference, sets),
  };
}

function judge(learnt: Learnt, reference: Reference, sets: Features): ProbeScore | undefined {
  if (sets.length === 0) return undefined;
  return learnt.compareAll === undefined ? meanOfWindows(learnt, reference, sets) : learnt.compareAll(reference, sets);
}

/** Returns the mean of the windows' scores and llr, or undefined when none says anything. */
export function meanOfWindows(
  { compare }: Pick<Learnt, "compare">,
  reference: Reference,
  sets: Features,
): ProbeScore | undefined {
  let score = 0;
  let llr = 0;
  let count = 0;
  for (const set of sets) {
    const evidence = compare(reference, set);
    if (evidence.kind === "noEvidence") continue;
    score += evidence.score;
    llr += evidence.llr;
    count += 1;
  }
  return count === 0 ? undefined : { score: score / count, llr: llr / count };
}

/** Returns what each window says, in time order. */
export function followWindows(
  { compare, followAll }: Pick<Learnt, "compare" | "followAll">,
  reference: Reference,
  sets: Features,
): readonly WindowScore[] {
  if (followAll !== undefined) return followAll(reference, sets);
  return sets.flatMap((set): WindowScore[] => {
    const evidence = compare(reference, set);
    if (evidence.kind === "noEvidence") return [];
    const { score, llr } = evidence;
    return [{ score, llr, startedAt: set.startedAt, endedAt: set.endedAt }];
  });
}

const COOL_DOWN_MS = balanced.coolDownMinutes * 60_000;

/** Returns how a system follows a session: each window judged in its sitting, and where the service would ask for a step-up. */
export function sessionsOf<Trust>(
  system: Pick<System<unknown, Trust>, "confirm" | "policy"> & {
    readonly follow?: System["follow"];
    readonly trust: TrustModel<Trust>;
  },
): Learnt["followAll"] & {} {
  return (reference, sets) => {
    let sitting: Sitting | undefined;
    const isAsked = stepUps(system, reference);
    return sets.flatMap((set): WindowScore[] => {
      const asked = isAsked(set);
      const next = system.follow?.(reference, set, sitting);
      sitting = next?.sitting;
      if (next === undefined || next.evidence.kind === "noEvidence") return [];
      const { evidence } = next;
      const { score, llr } = evidence;
      return [{ score, llr, evidence, asked, startedAt: set.startedAt, endedAt: set.endedAt }];
    });
  };
}

/** Where trust asks for a step-up, each of which is passed; while it cools down, only what two looks agree on is asked about. */
function stepUps<Trust>(
  { follow, confirm, policy, trust }: Parameters<typeof sessionsOf<Trust>>[0],
  reference: Reference,
): (set: FeatureSet) => boolean {
  let sitting: Sitting | undefined;
  let state = trust.initial();
  let low = 0;
  let passedAt = Number.NEGATIVE_INFINITY;
  return (set) => {
    const next = follow?.(reference, set, sitting);
    sitting = next?.sitting;
    if (next === undefined || next.evidence.kind === "noEvidence") return false;
    state = trust.update(state, next.evidence);
    const { value = 1, scores } = trust.read(state);
    low = value < policy.stepUpBelow ? low + 1 : 0;
    const agreed = low > 1 && scores >= policy.lockScores;
    if (low === 0 || (set.endedAt - passedAt < COOL_DOWN_MS && !agreed)) return false;
    state = trust.reset(state);
    sitting = sitting === undefined ? undefined : confirm?.(sitting);
    [low, passedAt] = [0, set.endedAt];
    return true;
  };
}
