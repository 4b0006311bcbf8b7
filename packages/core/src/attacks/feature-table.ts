import type { FeatureSet } from "../features/extractor.ts";
import { TUTORIAL_FEATURES } from "../features/tutorial.ts";
import { createRandom } from "../math/random.ts";
import { baseline } from "../systems/baseline.ts";
import { fork } from "./draw.ts";
import type { SimulatedPerson } from "./person.ts";
import { session } from "./session.ts";
import { startOfSession } from "./start-of-session.ts";

export interface FeatureRow {
  readonly userId: string;
  /** In the order of `TUTORIAL_FEATURES`: both modalities are there. */
  readonly values: readonly number[];
}

const SESSION_MS = 8 * 60_000;
const FIRST_DAY = Date.UTC(2026, 0, 5);
const KEYSTROKE_FEATURES = TUTORIAL_FEATURES.indexOf("keystroke_count") + 1;
/** So few windows in so many sessions: this person hardly does anything. */
const MOST_SESSIONS_PER_SAMPLE = 10;

/**
 * Returns the tutorial's table of these people, `samplesPerPerson` rows each: the events of sessions on successive days, cut
 * and measured by the baseline system. A row joins a keystroke window and a pointer window of the same session; the
 * windows of two rows do not overlap.
 */
export function featureTable(
  population: readonly SimulatedPerson[],
  samplesPerPerson: number,
  { seed = 1 }: { readonly seed?: number } = {},
): FeatureRow[] {
  if (!Number.isInteger(samplesPerPerson) || samplesPerPerson < 0)
    throw new RangeError(`samplesPerPerson must be an integer of at least 0, got ${samplesPerPerson}`);
  return population.flatMap((person) =>
    samplesOf(person, samplesPerPerson, seed).map((values) => ({ userId: person.id, values })),
  );
}

function samplesOf(person: SimulatedPerson, count: number, seed: number): number[][] {
  const rows: number[][] = [];
  for (let day = 0; rows.length < count && day < MOST_SESSIONS_PER_SAMPLE * count; day += 1) {
    const random = fork(createRandom(seed * 1000 + day));
    const startAt = startOfSession(person, FIRST_DAY + day * 86_400_000, random);
    const sets = featureSets(person, { startAt, seed: seed * 1000 + day });
    const typed = apart(sets.filter((set) => set.keystrokes > 0));
    const moved = apart(sets.filter((set) => set.pointerEvents > 0));
    for (let i = 0; i < Math.min(typed.length, moved.length) && rows.length < count; i += 1)
      rows.push([
        ...(typed[i]?.values.subarray(0, KEYSTROKE_FEATURES) ?? []),
        ...(moved[i]?.values.subarray(KEYSTROKE_FEATURES) ?? []),
      ]);
  }
  if (rows.length < count) throw new RangeError(`${person.id} does too little for ${count} samples`);
  return rows;
}

function featureSets(
  person: SimulatedPerson,
  { startAt, seed }: { readonly startAt: number; readonly seed: number },
): FeatureSet[] {
  const events = session(person, { startAt, durationMs: SESSION_MS, seed });
  const { segmenter, extractor } = baseline;
  return segmenter
    .push(segmenter.initial(), events, person.typing.scanMs)
    .windows.flatMap((window) => (window.kind === "sample" ? [extractor.extract(window)] : []));
}

/** Leaves out each window that begins before the last one kept has ended. */
function apart(sets: readonly FeatureSet[]): FeatureSet[] {
  const kept: FeatureSet[] = [];
  for (const set of sets) if (set.startedAt >= (kept.at(-1)?.endedAt ?? Number.NEGATIVE_INFINITY)) kept.push(set);
  return kept;
}
