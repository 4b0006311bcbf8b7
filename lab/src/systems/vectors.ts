import { tutorialExtractor } from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";
import type { Task } from "./lab-system.ts";
import { featureCache } from "./windows.ts";

/** Rows of numbers with the same columns; NaN = missing. */
export type Rows = readonly Float64Array[];

/** Smallest deviation that counts, by kind of row: a clock cannot see less than a millisecond. */
export const FLOOR = { phrase: 1, features: 1e-6 } as const;

/**
 * Returns what the distance detectors see of a piece: the timings of the phrase (`which` picks columns) where there is one, else the
 * tutorial's features of its windows, without the two counts, which say how long the piece was.
 */
export function rowsOf(task: Task, which: (column: number) => boolean): (piece: Recording) => Rows {
  if (task.phrase)
    return ({ timings }) => (timings === undefined ? [] : [timings.filter((_, column) => which(column))]);
  const counts = ["keystroke_count", "mouse_event_count"];
  const columns = tutorialExtractor.featureNames.flatMap((name, i) => (counts.includes(name) ? [] : [i]));
  const features = featureCache(tutorialExtractor, task.windows);
  return (piece) => features(piece).map(({ values }) => Float64Array.from(columns, (i) => values[i] ?? Number.NaN));
}

/** All columns: hold, down-down and up-down. */
export function everyColumn(): boolean {
  return true;
}

/** Hold and down-down: up-down is their difference and would make the covariance singular but for the clock's noise. */
export function withoutUpDown(column: number): boolean {
  return column % 3 !== 2;
}
