import { classifyInput } from "../classify-input.ts";
import type { Scope } from "../scope.ts";
import { elementOf } from "./element-of.ts";

const PROMPT_MS = 500;
/** Types of fields that a person changes by typing alone; a text area has none. */
const TEXT = /^(text|search|url|tel|email|)$/i;
/** A selector list of this kind may name what a browser does not know. */
const FILLED = ":is(:autofill, :-webkit-autofill)";

/** Observes changes of fields that no key explains: soft keyboards, forms filled by the browser, undo and redo. */
export function observeInputs({ on, emit, activity }: Scope): void {
  on("input", (event) => {
    const field = elementOf(event);
    if (!field) return;
    const fact = classifyInput({
      inputType: (event as Partial<InputEvent>).inputType ?? "", // some controls send a bare Event of this name
      isText: field.localName !== "select" && TEXT.test(field.getAttribute("type") ?? ""),
      isFilled: field.matches(FILLED),
      isUnprompted: !(event.timeStamp - activity.actedAt < PROMPT_MS),
      isSoft: activity.soft,
    });
    if (fact) emit(event, fact);
  });
}
