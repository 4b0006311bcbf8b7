import type { Scope } from "../scope.ts";

/** Observes that the page is hidden or shown again, and has what was captured sent before it may be gone. */
export function observeVisibility({ on, emit, leave }: Scope): void {
  const look = (event: Event): void => {
    const state = document.visibilityState === "hidden" ? "hidden" : "visible";
    emit(event, { kind: "visibility", state });
    if (state === "hidden") leave();
  };
  on("visibilitychange", look, document);
}
