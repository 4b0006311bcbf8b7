import { COMPOSITION_PHASES } from "@habitus/core/collector";
import type { Scope } from "../scope.ts";

/** Observes that an input method composes, between start and end. */
export function observeCompositions({ on, emit }: Scope): void {
  for (const phase of COMPOSITION_PHASES)
    on(`composition${phase}`, (event) => emit(event, { kind: "composition", phase }));
}
