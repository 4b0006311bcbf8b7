import type { Scope } from "../scope.ts";

/** Observes that an input method composes, between start and end. */
export function observeCompositions({ on, emit, at }: Scope): void {
  on("compositionstart", ({ timeStamp }) => emit({ kind: "composition", at: at(timeStamp), phase: "start" }));
  on("compositionend", ({ timeStamp }) => emit({ kind: "composition", at: at(timeStamp), phase: "end" }));
}
