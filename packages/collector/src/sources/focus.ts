import { FOCUS_PHASES } from "@habitus/core/collector";
import type { Scope } from "../scope.ts";
import { elementOf } from "./element-of.ts";

/** Observes which field has the focus, as a keyed hash of the names that the page's author gave it and its form. */
export function observeFocus({ on, emit, hash }: Scope): void {
  const fieldOf = (element: Element): number => {
    const form = element.closest("form");
    return hash(`${form ? nameOf(form) : ""}/${nameOf(element)}`);
  };
  for (const phase of FOCUS_PHASES)
    on(`focus${phase}`, (event) => {
      const element = elementOf(event);
      if (element) emit(event, { kind: "focus", phase, field: fieldOf(element) });
    });
}

/** By attribute: a field called "name" or "id" hides the property of its form. */
function nameOf(element: Element): string {
  return element.getAttribute("name") || element.getAttribute("id") || element.localName;
}
