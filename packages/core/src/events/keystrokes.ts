import type { Event, KeyEvent } from "./event.ts";
import { KEY_ZONES, type KeyZone } from "./key-zone.ts";
import type { Keystroke } from "./segment.ts";

/**
 * Keystrokes whose release may still come, as a flat list of numbers, four each: zone (index of `KEY_ZONES`), number of the press,
 * time of the press in tenths of a millisecond since `origin`, tenths it was held (-1 = not released yet). Small integers,
 * because the list is kept between batches.
 */
export interface PendingKeystrokes {
  /** Tenths of an epoch millisecond. */
  readonly origin: number;
  readonly packed: number[];
}

const KEYSTROKE_SIZE = 4;
const PRESS = 1;
const PRESS_AT = 2;
const HELD = 3;
const ZONE_INDEX: ReadonlyMap<KeyZone, number> = new Map(KEY_ZONES.map((zone, i) => [zone, i]));

/** Returns an empty list for keystrokes from this instant (epoch ms) on. */
export function noKeystrokes(at: number): PendingKeystrokes {
  return { origin: Math.round(at * 10), packed: [] };
}

export function keystrokeCount({ packed }: PendingKeystrokes): number {
  return packed.length / KEYSTROKE_SIZE;
}

/**
 * Adds a press to the list, or puts a release to its press. Auto-repeat is one long hold, a shortcut is a command and
 * not typing, a press that is already there is a duplicate: all three are ignored. So is a release whose press was not seen.
 * Returns whether a keystroke was added. Events must come in time order.
 */
export function noteKey({ origin, packed }: PendingKeystrokes, event: KeyEvent): boolean {
  const { phase, press } = event;
  const now = Math.round(event.at * 10) - origin;
  if (phase === "up") {
    // A press number starts again with each page: only the newest of its kind can be meant.
    for (let i = packed.length - KEYSTROKE_SIZE; i >= 0; i -= KEYSTROKE_SIZE) {
      if (packed[i + PRESS] !== press) continue;
      if (packed[i + HELD] === -1) packed[i + HELD] = Math.max(0, now - (packed[i + PRESS_AT] ?? now));
      return false;
    }
    return false;
  }
  if (phase === "repeat" || event.shortcut) return false;
  for (let i = packed.length - KEYSTROKE_SIZE; i >= 0 && packed[i + PRESS_AT] === now; i -= KEYSTROKE_SIZE)
    if (packed[i + PRESS] === press) return false;
  packed.push(ZONE_INDEX.get(event.zone) ?? 0, press, now, -1);
  return true;
}

/** Returns whether a press of this number is in the list. */
export function hasPress({ packed }: PendingKeystrokes, press: number): boolean {
  for (let i = PRESS; i < packed.length; i += KEYSTROKE_SIZE) if (packed[i] === press) return true;
  return false;
}

/** Returns the instant (ms) at which keystroke `index` was pressed; NaN when there is none. */
export function pressedAt({ origin, packed }: PendingKeystrokes, index: number): number {
  return (origin + (packed[index * KEYSTROKE_SIZE + PRESS_AT] ?? Number.NaN)) / 10;
}

/** Returns whether each of the first `count` keystrokes has been let go. */
export function allReleased({ packed }: PendingKeystrokes, count: number): boolean {
  for (let i = 0; i < count; i += 1) if (packed[i * KEYSTROKE_SIZE + HELD] === -1) return false;
  return true;
}

/** Returns the first `count` keystrokes as samples hold them. */
export function toKeystrokes({ origin, packed }: PendingKeystrokes, count: number): Keystroke[] {
  const keystrokes: Keystroke[] = [];
  for (let i = 0; i < count * KEYSTROKE_SIZE; i += KEYSTROKE_SIZE) {
    const at = origin + (packed[i + PRESS_AT] ?? 0);
    const held = packed[i + HELD] ?? -1;
    const zone = KEY_ZONES[packed[i] ?? 0] ?? "other";
    keystrokes.push({ zone, pressAt: at / 10, releaseAt: held === -1 ? undefined : (at + held) / 10 });
  }
  return keystrokes;
}

/** Drops the first `count` keystrokes in place. */
export function dropKeystrokes({ packed }: PendingKeystrokes, count: number): void {
  packed.splice(0, count * KEYSTROKE_SIZE);
}

/** Returns the keystrokes of time-ordered events, in the order of their presses, without those typed while an input method composed. */
export function pairKeystrokes(events: readonly Event[]): Keystroke[] {
  const list = noKeystrokes(events[0]?.at ?? 0);
  const keystrokes: Keystroke[] = [];
  let composing = false;
  for (const event of events) {
    if (event.kind === "composition") composing = event.phase === "start";
    if (event.kind !== "key" || (composing && event.phase !== "up")) continue;
    noteKey(list, event);
    // Nobody holds 64 keys: what is older has lost its release, and the search stays short.
    if (keystrokeCount(list) < 128) continue;
    keystrokes.push(...toKeystrokes(list, 64));
    dropKeystrokes(list, 64);
  }
  keystrokes.push(...toKeystrokes(list, keystrokeCount(list)));
  return keystrokes;
}
