import { createRandom, integer, type Reference, type System } from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";
import type { Change, Enrolled, Features, Fitted, LabSystem, Task } from "./lab-system.ts";
import { followWindows, meanOfWindows } from "./learnt-system.ts";
import { featureCache } from "./windows.ts";

/** More windows of other people than this only make enrolment slow: it draws as many as the subject has. */
const BACKGROUND_WINDOWS = 6000;

const unchanged: Change = (sets) => sets;

/**
 * Returns a core `System` as the lab judges it: its extractor, enrolment and comparison, on windows of the protocol's size. A probe of
 * several windows has the mean of their scores and of their log-likelihood ratios: windows overlap, so a sum would count twice.
 */
export function coreSystem(system: System, change: Change = unchanged): LabSystem {
  return {
    name: system.name,
    version: system.version,
    usesBackground: true,
    calibrated: true,
    applicable: () => true,
    byDefault: () => true,
    anatomy: {
      featureNames: system.extractor.featureNames,
      minimumSamples: system.minimumSamples,
      sufficientSamples: system.sufficientSamples,
      features: (task) => cacheOf(system, task),
      changed: (further) => coreSystem(system, further),
    },
    fit: (task, background) => fit(system, task, { background, change }),
  };
}

const caches = new WeakMap<System, Map<string, (piece: Recording) => Features>>();

/** One cache for all backgrounds and protocols: features do not depend on them. */
export function cacheOf(system: System, task: Task): (piece: Recording) => Features {
  const own = caches.get(system) ?? new Map<string, (piece: Recording) => Features>();
  caches.set(system, own);
  const name = Object.values(task.windows).join();
  const cache = own.get(name) ?? featureCache(system.extractor, task.windows);
  own.set(name, cache);
  return cache;
}

function fit(
  system: System,
  task: Task,
  options: { readonly background: readonly Recording[]; readonly change: Change },
): Fitted<Features, Reference> {
  const features = cacheOf(system, task);
  const prepare = (piece: Recording): Features => options.change(features(piece), piece.subject);
  const memory: Memory =
    options.change === unchanged ? remembered(system, task, options.background) : { references: new Map() };
  memory.background ??= thin(options.background.map(prepare), task.seed);
  const { background, references } = memory;
  return {
    prepare,
    enrol: (pieces, seed): Enrolled<Reference> => {
      const samples = pieces.flat();
      const name = `${seed}:${pieces.map((sets) => `${sets.length}@${sets[0]?.startedAt}`).join()}`;
      const known = references.get(name);
      if (known !== undefined) return known;
      const random = createRandom(seed);
      const outcome = system.enrol(samples, { background, random, now: samples.at(-1)?.endedAt ?? 0 });
      const enrolled: Enrolled<Reference> =
        outcome.kind === "enrolment" ? { kind: "enrolled", reference: outcome.reference } : outcome;
      references.set(name, enrolled);
      return enrolled;
    },
    compare: (reference, probes) => probes.map((pieces) => meanOfWindows(system, reference, pieces.flat())),
    follow: (reference, sets) => followWindows(system, reference, sets),
  };
}

interface Memory {
  background?: Features;
  /** By seed (which is the subject's) and windows enrolled. */
  readonly references: Map<string, Enrolled<Reference>>;
}

const memories = new WeakMap<System["enrol"], WeakMap<readonly Recording[], Map<string, Memory>>>();

/** Protocols that enrol the same, and systems that differ only in what comes after enrolment, share their references. */
function remembered(system: System, task: Task, recordings: readonly Recording[]): Memory {
  const own = memories.get(system.enrol) ?? new WeakMap<readonly Recording[], Map<string, Memory>>();
  memories.set(system.enrol, own);
  const byWindows = own.get(recordings) ?? new Map<string, Memory>();
  own.set(recordings, byWindows);
  const name = `${task.seed}:${Object.values(task.windows).join()}`;
  const memory = byWindows.get(name) ?? { references: new Map() };
  byWindows.set(name, memory);
  return memory;
}

/** Returns at most `BACKGROUND_WINDOWS` windows, as evenly over the recordings as they come. */
export function thin(lists: readonly Features[], seed: number): Features {
  const all = lists.flat();
  if (all.length <= BACKGROUND_WINDOWS) return all;
  const random = createRandom(seed);
  const step = all.length / BACKGROUND_WINDOWS;
  return Array.from(
    { length: BACKGROUND_WINDOWS },
    (_, i) => all[Math.floor(i * step) + integer(random, Math.floor(step))],
  ).filter((set) => set !== undefined);
}
