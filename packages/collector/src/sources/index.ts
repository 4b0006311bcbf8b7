import type { Source } from "../scope.ts";
import { observeCompositions } from "./composition.ts";
import { observeEdits } from "./edit.ts";
import { observeFocus } from "./focus.ts";
import { observeInputs } from "./input.ts";
import { observeKeyboard } from "./keyboard.ts";
import { observePages } from "./page.ts";
import { observePointers } from "./pointer.ts";
import { observeViewport } from "./viewport.ts";
import { observeVisibility } from "./visibility.ts";
import { observeWheel } from "./wheel.ts";

/** All that is observed: one family of listeners per file. */
export const SOURCES: readonly Source[] = [
  observeViewport,
  observePages,
  observeKeyboard,
  observePointers,
  observeWheel,
  observeFocus,
  observeEdits,
  observeCompositions,
  observeInputs,
  observeVisibility,
];
