import type { Scope } from "../scope.ts";

/** Observes that an input method composes, between start and end. */
export function observeCompositions({ on, emit }: Scope): void {
  on("compositionstart", (event) => emit(event, { kind: "composition", phase: "start" }));
  on("compositionend", (event) => emit(event, { kind: "composition", phase: "end" }));
}
