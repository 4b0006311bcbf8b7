import type { EditEvent, InputEvent } from "@habitus/core/collector";

/** The circumstances of a change of a field. */
export interface Change {
  /** Input Events Level 2 (2023), 4.1.2; "" where the browser gives none. */
  readonly inputType: string;
  /** A field for text, where the person's own changes always have a type. */
  readonly isText: boolean;
  /** The browser shows the field as filled by itself. */
  readonly isFilled: boolean;
  /** No press of a key or pointer came shortly before. */
  readonly isUnprompted: boolean;
  /** The last key came from a soft keyboard. */
  readonly isSoft: boolean;
}

export type Told =
  | { readonly kind: "edit"; readonly what: EditEvent["what"] }
  | { readonly kind: "input"; readonly what: InputEvent["what"] };

/** Returns what a change of a field tells, if it tells anything that keys and the clipboard did not. */
export function classifyInput({ inputType, isText, isFilled, isUnprompted, isSoft }: Change): Told | undefined {
  if (inputType === "historyUndo") return { kind: "edit", what: "undo" };
  if (inputType === "historyRedo") return { kind: "edit", what: "redo" };
  const isWhole = inputType === "" || inputType === "insertReplacementText";
  if (isText && isWhole && (isFilled || isUnprompted)) return { kind: "edit", what: "autofill" };
  if (inputType === "" || inputType.startsWith("insertFrom") || inputType === "deleteByCut") return undefined;
  if (!isSoft && !isUnprompted) return undefined;
  return { kind: "input", what: whatOf(inputType) };
}

function whatOf(inputType: string): InputEvent["what"] {
  if (inputType === "insertText" || inputType === "insertCompositionText") return "insert";
  if (inputType === "insertReplacementText") return "replace";
  if (inputType === "insertLineBreak" || inputType === "insertParagraph") return "newline";
  return inputType.startsWith("delete") ? "delete" : "other";
}
