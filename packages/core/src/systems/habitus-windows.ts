import type { WindowOptions } from "./window-segmenter.ts";

/** Windows of 50 keystrokes, 25 of them new each time, and of 128 moves of a mouse, which are two or three strokes, all of them new. */
export const HABITUS_WINDOWS: WindowOptions = {
  keystrokes: 50,
  keystrokeStride: 25,
  pointerEvents: 128,
  pointerStride: 128,
};
