import type { PointerEvent, WheelEvent } from "../../../events/event.ts";
import type { Sample } from "../../../events/segment.ts";
import type { Extractor, FeatureSet } from "../../extractor.ts";
import { cutStrokes } from "./cut-strokes.ts";
import { strokeSums, totalSums } from "./window-sums.ts";
import { WINDOW_VECTOR, windowVector } from "./window-vector.ts";

export const STROKES_EXTRACTOR = "strokes@1";
/** A hundredth of a millisecond: finer differences are those of adding up instants of 13 digits. */
const TIME_STEP_MS = 0.01;
/** A pointer that is put somewhere more often than this, per event, is moved by no hand; of recorded windows none comes near. */
const MOST_JUMPS = 0.05;

/**
 * How somebody moves a mouse: the strokes of a window, summed up. The size of a window, `pointerEvents`, is the number of moves
 * that are part of strokes. Without strokes, and for a pen or a finger, which move otherwise, every value is missing and
 * the size 0, as for a pointer that jumps about: a window of one kind of pointer is never judged by a model of another.
 */
export const strokesExtractor: Extractor = {
  name: "strokes",
  version: 1,
  featureNames: WINDOW_VECTOR,
  extract(sample: Sample): FeatureSet {
    const { startedAt, endedAt } = sample;
    const { sums, moves } = sumWindow(sample);
    const values = moves === 0 ? new Float64Array(WINDOW_VECTOR.length).fill(Number.NaN) : windowVector(sums);
    return {
      kind: "featureSet",
      extractor: STROKES_EXTRACTOR,
      values,
      startedAt,
      endedAt,
      keystrokes: 0,
      pointerEvents: moves,
    };
  },
};

function sumWindow({ pointer, wheel, startedAt }: Sample): { readonly sums: Float64Array; readonly moves: number } {
  const since = <E extends PointerEvent | WheelEvent>(event: E): E => ({
    ...event,
    at: Math.round((event.at - startedAt) / TIME_STEP_MS) * TIME_STEP_MS,
  });
  const events: (PointerEvent | WheelEvent)[] = pointer.map(since);
  if (wheel.length > 0) events.push(...wheel.map(since));
  if (wheel.length > 0) events.sort((a, b) => a.at - b.at);
  let moves = 0;
  const { strokes, flaws } = cutStrokes(events);
  if (flaws.teleport > MOST_JUMPS * pointer.length) return { sums: totalSums([]), moves };
  const parts = strokes.flatMap((stroke) => {
    const sums = stroke.pointer === "mouse" ? strokeSums(stroke) : undefined;
    if (sums === undefined) return [];
    moves += stroke.at.length;
    return [sums];
  });
  return { sums: totalSums(parts), moves };
}
