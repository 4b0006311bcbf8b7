import type { Scope } from "../scope.ts";

/** Observes that the page is hidden or shown again, and has what was captured sent before it may be gone. */
export function observeVisibility({ on, emit, leave, comeBack }: Scope): void {
  on(
    "visibilitychange",
    (event) => {
      const { visibilityState: state } = document;
      emit(event, { kind: "visibility", state });
      if (state === "hidden") leave();
      else comeBack();
    },
    document,
  );
}
