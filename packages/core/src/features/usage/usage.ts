import type {
  EditEvent,
  Event,
  KeyEvent,
  PageEvent,
  PointerEvent,
  VisibilityEvent,
  WheelEvent,
} from "../../events/event.ts";
import { type Counts, countOne } from "./bounded-counts.ts";
import { countPause } from "./pauses.ts";
import { addWheel, continues, scrollDevice, type WheelTurn } from "./scroll-device.ts";

/** How a device was used so far: counts, no instants but the last. Plain JSON, at most some 12 kB, usually under 1 kB. */
export interface UsageState {
  readonly kind: "usage";
  readonly version: 1;
  /** Visits by page: eight hexadecimal digits of the page's keyed hash. At most {@link MOST_PAGES}. */
  readonly pages: Readonly<Counts>;
  /** Page changes by `from>to`. At most {@link MOST_TRANSITIONS}. */
  readonly transitions: Readonly<Counts>;
  /** Events by hour of the week, 0 = Monday 00:00 UTC; hours without events are left out. */
  readonly weekHours: Readonly<Counts>;
  readonly pauses: Readonly<Counts>;
  readonly shortcuts: number;
  readonly pastes: number;
  readonly copies: number;
  readonly autofills: number;
  readonly tabSwitches: number;
  /** Turns of the wheel and swipes; touches that the browser took for scrolling. */
  readonly scroll: { readonly wheel: number; readonly trackpad: number; readonly touch: number };
  /** Pointer events. */
  readonly pointerTypes: { readonly mouse: number; readonly pen: number; readonly touch: number };
  readonly viewports: Readonly<Counts>;
  readonly corrections: number;
  /** Where the next event goes on from. */
  readonly last: { readonly at: number | null; readonly page: string | null; readonly hidden: boolean };
  /** The turn of the wheel that may still go on; not yet in `scroll`. */
  readonly turn: WheelTurn | null;
}

export const MOST_PAGES = 64;
export const MOST_TRANSITIONS = 128;
const HOURS_OF_WEEK = 168;
const HOUR_MS = 3_600_000;
/** 1 January 1970 was a Thursday. */
const EPOCH_HOUR = 72;
const VIEWPORTS = 4;

/** Returns the usage of a device that was not used yet. */
export function emptyUsage(): UsageState {
  return {
    kind: "usage",
    version: 1,
    pages: {},
    transitions: {},
    weekHours: {},
    pauses: {},
    shortcuts: 0,
    pastes: 0,
    copies: 0,
    autofills: 0,
    tabSwitches: 0,
    scroll: { wheel: 0, trackpad: 0, touch: 0 },
    pointerTypes: { mouse: 0, pen: 0, touch: 0 },
    viewports: {},
    corrections: 0,
    last: { at: null, page: null, hidden: false },
    turn: null,
  };
}

/**
 * Returns the usage with these events, which are in time order; the state given is left as it was. Batch by batch gives the
 * same as all at once. Never throws: an event without a finite time is passed over.
 *
 * A pause is 2 s to 30 min without any event on a visible page. A shortcut is a command key (not the modifier alone), a copy
 * a copy or a cut, a correction a press or repeat of backspace or a deletion on a soft keyboard, a tab switch a page
 * that was hidden.
 */
export function addUsage(state: UsageState, events: readonly Event[]): UsageState {
  const draft: Draft = {
    ...state,
    pages: { ...state.pages },
    transitions: { ...state.transitions },
    weekHours: { ...state.weekHours },
    pauses: { ...state.pauses },
    scroll: { ...state.scroll },
    pointerTypes: { ...state.pointerTypes },
    viewports: { ...state.viewports },
    last: { ...state.last },
  };
  for (const event of events) {
    if (!Number.isFinite(event.at)) continue;
    passTime(draft, event.at);
    addEvent(draft, event);
  }
  return draft;
}

/** The copy that one call works on, for speed. */
type Draft = { -readonly [Key in keyof UsageState]: Writable<UsageState[Key]> };
type Writable<Value> = Value extends WheelTurn | null ? Value : { -readonly [Key in keyof Value]: Value[Key] };

function passTime(draft: Draft, at: number): void {
  const { last } = draft;
  const hour = Math.floor(at / HOUR_MS) + EPOCH_HOUR;
  const ofWeek = ((hour % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK;
  countOne(draft.weekHours, String(ofWeek), HOURS_OF_WEEK);
  if (last.at !== null && !last.hidden) countPause(draft.pauses, at - last.at);
  last.at = Math.max(at, last.at ?? at);
}

function addEvent(draft: Draft, event: Event): void {
  switch (event.kind) {
    case "key":
      addKey(draft, event);
      return;
    case "pointer":
      addPointer(draft, event);
      return;
    case "wheel":
      addTurn(draft, event);
      return;
    case "page":
      addPage(draft, event);
      return;
    case "edit":
      addEdit(draft, event);
      return;
    case "visibility":
      addVisibility(draft, event);
      return;
    case "viewport":
      countOne(draft.viewports, event.size, VIEWPORTS);
      return;
    case "input":
      if (event.what === "delete") draft.corrections += 1;
      return;
    case "focus":
    case "composition":
      return;
  }
}

function addKey(draft: Draft, { phase, zone, shortcut }: KeyEvent): void {
  if (phase === "up") return;
  if (!shortcut) {
    if (zone === "backspace") draft.corrections += 1;
    return;
  }
  // Control, Alt and Meta lie in the zone `other` and come before the key that they command.
  const modifier = zone === "other" || zone === "shiftLeft" || zone === "shiftRight";
  if (!modifier && phase === "down") draft.shortcuts += 1;
}

function addPointer(draft: Draft, { pointer, phase }: PointerEvent): void {
  draft.pointerTypes[pointer] += 1;
  // A browser that pans the page itself takes the touch away from it.
  if (pointer === "touch" && phase === "cancel") draft.scroll.touch += 1;
}

function addTurn(draft: Draft, event: WheelEvent): void {
  if (draft.turn !== null && !continues(draft.turn, event)) draft.scroll[scrollDevice(draft.turn)] += 1;
  draft.turn = addWheel(draft.turn, event);
}

function addPage(draft: Draft, event: PageEvent): void {
  const page = (event.page >>> 0).toString(16).padStart(8, "0");
  const { last } = draft;
  countOne(draft.pages, page, MOST_PAGES);
  if (last.page !== null && last.page !== page) countOne(draft.transitions, `${last.page}>${page}`, MOST_TRANSITIONS);
  last.page = page;
}

function addEdit(draft: Draft, { what }: EditEvent): void {
  if (what === "paste") draft.pastes += 1;
  else if (what === "copy" || what === "cut") draft.copies += 1;
  else if (what === "autofill") draft.autofills += 1;
}

function addVisibility(draft: Draft, { state }: VisibilityEvent): void {
  const hidden = state === "hidden";
  if (hidden && !draft.last.hidden) draft.tabSwitches += 1;
  draft.last.hidden = hidden;
}
