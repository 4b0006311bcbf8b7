import type { StrokeEnds } from "./stroke-features.ts";
import type { Path } from "./trace-path.ts";

/** Further groups of counts: of each stroke one in each of the first three, of each step one in each of the others. */
export const HABIT_GROUPS = [
  { name: "hold", size: 9 },
  { name: "pauseEnd", size: 9 },
  { name: "pauseBefore", size: 9 },
  { name: "stepX", size: 14 },
  { name: "stepY", size: 14 },
] as const;
export const HABITS = 55;

const HOLD = [50, 65, 75, 85, 95, 110, 130, 170];
const PAUSE_END = [15, 40, 70, 100, 150, 220, 320, 500];
const PAUSE_BEFORE = [30, 60, 100, 160, 250, 400, 600, 1000];
const [AT_END, AT_BEFORE, AT_X, AT_Y] = [9, 18, 27, 41];
const LONGEST_STEP = 13;

/**
 * Adds counts to `into` from `offset` on: how long buttons are held, how long the pointer rests before a press and between strokes
 * (milliseconds; only what was seen), and how many whole pixels steps have, which shows how a pointer is geared.
 */
export function addHabits(
  { dx, dy }: Pick<Path, "dx" | "dy">,
  { kind, holdMs, pauseEndMs, pauseBeforeMs }: StrokeEnds,
  { into, offset = 0 }: { readonly into: Float64Array; readonly offset?: number },
): void {
  const add = (index: number): void => {
    into[offset + index] = (into[offset + index] ?? 0) + 1;
  };
  if (kind === "click") {
    if (holdMs > 0) add(binBelow(HOLD, holdMs));
    add(AT_END + binBelow(PAUSE_END, pauseEndMs));
  }
  if (pauseBeforeMs > 0) add(AT_BEFORE + binBelow(PAUSE_BEFORE, pauseBeforeMs));
  for (let i = 0; i < dx.length; i += 1) {
    add(AT_X + Math.floor(Math.min(LONGEST_STEP, Math.abs(dx[i] ?? 0))));
    add(AT_Y + Math.floor(Math.min(LONGEST_STEP, Math.abs(dy[i] ?? 0))));
  }
}

/** Returns the number of edges below the value. */
export function binBelow(edges: readonly number[], value: number): number {
  let i = 0;
  while (i < edges.length && (edges[i] ?? 0) < value) i += 1;
  return i;
}
