import type { KeyZone } from "./key-zone.ts";

/**
 * The first waist: all that is captured becomes an `Event`, and nothing after it knows the DOM.
 * An event cannot hold content: a key is a zone, a page or a field is a keyed 32-bit hash, an edit is a fact.
 *
 * `at` is an instant in epoch milliseconds (fractions kept to 0.1 ms) taken from a monotonic clock:
 * differences inside one stream are durations.
 */
export type Event =
  | KeyEvent
  | PointerEvent
  | WheelEvent
  | FocusEvent
  | VisibilityEvent
  | PageEvent
  | EditEvent
  | CompositionEvent
  | InputEvent
  | ViewportEvent
  | PhraseEvent;

export const EVENT_KINDS = [
  "key",
  "pointer",
  "wheel",
  "focus",
  "visibility",
  "page",
  "edit",
  "composition",
  "input",
  "viewport",
  "phrase",
] as const satisfies readonly Event["kind"][];

export const KEY_PHASES = ["down", "up", "repeat"] as const;
export interface KeyEvent {
  readonly kind: "key";
  readonly at: number;
  readonly phase: (typeof KEY_PHASES)[number];
  readonly zone: KeyZone;
  /** Pairs a release with its press: counts presses of this stream from 0 and says nothing about which key it was. */
  readonly press: number;
  /** Control, Alt or Meta was held: a command, not typing. */
  readonly shortcut: boolean;
}

export const POINTER_PHASES = ["move", "down", "up", "cancel"] as const;
export const POINTER_TYPES = ["mouse", "pen", "touch"] as const;
export type PointerType = (typeof POINTER_TYPES)[number];
export interface PointerEvent {
  readonly kind: "pointer";
  readonly at: number;
  readonly phase: (typeof POINTER_PHASES)[number];
  readonly pointer: PointerType;
  /** Distinguishes fingers that touch at the same time: 0, 1, 2, ... */
  readonly contact: number;
  /** CSS pixels in the viewport, 0.1 px. */
  readonly x: number;
  readonly y: number;
  /** 0 primary, 1 middle, 2 secondary, 3 and 4 the side buttons; -1 when the event is no change of a button. */
  readonly button: number;
  /** Bit set of the buttons held, as `MouseEvent.buttons`; 0 for a hovering move. */
  readonly buttons: number;
  /** 0 to 1; 0 where the device gives none. */
  readonly pressure: number;
  /** Contact size in CSS pixels, the larger of width and height; 0 where the device gives none. */
  readonly size: number;
}

export const WHEEL_UNITS = ["pixel", "line", "page"] as const;
export interface WheelEvent {
  readonly kind: "wheel";
  readonly at: number;
  readonly dx: number;
  readonly dy: number;
  readonly unit: (typeof WHEEL_UNITS)[number];
}

export const FOCUS_PHASES = ["in", "out"] as const;
export interface FocusEvent {
  readonly kind: "focus";
  readonly at: number;
  readonly phase: (typeof FOCUS_PHASES)[number];
  /** Keyed hash of the field, an unsigned 32-bit integer. */
  readonly field: number;
}

export const VISIBILITY_STATES = ["visible", "hidden"] as const;
export interface VisibilityEvent {
  readonly kind: "visibility";
  readonly at: number;
  readonly state: (typeof VISIBILITY_STATES)[number];
}

export interface PageEvent {
  readonly kind: "page";
  readonly at: number;
  /** Keyed hash of the page's path, an unsigned 32-bit integer. */
  readonly page: number;
}

export const EDITS = ["paste", "cut", "copy", "drop", "autofill", "undo", "redo"] as const;
export interface EditEvent {
  readonly kind: "edit";
  readonly at: number;
  readonly what: (typeof EDITS)[number];
}

export const COMPOSITION_PHASES = ["start", "end"] as const;
/** An input method (IME) is composing between `start` and `end`: key timings there are not typing of this layout. */
export interface CompositionEvent {
  readonly kind: "composition";
  readonly at: number;
  readonly phase: (typeof COMPOSITION_PHASES)[number];
}

export const INPUTS = ["insert", "delete", "newline", "replace", "other"] as const;
/** A change of a field by a soft keyboard, where `code` is empty: the kind of change, never the text. */
export interface InputEvent {
  readonly kind: "input";
  readonly at: number;
  readonly what: (typeof INPUTS)[number];
}

export const VIEWPORT_CLASSES = ["phone", "tablet", "laptop", "desktop"] as const;
export interface ViewportEvent {
  readonly kind: "viewport";
  readonly at: number;
  readonly size: (typeof VIEWPORT_CLASSES)[number];
  /** Device pixels per CSS pixel, rounded to quarters. */
  readonly pixelRatio: number;
}

/**
 * The press at this instant, whose event comes next, goes into a field that the page has opened to comparison
 * (`data-habitus-phrase`). Of its keys not even regions are told: all that write something are `space`.
 */
export interface PhraseEvent {
  readonly kind: "phrase";
  readonly at: number;
  /** Keyed hash of the name that the page gave the phrase, an unsigned 32-bit integer. */
  readonly field: number;
}
