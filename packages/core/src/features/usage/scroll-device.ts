import type { WheelEvent } from "../../events/event.ts";

/** Wheel events of one movement of the hand. Plain JSON. */
export interface WheelTurn {
  readonly lastAt: number;
  readonly events: number;
  /** How many of them look like a notch of a wheel. */
  readonly notches: number;
}

/** A wheel rests longer than this between two turns, a swipe between two swipes. */
const TURN_ENDS_MS = 300;
/** A notch is 100 or 120 px on Windows, 53 or 120 on Linux; a finger's steps are mostly smaller. */
const SMALLEST_NOTCH_PX = 50;

/** Returns whether this event belongs to the turn. */
export function continues(turn: WheelTurn | null, { at }: WheelEvent): turn is WheelTurn {
  return turn !== null && at - turn.lastAt <= TURN_ENDS_MS;
}

/** Returns the turn with this event, or a new turn. */
export function addWheel(turn: WheelTurn | null, event: WheelEvent): WheelTurn {
  const before = continues(turn, event) ? turn : { lastAt: event.at, events: 0, notches: 0 };
  return {
    lastAt: Math.max(before.lastAt, event.at),
    events: before.events + 1,
    notches: before.notches + (isNotch(event) ? 1 : 0),
  };
}

/**
 * Returns what a turn was made with: a wheel when at least half of its events are notches, that is, counted in lines or pages, or
 * one straight step of 50 px or more; otherwise a trackpad. Where the system smooths the wheel (macOS, smooth-scrolling
 * mice) its steps are small and it is taken for a trackpad.
 */
export function scrollDevice({ events, notches }: WheelTurn): "wheel" | "trackpad" {
  return 2 * notches >= events ? "wheel" : "trackpad";
}

function isNotch({ dx, dy, unit }: WheelEvent): boolean {
  if (unit !== "pixel") return true;
  const straight = dx === 0 || dy === 0;
  return straight && Math.abs(dx) + Math.abs(dy) >= SMALLEST_NOTCH_PX;
}
