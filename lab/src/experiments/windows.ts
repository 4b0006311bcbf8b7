import { BASELINE_WINDOWS, type WindowOptions } from "@habitus/core";

/** A whole phrase is one window. */
export const PHRASE_WINDOWS: WindowOptions = { ...BASELINE_WINDOWS };

/** Sentences of 50 keystrokes: several windows each, so that five sentences are enough to enrol. */
export const SENTENCE_WINDOWS: WindowOptions = { ...BASELINE_WINDOWS, keystrokes: 20, keystrokeStride: 4 };

/** A single sentence of 50 keystrokes has 31 such windows; fewer would not be enough to enrol. */
export const SINGLE_SENTENCE_WINDOWS: WindowOptions = { ...SENTENCE_WINDOWS, keystrokeStride: 1 };

/** The tutorial's windows. */
export const PRINTED_WINDOWS: WindowOptions = BASELINE_WINDOWS;

/** Probes of 128 events hold about 100 moves; a stroke has fewer and is one window. */
export const SHORT_POINTER_WINDOWS: WindowOptions = { ...BASELINE_WINDOWS, pointerEvents: 64, pointerStride: 16 };
