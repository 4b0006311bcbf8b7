import type { Event, InputEvent, PointerEvent } from "../../events/event.ts";
import type { FeatureSet } from "../extractor.ts";
import type { Gesture } from "./gesture.ts";
import { addGesture, addInput, noSums, type TouchSums, touchSet } from "./touch-set.ts";

/** What lies unfinished between two batches. Plain JSON, bounded. */
export interface TouchPending {
  readonly kind: "touch";
  readonly version: 1;
  /** Fingers on the screen, at most {@link MOST_FINGERS}. */
  readonly fingers: readonly Finger[];
  readonly sums: TouchSums;
  readonly inputAt: number | null;
  readonly startedAt: number | null;
  readonly lastAt: number | null;
  readonly lastEnd: number | null;
}
interface Finger {
  readonly contact: number;
  readonly at: number[];
  readonly x: number[];
  readonly y: number[];
  pressures: number;
  sizes: number;
  /** Another finger was on the screen meanwhile: two fingers zoom, and are judged by nothing here. */
  shared: boolean;
}
type Draft = { -readonly [Key in keyof TouchPending]: TouchPending[Key] } & {
  fingers: Finger[];
};

const MOST_FINGERS = 5;
const MOST_POINTS = 120;
/** A gesture says as much as so many inputs of a soft keyboard. */
const WORTH = 3;
const WINDOW = 30;
/** After so long without a touch what is unfinished is left. */
const PAUSE_MS = 5 * 60_000;
const TAP_PX = 12;
const SWIPE_PX = 24;
const LONGEST_TAP_MS = 1_500;
const FEWEST_POINTS = 4;
const FARTHEST_PX = 9_000;

export function noTouch(): TouchPending {
  return {
    kind: "touch",
    version: 1,
    fingers: [],
    sums: noSums(),
    inputAt: null,
    startedAt: null,
    lastAt: null,
    lastEnd: null,
  };
}

/**
 * Returns the windows of touch that these events closed, and what is left; events are in time order. A window has ten gestures, or
 * thirty inputs of a soft keyboard, or some of both. Mice and pens are passed over: they are never judged as fingers, nor
 * fingers as mice. Batch by batch gives the same as all at once. Never throws: what is not finite is passed over.
 */
export function readTouch(
  before: TouchPending,
  events: readonly Event[],
): { readonly pending: TouchPending; readonly sets: readonly FeatureSet[] } {
  const from = before?.kind === "touch" && before.version === 1 ? before : noTouch(); // another version left it
  const draft: Draft = {
    ...from,
    fingers: from.fingers.map((one) => ({ ...one, at: [...one.at], x: [...one.x], y: [...one.y] })),
    sums: { ...from.sums, sums: [...from.sums.sums], counts: [...from.sums.counts] },
  };
  const sets: FeatureSet[] = [];
  for (const event of events) {
    if (!Number.isFinite(event.at)) continue;
    if (event.kind === "pointer" && event.pointer === "touch") noteFinger(draft, event);
    else if (event.kind === "input") noteInput(draft, event);
    else continue;
    if (WORTH * draft.sums.gestures + draft.sums.inputs < WINDOW) continue;
    const endedAt = draft.lastAt ?? event.at;
    sets.push(touchSet(draft.sums, draft.startedAt ?? endedAt, endedAt));
    Object.assign(draft, { sums: noSums(), startedAt: null });
  }
  return { pending: draft, sets };
}

function noteTime(draft: Draft, at: number): number {
  const now = Math.max(at, draft.lastAt ?? at);
  if (draft.lastAt !== null && now - draft.lastAt > PAUSE_MS)
    Object.assign(draft, { ...noTouch(), lastAt: draft.lastAt });
  draft.lastAt = now;
  return now;
}

function noteInput(draft: Draft, { at, what }: InputEvent): void {
  const now = noteTime(draft, at);
  if (what !== "insert" && what !== "delete") return; // a replacement is the keyboard's own work
  draft.startedAt ??= now;
  draft.sums = addInput(draft.sums, what === "delete", draft.inputAt === null ? 0 : now - draft.inputAt);
  draft.inputAt = now;
}

function noteFinger(draft: Draft, event: PointerEvent): void {
  const { x, y, phase, contact } = event;
  if (!Number.isFinite(x) || !Number.isFinite(y) || Math.abs(x) > FARTHEST_PX || Math.abs(y) > FARTHEST_PX) return;
  const at = noteTime(draft, event.at);
  const open = draft.fingers.find((one) => one.contact === contact);
  if (phase === "down") {
    draft.fingers = draft.fingers.filter((one) => one.contact !== contact).slice(1 - MOST_FINGERS);
    for (const one of draft.fingers) one.shared = true;
    const finger: Finger = { contact, at: [], x: [], y: [], pressures: 0, sizes: 0, shared: draft.fingers.length > 0 };
    draft.fingers.push(finger);
    addPoint(finger, event, at);
    return;
  }
  if (open === undefined) return;
  if (phase === "move") {
    if (open.at.length < MOST_POINTS) addPoint(open, event, at);
    return;
  }
  draft.fingers = draft.fingers.filter((one) => one !== open);
  if (phase === "cancel" || open.shared) return; // the browser took it, or it was one of two
  open.at.push(at);
  open.x.push(x);
  open.y.push(y);
  const gesture = gestureOf(open, draft.lastEnd);
  draft.lastEnd = at;
  if (gesture === undefined) return;
  draft.startedAt ??= open.at[0] ?? at;
  draft.sums = addGesture(draft.sums, gesture);
}

function addPoint(finger: Finger, { x, y, pressure, size }: PointerEvent, at: number): void {
  finger.at.push(at);
  finger.x.push(x);
  finger.y.push(y);
  finger.pressures += Number.isFinite(pressure) ? pressure : 0;
  finger.sizes += Number.isFinite(size) ? size : 0;
}

function gestureOf({ at, x, y, pressures, sizes }: Finger, lastEnd: number | null): Gesture | undefined {
  const [x0 = 0, y0 = 0, began = 0] = [x[0], y[0], at[0]];
  const farthest = Math.max(...x.map((px, i) => Math.hypot(px - x0, (y[i] ?? y0) - y0)));
  const lasted = (at.at(-1) ?? began) - began;
  const told = Math.max(1, at.length - 1); // the release tells neither
  const about = {
    ...{ at, x, y },
    pressure: pressures / told,
    sizePx: sizes / told,
    pauseBeforeMs: lastEnd === null ? 0 : Math.max(0, began - lastEnd),
  };
  if (farthest <= TAP_PX) return lasted > 0 && lasted <= LONGEST_TAP_MS ? { kind: "tap", ...about } : undefined;
  return farthest >= SWIPE_PX && at.length >= FEWEST_POINTS ? { kind: "swipe", ...about } : undefined;
}
