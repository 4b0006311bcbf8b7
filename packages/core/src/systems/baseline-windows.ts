import type { WindowOptions } from "./window-segmenter.ts";

/** Windows of 50 keystrokes, 10 of them new each time, and of 200 pointer moves, 100 of them new. */
export const BASELINE_WINDOWS: WindowOptions = {
  keystrokes: 50,
  keystrokeStride: 10,
  pointerEvents: 200,
  pointerStride: 100,
};
