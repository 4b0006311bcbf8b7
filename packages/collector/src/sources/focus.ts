import { FOCUS_PHASES } from "@habitus/core/collector";
import type { Scope } from "../scope.ts";

/** Observes which field has the focus, as a keyed hash of the names that the page's author gave it and its form. */
export function observeFocus({ on, emit, hash }: Scope): void {
  const hashes = new WeakMap<Element, number>();

  const fieldOf = (element: Element): number => {
    const form = element.closest("form");
    const field = hashes.get(element) ?? hash(`${form ? nameOf(form) : ""}/${nameOf(element)}`);
    hashes.set(element, field);
    return field;
  };
  for (const phase of FOCUS_PHASES)
    on(`focus${phase}`, (event) => {
      const [element] = event.composedPath();
      if (element instanceof Element) emit(event, { kind: "focus", phase, field: fieldOf(element) });
    });
}

/** By attribute: a field called "name" or "id" hides the property of its form. */
function nameOf(element: Element): string {
  return element.getAttribute("name") || element.getAttribute("id") || element.localName;
}
