import type { Keystroke } from "../../events/segment.ts";
import { moments } from "../../math/stats.ts";

export const KEYSTROKE_TUTORIAL_FEATURES = [
  "iki_mean",
  "iki_std",
  "hold_mean",
  "hold_std",
  "typing_speed",
  "keystroke_count",
] as const;

/**
 * Writes the tutorial's six keystroke features to `into` from index `offset` on: mean and standard deviation of the inter-key
 * interval (press to press, ms) and of the hold (press to release, ms), typing speed (keystrokes per second from the first
 * press to the last release), count. Standard deviations are of the population (ddof 0). What cannot be computed is NaN:
 * all six without keystrokes, the holds when no release was seen, the speed when no time went by.
 */
export function keystrokeTutorial(keystrokes: readonly Keystroke[], into: Float64Array, offset: number): void {
  into.fill(Number.NaN, offset, offset + KEYSTROKE_TUTORIAL_FEATURES.length);
  const first = keystrokes[0];
  if (first === undefined) return;
  const intervals: number[] = [];
  const holds: number[] = [];
  let before: number | undefined;
  let end = first.pressAt;
  for (const { pressAt, releaseAt } of keystrokes) {
    if (before !== undefined) intervals.push(pressAt - before);
    if (releaseAt !== undefined) holds.push(releaseAt - pressAt);
    before = pressAt;
    end = Math.max(end, releaseAt ?? pressAt);
  }
  const interval = moments(intervals);
  const hold = moments(holds);
  into[offset] = interval.mean;
  into[offset + 1] = interval.std;
  into[offset + 2] = hold.mean;
  into[offset + 3] = hold.std;
  into[offset + 4] = end > first.pressAt ? (1000 * keystrokes.length) / (end - first.pressAt) : Number.NaN;
  into[offset + 5] = keystrokes.length;
}
