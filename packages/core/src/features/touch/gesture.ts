/** One finger on the screen from its coming down to its going. Times are epoch milliseconds, places CSS pixels. */
export interface Gesture {
  readonly kind: "tap" | "swipe";
  readonly at: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Mean over what the screen told; 0 where it tells none. */
  readonly pressure: number;
  readonly sizePx: number;
  /** Since the gesture before; 0 for the first. */
  readonly pauseBeforeMs: number;
}
