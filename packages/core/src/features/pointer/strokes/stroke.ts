import type { PointerType } from "../../../events/event.ts";

export const STROKE_KINDS = ["move", "click", "drag"] as const;
/** `click`: a movement that ended in a press. For a finger every movement is a `drag`. */
export type StrokeKind = (typeof STROKE_KINDS)[number];

/** One uninterrupted movement of one pointer, as it was recorded. Times are epoch milliseconds, places CSS pixels. */
export interface Stroke {
  readonly kind: StrokeKind;
  readonly pointer: PointerType;
  readonly at: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** How long the button was held after a `click`; 0 where the release was not seen or the pointer moved before it. */
  readonly holdMs: number;
  /** Since the movement before; 0 for the first. */
  readonly pauseBeforeMs: number;
  /** From the last movement to the press; 0 where there was none. */
  readonly pauseEndMs: number;
}
