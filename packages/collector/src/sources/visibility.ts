import type { Scope } from "../scope.ts";

/** Observes that the page is hidden or shown again, and has what was captured sent before it may be gone. */
export function observeVisibility({ on, emit, at, leave }: Scope): void {
  on(
    "visibilitychange",
    ({ timeStamp }) => {
      const { visibilityState } = document;
      emit({ kind: "visibility", at: at(timeStamp), state: visibilityState === "hidden" ? "hidden" : "visible" });
      if (visibilityState === "hidden") leave();
    },
    document,
  );
}
