import { classifyInput } from "../classify-input.ts";
import type { Scope } from "../scope.ts";

const PROMPT_MS = 500;
/** Fields that a person changes without typing. */
const NO_TEXT = /^(checkbox|radio|range|color|file|number|date|time|month|week|datetime-local)$/;

/** Observes changes of fields that no key explains: soft keyboards, forms filled by the browser, undo and redo. */
export function observeInputs({ on, emit, activity }: Scope): void {
  on("input", (event) => {
    const [field] = event.composedPath();
    if (!(field instanceof Element)) return;
    const fact = classifyInput({
      inputType: (event as Partial<InputEvent>).inputType ?? "", // some controls send a bare Event of this name
      isText: field.localName !== "select" && !NO_TEXT.test(field.getAttribute("type") ?? ""),
      isFilled: isFilled(field),
      isUnprompted: event.timeStamp - activity.actedAt > PROMPT_MS,
      isSoft: activity.soft,
    });
    if (fact) emit(event, fact);
  });
}

function isFilled(field: Element): boolean {
  try {
    return field.matches(":autofill");
  } catch {
    return false; // a browser that does not know the pseudo-class
  }
}
