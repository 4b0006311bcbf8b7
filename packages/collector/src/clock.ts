import { estimateQuantum } from "@habitus/core/collector";

/** A jump of the wall clock that no busy page explains: the device slept, and its monotonic clock with it. */
const SLEPT_MS = 60_000;
const KEPT = 128;

export interface Clock {
  /** Returns the epoch instant (ms) of an `event.timeStamp`. */
  at(timeStamp: number): number;
  /** Takes a time stamp into the estimate of the quantum: of single acts, not of moves that follow the display. */
  note(timeStamp: number): void;
  quantumMs(): number;
}

/** Returns the page's monotonic clock as epoch time. It goes forward over a sleep of the device and never back. */
export function createClock(): Clock {
  let origin = performance.timeOrigin;
  let before = 0;
  const differences: number[] = [];
  return {
    at(timeStamp) {
      const behind = Date.now() - origin - performance.now();
      if (behind > SLEPT_MS) origin += behind;
      return origin + timeStamp;
    },
    note(timeStamp) {
      differences.push(timeStamp - before);
      before = timeStamp;
      if (differences.length > KEPT) differences.shift();
    },
    quantumMs: () => estimateQuantum(differences),
  };
}
