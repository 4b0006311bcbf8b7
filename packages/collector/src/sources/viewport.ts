import { VIEWPORT_CLASSES } from "@habitus/core/collector";
import type { Scope } from "../scope.ts";

/** Widths (CSS pixels) from which on a viewport is a tablet's, a laptop's, a desktop's. */
const STEPS = [600, 1024, 1600];

/** Observes the class of the viewport, once and whenever it changes. */
export function observeViewport({ on, emit }: Scope): void {
  let known = "";
  const look = (told: Pick<Event, "timeStamp">): void => {
    const size = VIEWPORT_CLASSES[STEPS.filter((step) => step <= innerWidth).length] ?? "desktop";
    const pixelRatio = Math.round(devicePixelRatio * 4) / 4;
    if (known === size + pixelRatio) return;
    known = size + pixelRatio;
    emit(told, { kind: "viewport", size, pixelRatio });
  };
  look({ timeStamp: performance.now() });
  on("resize", look, window);
}
