import type { ViewportEvent } from "@habitus/core/collector";
import type { Scope } from "../scope.ts";

/** Observes the class of the viewport, once and whenever it changes. */
export function observeViewport({ on, emit }: Scope): void {
  let known = "";
  const look = (told: Pick<Event, "timeStamp">): void => {
    const size = sizeOf(innerWidth);
    const pixelRatio = Math.round(devicePixelRatio * 4) / 4;
    if (known === `${size}${pixelRatio}`) return;
    known = `${size}${pixelRatio}`;
    emit(told, { kind: "viewport", size, pixelRatio });
  };
  look({ timeStamp: performance.now() });
  on("resize", look, window);
}

function sizeOf(widthPx: number): ViewportEvent["size"] {
  if (widthPx < 600) return "phone";
  if (widthPx < 1024) return "tablet";
  return widthPx < 1600 ? "laptop" : "desktop";
}
