import { CoreError } from "../error.ts";
import { failure, keystrokeWindow, pointerWindow, type Window } from "../events/close-window.ts";
import type { Event, PointerEvent } from "../events/event.ts";
import { noteKey, type PendingKeystroke } from "../events/keystrokes.ts";
import type { Segmenter } from "./system.ts";

export interface WindowOptions {
  /** Keystrokes in a keystroke window, and how many of them are new in the next one. */
  readonly keystrokes: number;
  readonly keystrokeStride: number;
  /** Mouse or pen moves in a pointer window, and how many of them are new in the next one. */
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
  keys: PendingKeystroke[];
  /** How many of `keys` were in a window already. */
  carriedKeys: number;
  pointer: PointerEvent[];
  moves: number;
}

const MAX_PAUSE_MS = 5 * 60_000;
const RELEASE_WAIT_MS = 2_000;
const RELEASE_WAIT_PRESSES = 8;

/**
 * Returns a segmenter of sliding windows, each of one modality. A keystroke window closes when its last key has been let
 * go (or 8 more were pressed, or 2 s went by: that release is missing then); a pointer window when it has its moves.
 * Touch never enters a pointer window, and a change between mouse and pen starts a new one. A pause or a hidden page of
 * more than 5 minutes, or a clock that jumps back, discards what is unfinished. Events are taken in the order given:
 * cut into batches any way, a stream gives the same windows.
 */
export function createWindowSegmenter(options: WindowOptions): Segmenter<WindowState> {
  check("keystrokes", options.keystrokes, options.keystrokeStride);
  check("pointerEvents", options.pointerEvents, options.pointerStride);
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
        keys: before.keys.map((key) => ({ ...key })),
        pointer: [...before.pointer],
      };
      const windows: Window[] = [];
      for (const event of events) step(state, event, { options, quantumMs, windows });
      return { state, windows };
    },
  };
}

/** Returns how many keystrokes wait for a window that is not closed yet; those that an earlier window had are not counted. */
export function pendingKeystrokes(state: WindowState): number {
  return Math.max(0, state.keys.length - state.carriedKeys);
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
    keys: [],
    carriedKeys: 0,
    pointer: [],
    moves: 0,
  };
}

interface Work {
  readonly options: WindowOptions;
  readonly quantumMs: number;
  readonly windows: Window[];
}

function step(state: WindowState, event: Event, work: Work): void {
  if (!Number.isFinite(event.at)) throw new RangeError(`event.at must be finite, got ${event.at}`);
  const elapsed = state.lastAt === null ? 0 : event.at - state.lastAt;
  if (elapsed > MAX_PAUSE_MS || elapsed < 0) discard(state, event.at, work);
  state.lastAt = event.at;
  closeKeystrokes(state, event.at, work); // two seconds may have gone by
  switch (event.kind) {
    case "key":
      if (state.composing && event.phase !== "up") {
        if (event.phase === "down") state.composedAt ??= event.at;
        return;
      }
      if (event.phase === "down" && paused(state.keys.at(-1)?.pressAt, event.at)) discardKeys(state, event.at, work);
      if (noteKey(state.keys, event)) state.typed += 1;
      closeKeystrokes(state, event.at, work);
      return;
    case "pointer":
      if (event.pointer !== "touch") notePointer(state, event, work);
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
      return;
  }
}

function closeKeystrokes(state: WindowState, now: number, { options, quantumMs, windows }: Work): void {
  while (state.keys.length >= options.keystrokes) {
    const keys = state.keys.slice(0, options.keystrokes);
    const last = keys[keys.length - 1];
    const settled =
      state.keys.length >= options.keystrokes + RELEASE_WAIT_PRESSES ||
      (last !== undefined && now - last.pressAt >= RELEASE_WAIT_MS) ||
      keys.every((key) => key.releaseAt !== null);
    if (!settled) return;
    windows.push(keystrokeWindow(keys, quantumMs));
    state.keys.splice(0, options.keystrokeStride);
    state.carriedKeys = options.keystrokes - options.keystrokeStride;
  }
}

function notePointer(state: WindowState, event: PointerEvent, { options, quantumMs, windows }: Work): void {
  if (!Number.isFinite(event.x) || !Number.isFinite(event.y))
    throw new RangeError(`a pointer's place must be finite, got ${event.x}, ${event.y}`);
  const last = state.pointer.at(-1);
  if (last !== undefined && (last.pointer !== event.pointer || paused(last.at, event.at))) clearPointer(state);
  state.pointer.push(event);
  if (event.phase === "move") state.moves += 1;
  // Clicks without moves are no strokes, and the state must stay bounded.
  else if (state.pointer.length > 4 * options.pointerEvents) clearPointer(state);
  if (state.moves < options.pointerEvents) return;
  windows.push(pointerWindow(state.pointer, quantumMs));
  dropMoves(state, options.pointerStride);
}

function dropMoves(state: WindowState, count: number): void {
  let dropped = 0;
  let end = 0;
  while (dropped < count && end < state.pointer.length) if (state.pointer[end++]?.phase === "move") dropped += 1;
  state.pointer.splice(0, end);
  state.moves -= dropped;
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

function discard(state: WindowState, at: number, work: Work): void {
  discardKeys(state, state.lastAt ?? at, work);
  endPage(state, state.lastAt ?? at, work);
  clearPointer(state);
  state.composing = false;
}

function discardKeys(state: WindowState, at: number, { windows }: Work): void {
  const first = state.keys[state.carriedKeys];
  if (first !== undefined) windows.push(failure("tooFewEvents", first.pressAt, Math.max(first.pressAt, at)));
  state.keys = [];
  state.carriedKeys = 0;
}

function paused(before: number | undefined, at: number): boolean {
  return before !== undefined && at - before > MAX_PAUSE_MS;
}

function clearPointer(state: WindowState): void {
  state.pointer = [];
  state.moves = 0;
}

function check(label: string, size: number, stride: number): void {
  if (!Number.isInteger(size) || size < 2)
    throw new RangeError(`${label} must be an integer of at least 2, got ${size}`);
  if (!Number.isInteger(stride) || stride < 1 || stride > size)
    throw new RangeError(`the stride of ${label} must be an integer from 1 to ${size}, got ${stride}`);
}
