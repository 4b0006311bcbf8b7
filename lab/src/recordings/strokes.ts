import type { PointerTrack } from "./recording.ts";

/** Where a stroke lies in its track: events `from` to `to` (exclusive). */
export interface StrokeSpan {
  readonly from: number;
  readonly to: number;
  /** From the last move before it, so that the pause is seen, to the next move: the buttons and the wheel that ended it are in it. */
  readonly since: number;
  readonly until: number;
}

const MAX_GAP_MS = 400;
const MIN_POINTS = 4;
const MIN_PATH_PX = 5;

/**
 * Returns the strokes of a track: runs of moves that end at a change of a button, at the wheel, or where the next move is more
 * than 400 ms away. A run needs 4 moves and 5 px. Used only to count out probes: a system cuts its own windows.
 */
export function strokes({ at, x, y, phase }: PointerTrack): StrokeSpan[] {
  const spans: StrokeSpan[] = [];
  let from = 0;
  let path = 0;
  const close = (to: number): void => {
    if (to - from >= MIN_POINTS && path >= MIN_PATH_PX) {
      let since = from - 1;
      while (since >= 0 && phase[since] !== 0) since -= 1;
      let until = to;
      while (until < at.length && phase[until] !== 0) until += 1;
      spans.push({ from, to, since: Math.max(0, since), until });
    }
    path = 0;
  };
  for (let i = 0; i < at.length; i += 1) {
    if (phase[i] !== 0) {
      close(i);
      from = i + 1;
      continue;
    }
    if (i > from && (at[i] ?? 0) - (at[i - 1] ?? 0) > MAX_GAP_MS) {
      close(i);
      from = i;
    }
    if (i > from) path += Math.hypot((x[i] ?? 0) - (x[i - 1] ?? 0), (y[i] ?? 0) - (y[i - 1] ?? 0));
  }
  close(at.length);
  return spans;
}
