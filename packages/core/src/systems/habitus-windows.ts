import type { WindowOptions } from "./window-segmenter.ts";

/** Windows of 50 keystrokes, 25 of them new each time. Pointing is not judged by the system `habitus`. */
export const HABITUS_WINDOWS: WindowOptions = {
  keystrokes: 50,
  keystrokeStride: 25,
  pointerEvents: 0,
  pointerStride: 0,
};
