import type { KeyTrack, PointerTrack, Recording } from "./recording.ts";

/** Something everybody can be given the same mean of. */
export interface Habit {
  readonly name: string;
  readonly modality: "keys" | "pointer";
  /** Sum and number of what is averaged in a recording. */
  readonly sum: (recording: Recording) => readonly [number, number];
  /** Returns the recording with this habit `factor` times as large and everything else as it was. */
  readonly scale: (recording: Recording, factor: number) => Recording;
}

/** A longer pause is no typing and no movement. */
const MAX_INTERVAL_MS = 5000;
const MAX_STEP_MS = 200;

/**
 * The habits that can be equalised. The events are changed, not the features: a feature moved by a constant of the person's own
 * would stamp the person, since it no longer fits to the others (interval and typing speed together give the constant away).
 */
export const HABITS: readonly Habit[] = [
  {
    name: "typing interval",
    modality: "keys",
    sum: ({ keys }) => (keys === undefined ? [0, 0] : intervals(keys)),
    scale: (recording, factor) => withKeys(recording, (keys) => scaleIntervals(keys, factor)),
  },
  {
    name: "hold time",
    modality: "keys",
    sum: ({ keys }) => (keys === undefined ? [0, 0] : holds(keys)),
    scale: (recording, factor) =>
      withKeys(recording, (keys) => ({
        ...keys,
        releaseAt: keys.releaseAt.map(
          (release, i) => (keys.pressAt[i] ?? 0) + factor * (release - (keys.pressAt[i] ?? 0)),
        ),
      })),
  },
  {
    name: "pointer step",
    modality: "pointer",
    sum: ({ pointer }) => (pointer === undefined ? [0, 0] : steps(pointer)),
    scale: (recording, factor) =>
      withPointer(recording, (pointer) => ({
        ...pointer,
        x: pointer.x.map((x) => factor * x),
        y: pointer.y.map((y) => factor * y),
      })),
  },
];

/** Returns a function that gives each person's recordings the habit's common mean, `target`; people without a mean stay as they are. */
export function equaliser(
  habit: Habit,
  people: ReadonlyMap<string, readonly Recording[]>,
): (recording: Recording) => Recording {
  const means = new Map<string, number>();
  for (const [subject, recordings] of people) {
    const sums = recordings.map(habit.sum);
    const count = sums.reduce((all, [, n]) => all + n, 0);
    if (count > 0) means.set(subject, sums.reduce((all, [sum]) => all + sum, 0) / count);
  }
  const target = [...means.values()].reduce((all, mean) => all + mean, 0) / means.size;
  const changed = new WeakMap<Recording, Recording>();
  return (recording) => {
    const mean = means.get(recording.subject);
    if (mean === undefined || !(mean > 0)) return recording;
    const known = changed.get(recording) ?? habit.scale(recording, target / mean);
    changed.set(recording, known);
    return known;
  };
}

function intervals({ pressAt }: KeyTrack): readonly [number, number] {
  let [sum, count] = [0, 0];
  for (let i = 1; i < pressAt.length; i += 1) {
    const interval = (pressAt[i] ?? 0) - (pressAt[i - 1] ?? 0);
    if (interval > MAX_INTERVAL_MS) continue;
    sum += interval;
    count += 1;
  }
  return [sum, count];
}

function scaleIntervals({ zone, pressAt, releaseAt }: KeyTrack, factor: number): KeyTrack {
  const first = pressAt[0] ?? 0;
  const pressed = pressAt.map((press) => first + factor * (press - first));
  return {
    zone,
    pressAt: pressed,
    releaseAt: releaseAt.map((release, i) => (pressed[i] ?? 0) + release - (pressAt[i] ?? 0)),
  };
}

function holds({ pressAt, releaseAt }: KeyTrack): readonly [number, number] {
  let [sum, count] = [0, 0];
  releaseAt.forEach((release, i) => {
    if (Number.isNaN(release)) return;
    sum += release - (pressAt[i] ?? 0);
    count += 1;
  });
  return [sum, count];
}

function steps({ at, x, y, phase }: PointerTrack): readonly [number, number] {
  let [sum, count] = [0, 0];
  for (let i = 1; i < at.length; i += 1) {
    if (phase[i] !== 0 || phase[i - 1] !== 0 || (at[i] ?? 0) - (at[i - 1] ?? 0) > MAX_STEP_MS) continue;
    sum += Math.hypot((x[i] ?? 0) - (x[i - 1] ?? 0), (y[i] ?? 0) - (y[i - 1] ?? 0));
    count += 1;
  }
  return [sum, count];
}

function withKeys(recording: Recording, change: (keys: KeyTrack) => KeyTrack): Recording {
  return recording.keys === undefined ? recording : { ...recording, keys: change(recording.keys), timings: undefined };
}

function withPointer(recording: Recording, change: (pointer: PointerTrack) => PointerTrack): Recording {
  return recording.pointer === undefined ? recording : { ...recording, pointer: change(recording.pointer) };
}
