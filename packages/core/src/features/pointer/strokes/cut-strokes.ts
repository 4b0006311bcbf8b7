import type { PointerEvent, PointerType, WheelEvent } from "../../../events/event.ts";
import type { Stroke, StrokeKind } from "./stroke.ts";

/** A longer pause ends a stroke. */
export const STROKE_PAUSE_MS = 400;
const FEWEST_POINTS = 4;
/** A stroke is closed at so many points: what has not ended by then is no single movement. */
export const MOST_POINTS = 400;
/** Places beyond are fillers (65535) of remote desktops, not places on a screen. */
const FARTHEST_PX = 9000;
const LOWEST_PX = -50;
/** A jump of more than this, faster than any hand, is the pointer being put somewhere. */
const TELEPORT_PX = 1500;
const TELEPORT_PX_PER_MS = 100;

export const STROKE_FLAWS = ["filler", "notFinite", "backwards", "teleport", "tooShort"] as const;
/** What was left out or put right, by reason. */
export type StrokeFlaws = Readonly<Record<(typeof STROKE_FLAWS)[number], number>>;

/** What is kept between events: plain data. At most one movement is open and one click waits for its release. */
export interface CutterState {
  readonly flaws: Record<(typeof STROKE_FLAWS)[number], number>;
  open: OpenStroke | null;
  /** Ended in a press whose release has not come. */
  click: Stroke | null;
  pressedAt: number | null;
  lastAt: number | null;
  lastEnd: number | null;
}

interface OpenStroke {
  readonly kind: "move" | "drag";
  readonly pointer: PointerType;
  readonly contact: number;
  readonly pauseBeforeMs: number;
  readonly at: number[];
  readonly x: number[];
  readonly y: number[];
}

export function emptyCutter(): CutterState {
  const flaws = { filler: 0, notFinite: 0, backwards: 0, teleport: 0, tooShort: 0 };
  return { flaws, open: null, click: null, pressedAt: null, lastAt: null, lastEnd: null };
}

/**
 * Takes one event in and puts the strokes that it ended into `done`. A stroke is a run of moves of one pointer, all with or all
 * without a button held. It ends at a pause of more than 400 ms, a press, a release, the wheel, a jump, or another pointer.
 * Time never runs backwards here: an earlier event is taken to be of the latest instant seen, and counted.
 */
export function cutEvent(state: CutterState, event: PointerEvent | WheelEvent, done: Stroke[]): void {
  const flaw = flawOf(event);
  if (flaw !== undefined) {
    state.flaws[flaw] += 1;
    return;
  }
  const at = clockOf(state, event.at);
  if (event.kind === "wheel") interrupt(state, done);
  else if (event.phase === "move" && event.button === -1) move(state, { ...event, at }, done);
  else if (event.phase === "down") press(state, at, done);
  else if (event.phase === "up") release(state, at, done);
  else interrupt(state, done);
}

function flawOf(event: PointerEvent | WheelEvent): "notFinite" | "filler" | undefined {
  if (!Number.isFinite(event.at)) return "notFinite";
  if (event.kind === "wheel") return undefined;
  const { x, y } = event;
  if (!Number.isFinite(x) || !Number.isFinite(y)) return "notFinite";
  return x >= FARTHEST_PX || y >= FARTHEST_PX || x < LOWEST_PX || y < LOWEST_PX ? "filler" : undefined;
}

/** Ends what is open: the stream is over. */
export function flushCutter(state: CutterState, done: Stroke[]): void {
  interrupt(state, done);
  emitClick(state, 0, done);
}

/** Returns all strokes of a list of events, in the order they ended. */
export function cutStrokes(events: Iterable<PointerEvent | WheelEvent>): { strokes: Stroke[]; flaws: StrokeFlaws } {
  const state = emptyCutter();
  const strokes: Stroke[] = [];
  for (const event of events) cutEvent(state, event, strokes);
  flushCutter(state, strokes);
  return { strokes, flaws: state.flaws };
}

function clockOf(state: CutterState, at: number): number {
  const { lastAt } = state;
  if (lastAt !== null && at < lastAt) {
    state.flaws.backwards += 1;
    return lastAt;
  }
  state.lastAt = at;
  return at;
}

function move(state: CutterState, event: PointerEvent, done: Stroke[]): void {
  const { at, x, y, pointer, contact } = event;
  const kind = event.buttons === 0 ? "move" : "drag";
  emitClick(state, 0, done);
  let open = state.open;
  if (open !== null) {
    const last = open.at.length - 1;
    const gap = at - (open.at[last] ?? at);
    const far = Math.hypot(x - (open.x[last] ?? x), y - (open.y[last] ?? y));
    const jumped = far > TELEPORT_PX && far > TELEPORT_PX_PER_MS * gap;
    if (jumped) state.flaws.teleport += 1;
    const other = open.kind !== kind || open.pointer !== pointer || open.contact !== contact;
    if (other || jumped || gap > STROKE_PAUSE_MS || last + 1 >= MOST_POINTS) {
      close(state, { kind: open.kind, pauseEndMs: 0 }, done);
      open = null;
    }
  }
  if (open === null) {
    const pauseBeforeMs = state.lastEnd === null ? 0 : at - state.lastEnd;
    open = { kind, pointer, contact, pauseBeforeMs, at: [], x: [], y: [] };
    state.open = open;
  }
  open.at.push(at);
  open.x.push(x);
  open.y.push(y);
}

function press(state: CutterState, at: number, done: Stroke[]): void {
  emitClick(state, 0, done);
  const { open } = state;
  if (open !== null) {
    const ended: Stroke[] = [];
    close(state, { kind: "click", pauseEndMs: at - (open.at.at(-1) ?? at) }, ended);
    state.click = ended[0] ?? null;
  }
  state.pressedAt = at;
}

function release(state: CutterState, at: number, done: Stroke[]): void {
  emitClick(state, state.pressedAt === null ? 0 : at - state.pressedAt, done);
  if (state.open !== null) close(state, { kind: "drag", pauseEndMs: 0 }, done);
  state.pressedAt = null;
}

function interrupt(state: CutterState, done: Stroke[]): void {
  if (state.open !== null) close(state, { kind: state.open.kind, pauseEndMs: 0 }, done);
}

function emitClick(state: CutterState, holdMs: number, done: Stroke[]): void {
  if (state.click === null) return;
  done.push({ ...state.click, holdMs });
  state.click = null;
}

function close(state: CutterState, how: { kind: StrokeKind; pauseEndMs: number }, done: Stroke[]): void {
  const { open } = state;
  state.open = null;
  if (open === null) return;
  state.lastEnd = open.at.at(-1) ?? state.lastEnd;
  if (open.at.length < FEWEST_POINTS) {
    state.flaws.tooShort += 1;
    return;
  }
  const { pointer, pauseBeforeMs, at, x, y } = open;
  done.push({ kind: how.kind, pointer, at, x, y, holdMs: 0, pauseBeforeMs, pauseEndMs: how.pauseEndMs });
}
