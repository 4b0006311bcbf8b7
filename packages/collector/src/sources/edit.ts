import type { EditEvent } from "@habitus/core/collector";
import type { Scope } from "../scope.ts";

const FACTS = ["paste", "cut", "copy", "drop"] as const satisfies readonly EditEvent["what"][];

/** Observes that something was pasted, cut, copied or dropped, never what. Undo, redo and filled fields come with the inputs. */
export function observeEdits({ on, emit }: Scope): void {
  for (const what of FACTS) on(what, (event) => emit(event, { kind: "edit", what }));
}
