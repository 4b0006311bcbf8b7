import type { PointerEvent } from "../../events/event.ts";
import { moments } from "../../math/stats.ts";

export const POINTER_TUTORIAL_FEATURES = [
  "mouse_distance_mean",
  "mouse_distance_std",
  "mouse_speed_mean",
  "mouse_speed_std",
  "mouse_total_distance",
  "mouse_event_count",
] as const;

/**
 * Writes the tutorial's six mouse features to `into` from index `offset` on: mean and standard deviation of the step
 * distance (px, between successive moves) and of the step speed (px per second), total distance (px), number of moves.
 * Standard deviations are of the population (ddof 0). Steps in which no time went by have a distance but no speed: with a
 * division by zero one such step would make the mean infinite. What cannot be computed is NaN: all six without moves.
 * Button presses are no moves and are passed over.
 */
export function pointerTutorial(pointer: readonly PointerEvent[], into: Float64Array, offset: number): void {
  into.fill(Number.NaN, offset, offset + POINTER_TUTORIAL_FEATURES.length);
  const distances: number[] = [];
  const speeds: number[] = [];
  let before: PointerEvent | undefined;
  let total = 0;
  let moves = 0;
  for (const move of pointer) {
    if (move.phase !== "move") continue;
    moves += 1;
    if (before !== undefined) {
      const distance = Math.hypot(move.x - before.x, move.y - before.y);
      const elapsed = move.at - before.at;
      distances.push(distance);
      total += distance;
      if (elapsed > 0) speeds.push((1000 * distance) / elapsed);
    }
    before = move;
  }
  if (moves === 0) return;
  const distance = moments(distances);
  const speed = moments(speeds);
  into[offset] = distance.mean;
  into[offset + 1] = distance.std;
  into[offset + 2] = speed.mean;
  into[offset + 3] = speed.std;
  into[offset + 4] = total;
  into[offset + 5] = moves;
}
