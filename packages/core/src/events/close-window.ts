import type { PointerEvent } from "./event.ts";
import type { FailureToAcquire, Keystroke, Sample } from "./segment.ts";

export type Window = Sample | FailureToAcquire;

/** Coarser than two frames of a 60 Hz display: holds of 60 to 120 ms can no longer be told apart. */
const COARSEST_QUANTUM_MS = 34;
const MAX_BAD_KEYSTROKES = 0.4;
const MAX_TIMELESS_STEPS = 0.8;

/** Returns the window of these keystrokes, or why they cannot be used: bad is one without release, without hold or without interval. */
export function keystrokeWindow(keystrokes: readonly Keystroke[], quantumMs: number): Window {
  const startedAt = keystrokes[0]?.pressAt ?? 0;
  let endedAt = startedAt;
  let bad = 0;
  let before = Number.NEGATIVE_INFINITY;
  for (const { pressAt, releaseAt } of keystrokes) {
    endedAt = Math.max(endedAt, pressAt, releaseAt ?? pressAt);
    if (releaseAt === undefined || releaseAt <= pressAt || pressAt <= before) bad += 1;
    before = pressAt;
  }
  if (quantumMs > COARSEST_QUANTUM_MS) return failure("clockTooCoarse", startedAt, endedAt);
  if (bad > MAX_BAD_KEYSTROKES * keystrokes.length) return failure("implausibleTiming", startedAt, endedAt);
  return { ...emptySample(startedAt, endedAt, quantumMs), keystrokes };
}

/** Returns the window of these events of one mouse or pen, or why they cannot be used. */
export function pointerWindow(events: readonly PointerEvent[], quantumMs: number): Window {
  const startedAt = events[0]?.at ?? 0;
  const endedAt = events[events.length - 1]?.at ?? startedAt;
  let steps = 0;
  let timeless = 0;
  let before: number | undefined;
  for (const { phase, at } of events) {
    if (phase !== "move") continue;
    if (before !== undefined) {
      steps += 1;
      if (at <= before) timeless += 1;
    }
    before = at;
  }
  if (quantumMs > COARSEST_QUANTUM_MS) return failure("clockTooCoarse", startedAt, endedAt);
  if (timeless > MAX_TIMELESS_STEPS * steps) return failure("implausibleTiming", startedAt, endedAt);
  return { ...emptySample(startedAt, endedAt, quantumMs), pointer: events, pointerType: events[0]?.pointer };
}

function emptySample(startedAt: number, endedAt: number, quantumMs: number): Sample {
  return {
    kind: "sample",
    startedAt,
    endedAt,
    quantumMs,
    keystrokes: [],
    pointer: [],
    wheel: [],
    pointerType: undefined,
  };
}

/** Returns the typed absence of a window. */
export function failure(reason: FailureToAcquire["reason"], startedAt: number, endedAt: number): FailureToAcquire {
  return { kind: "failureToAcquire", reason, startedAt, endedAt };
}
