import { expect, test } from "vitest";
import { type Change, classifyInput } from "./classify-input.ts";

const typed: Change = { inputType: "insertText", isText: true, isFilled: false, isUnprompted: false, isSoft: false };

test("a change that a key explains tells nothing", () => {
  for (const inputType of ["insertText", "deleteContentBackward", "insertLineBreak", "insertCompositionText"])
    expect(classifyInput({ ...typed, inputType })).toBeUndefined();
});

test("a field that the browser fills is a fact, whether it says so or no act came before", () => {
  const autofill = { kind: "edit", what: "autofill" };
  for (const inputType of ["", "insertReplacementText"]) {
    expect(classifyInput({ ...typed, inputType, isFilled: true })).toEqual(autofill);
    expect(classifyInput({ ...typed, inputType, isUnprompted: true })).toEqual(autofill);
    expect(classifyInput({ ...typed, inputType })).toBeUndefined();
  }
});

test("typing into a field that was filled before is not autofill", () => {
  expect(classifyInput({ ...typed, isFilled: true })).toBeUndefined();
  expect(classifyInput({ ...typed, isFilled: true, isSoft: true })).toEqual({ kind: "input", what: "insert" });
});

test("a check box, a slider or a menu that changes is not autofill", () => {
  expect(classifyInput({ ...typed, inputType: "", isText: false, isUnprompted: true })).toBeUndefined();
});

test("a soft keyboard's changes are told by their kind", () => {
  const whats = {
    insertText: "insert",
    insertCompositionText: "insert",
    insertReplacementText: "replace",
    insertLineBreak: "newline",
    insertParagraph: "newline",
    deleteContentBackward: "delete",
    deleteWordBackward: "delete",
    formatBold: "other",
  };
  for (const [inputType, what] of Object.entries(whats))
    expect(classifyInput({ ...typed, inputType, isSoft: true })).toEqual({ kind: "input", what });
});

test("what the clipboard tells is not told a second time", () => {
  for (const inputType of ["insertFromPaste", "insertFromDrop", "deleteByCut"])
    expect(classifyInput({ ...typed, inputType, isSoft: true, isUnprompted: true })).toBeUndefined();
});

test("undo and redo are facts", () => {
  expect(classifyInput({ ...typed, inputType: "historyUndo" })).toEqual({ kind: "edit", what: "undo" });
  expect(classifyInput({ ...typed, inputType: "historyRedo" })).toEqual({ kind: "edit", what: "redo" });
});
