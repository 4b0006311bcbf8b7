import { CoreError } from "../error.ts";
import { failure, keystrokeWindow, pointerWindow, type Window } from "../events/close-window.ts";
import type { Event, PointerEvent } from "../events/event.ts";
import {
  allReleased,
  dropKeystrokes,
  keystrokeCount,
  noKeystrokes,
  noteKey,
  type PendingKeystrokes,
  pressedAt,
  toKeystrokes,
} from "../events/keystrokes.ts";
import { appendPointer, emptyTrail, type PointerTrail, packTrail, unpackTrail } from "../events/pointer-trail.ts";
import type { Segmenter } from "./system.ts";

export interface WindowOptions {
  /** Keystrokes in a keystroke window, and how many of them are new in the next one. */
  readonly keystrokes: number;
  readonly keystrokeStride: number;
  /** Mouse or pen moves in a pointer window, 0 for none, and how many of them are new in the next one. */
  readonly pointerEvents: number;
  readonly pointerStride: number;
}

/** What lies unfinished between two batches. Plain data. */
export interface WindowState {
  readonly kind: "windows";
  readonly version: 1;
  lastAt: number | null;
  hiddenAt: number | null;
  composing: boolean;
  /** Since the last page: keystrokes typed, first autofill, first keystroke that an input method took. */
  typed: number;
  autofillAt: number | null;
  composedAt: number | null;
  keys: PendingKeystrokes;
  /** How many of `keys` were in a window already. */
  carriedKeys: number;
  trail: PointerTrail;
  /** Instant of the newest mouse or pen event, which a closed window does not take away; missing in a state of before it was kept. */
  pointedAt?: number | null;
}

const MAX_PAUSE_MS = 5 * 60_000;
/** Browsers hand out pointer moves by the frame, so that a key pressed meanwhile comes before them. */
const LATE_MS = 1_000;
const RELEASE_WAIT_MS = 2_000;
const RELEASE_WAIT_PRESSES = 8;

/**
 * Returns a segmenter of sliding windows, each of one modality. A keystroke window closes when its last key has been let
 * go (or 8 more were pressed, or 2 s went by: that release is missing then); a pointer window when it has its moves.
 * Touch never enters a pointer window, and a change between mouse and pen starts a new one. A pause or a hidden page of
 * more than 5 minutes, or a clock that jumps back by more than a second, discards what is unfinished; a press or move that comes less
 * late than that, after a newer one of its kind, is passed over. Cut into batches any way, a stream gives the same windows.
 */
export function createWindowSegmenter(options: WindowOptions): Segmenter<WindowState> {
  check("keystrokes", options.keystrokes, options.keystrokeStride);
  if (options.pointerEvents > 0) check("pointerEvents", options.pointerEvents, options.pointerStride);
  return {
    initial,
    push(before, events, quantumMs) {
      if (!(quantumMs > 0 && quantumMs < Number.POSITIVE_INFINITY))
        throw new RangeError(`quantumMs must be a positive number, got ${quantumMs}`);
      if (before?.kind !== "windows" || before.version !== 1)
        throw new CoreError(
          "malformedState",
          "the segmenter's state is not one of windows, version 1: start from initial()",
        );
      const state: WindowState = {
        ...before,
        keys: { ...before.keys, packed: [...before.keys.packed] },
        trail: { ...before.trail, packed: [...before.trail.packed] },
      };
      const windows: Window[] = [];
      const work: Work = { options, quantumMs, windows, lastAt: before.lastAt ?? Number.NaN };
      for (const event of events) step(state, event, work);
      state.lastAt = Number.isNaN(work.lastAt) ? null : work.lastAt;
      return { state, windows };
    },
  };
}

/** Returns how many keystrokes wait for a window that is not closed yet; those that an earlier window had are not counted. */
export function pendingKeystrokes(state: WindowState): number {
  return Math.max(0, keystrokeCount(state.keys) - state.carriedKeys);
}

function initial(): WindowState {
  return {
    kind: "windows",
    version: 1,
    lastAt: null,
    hiddenAt: null,
    composing: false,
    typed: 0,
    autofillAt: null,
    composedAt: null,
    keys: noKeystrokes(0),
    carriedKeys: 0,
    trail: emptyTrail(),
  };
}

interface Work {
  readonly options: WindowOptions;
  readonly quantumMs: number;
  readonly windows: Window[];
  /** Instant of the event before; NaN before the first. */
  lastAt: number;
}

function step(state: WindowState, event: Event, work: Work): void {
  if (!Number.isFinite(event.at)) throw new RangeError(`event.at must be finite, got ${event.at}`);
  const elapsed = event.at - work.lastAt;
  const jumped = elapsed > MAX_PAUSE_MS || elapsed < -LATE_MS;
  if (jumped) discard(state, event.at, work);
  work.lastAt = elapsed < 0 && !jumped ? work.lastAt : event.at;
  note(state, event, work);
  closeKeystrokes(state, event.at, work); // with any event: two seconds may have gone by
}

function note(state: WindowState, event: Event, work: Work): void {
  switch (event.kind) {
    case "key":
      if (event.phase === "down") {
        if (state.composing) {
          state.composedAt ??= event.at;
          return;
        }
        const before = pressedAt(state.keys, keystrokeCount(state.keys) - 1);
        if (Number.isNaN(before)) state.keys = noKeystrokes(event.at);
        else if (toTenth(event.at) < before) return;
        else if (event.at - before > MAX_PAUSE_MS) discardKeys(state, event.at, event.at, work);
      }
      if (noteKey(state.keys, event)) state.typed += 1;
      return;
    case "pointer":
      if (event.pointer !== "touch" && work.options.pointerEvents > 0) notePointer(state, event, work);
      return;
    case "composition":
      state.composing = event.phase === "start";
      return;
    case "edit":
      if (event.what === "autofill") state.autofillAt ??= event.at;
      return;
    case "visibility":
      if (event.state === "hidden") state.hiddenAt ??= event.at;
      else {
        if (state.hiddenAt !== null && event.at - state.hiddenAt > MAX_PAUSE_MS) discard(state, event.at, work);
        state.hiddenAt = null;
      }
      return;
    case "page":
      endPage(state, event.at, work);
      return;
    case "wheel":
    case "focus":
    case "input":
    case "viewport":
    case "phrase":
      return;
  }
}

function closeKeystrokes(state: WindowState, now: number, { options, quantumMs, windows }: Work): void {
  const { keystrokes: size, keystrokeStride: stride } = options;
  while (keystrokeCount(state.keys) >= size) {
    const lastPressAt = pressedAt(state.keys, size - 1);
    const settled =
      keystrokeCount(state.keys) >= size + RELEASE_WAIT_PRESSES ||
      now - lastPressAt >= RELEASE_WAIT_MS ||
      allReleased(state.keys, size);
    if (!settled) return;
    windows.push(keystrokeWindow(toKeystrokes(state.keys, size), quantumMs));
    dropKeystrokes(state.keys, stride);
    state.carriedKeys = size - stride;
  }
}

function notePointer(state: WindowState, event: PointerEvent, { options, quantumMs, windows }: Work): void {
  if (!Number.isFinite(event.x) || !Number.isFinite(event.y))
    throw new RangeError(`a pointer's place must be finite, got ${event.x}, ${event.y}`);
  const { last } = state.trail;
  const pointedAt = state.pointedAt ?? last?.at;
  if (pointedAt !== undefined && toTenth(event.at) < toTenth(pointedAt)) return;
  state.pointedAt = event.at;
  if (last !== null && (last.pointer !== event.pointer || event.at - last.at > MAX_PAUSE_MS))
    state.trail = emptyTrail();
  appendPointer(state.trail, event);
  // Clicks without moves are no strokes, and the state must stay bounded.
  if (state.trail.events > 4 * options.pointerEvents) state.trail = emptyTrail();
  if (state.trail.moves < options.pointerEvents) return;
  const events = unpackTrail(state.trail);
  windows.push(pointerWindow(events, quantumMs));
  state.trail = packTrail(withoutMoves(events, options.pointerStride));
}

function withoutMoves(events: readonly PointerEvent[], count: number): readonly PointerEvent[] {
  let dropped = 0;
  const from = events.findIndex(({ phase }) => {
    if (dropped === count) return true;
    if (phase === "move") dropped += 1;
    return false;
  });
  return from < 0 ? [] : events.slice(from);
}

/** Only autofill, or only composed text, on this page: said once, when the page is left. */
function endPage(state: WindowState, at: number, { windows }: Work): void {
  if (state.typed === 0) {
    if (state.autofillAt !== null) windows.push(failure("autofillOnly", state.autofillAt, at));
    else if (state.composedAt !== null) windows.push(failure("compositionOnly", state.composedAt, at));
  }
  state.typed = 0;
  state.autofillAt = null;
  state.composedAt = null;
}

function discard(state: WindowState, now: number, work: Work): void {
  const endedAt = Number.isNaN(work.lastAt) ? now : work.lastAt;
  discardKeys(state, endedAt, now, work);
  endPage(state, endedAt, work);
  state.trail = emptyTrail();
  state.pointedAt = null;
  state.composing = false;
}

function discardKeys(state: WindowState, endedAt: number, now: number, { windows }: Work): void {
  const startedAt = pressedAt(state.keys, state.carriedKeys);
  if (!Number.isNaN(startedAt)) windows.push(failure("tooFewEvents", startedAt, Math.max(startedAt, endedAt)));
  state.keys = noKeystrokes(now);
  state.carriedKeys = 0;
}

/** Instants are kept to 0.1 ms and must be compared so. */
function toTenth(at: number): number {
  return Math.round(at * 10) / 10;
}

function check(label: string, size: number, stride: number): void {
  if (!Number.isInteger(size) || size < 2)
    throw new RangeError(`${label} must be an integer of at least 2, got ${size}`);
  if (!Number.isInteger(stride) || stride < 1 || stride > size)
    throw new RangeError(`the stride of ${label} must be an integer from 1 to ${size}, got ${stride}`);
}
