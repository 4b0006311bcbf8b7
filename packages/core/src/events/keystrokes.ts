import type { Event, KeyEvent } from "./event.ts";
import type { KeyZone } from "./key-zone.ts";
import type { Keystroke } from "./segment.ts";

/** A keystroke whose release may still come. Plain data: it survives JSON, where `undefined` would not. */
export interface PendingKeystroke {
  readonly zone: KeyZone;
  readonly pressAt: number;
  releaseAt: number | null;
  /** Number of the press that this keystroke began with. */
  readonly press: number;
}

/**
 * Adds a press to the list, or puts a release to its press. Auto-repeat is one long hold, a shortcut is a command and
 * not typing, a press that is already there is a duplicate: all three are ignored. So is a release whose press was not seen.
 * Returns whether a keystroke was added.
 */
export function noteKey(list: PendingKeystroke[], event: KeyEvent): boolean {
  if (event.phase === "up") {
    for (let i = list.length - 1; i >= 0; i -= 1) {
      const keystroke = list[i];
      if (keystroke?.press !== event.press) continue;
      // A press number starts again with each page: only the newest of its kind can be meant.
      if (keystroke.releaseAt === null && event.at >= keystroke.pressAt) keystroke.releaseAt = event.at;
      return false;
    }
    return false;
  }
  if (event.phase === "repeat" || event.shortcut) return false;
  if (list.some((known) => known.press === event.press && known.pressAt === event.at)) return false;
  list.push({ zone: event.zone, pressAt: event.at, releaseAt: null, press: event.press });
  return true;
}

/** Returns the keystroke as samples hold it. */
export function toKeystroke(pending: PendingKeystroke): Keystroke {
  return { zone: pending.zone, pressAt: pending.pressAt, releaseAt: pending.releaseAt ?? undefined };
}

/** Returns the keystrokes of time-ordered events, in the order of their presses, without those typed while an input method composed. */
export function pairKeystrokes(events: readonly Event[]): Keystroke[] {
  const list: PendingKeystroke[] = [];
  let done = 0;
  const result: Keystroke[] = [];
  let composing = false;
  for (const event of events) {
    if (event.kind === "composition") composing = event.phase === "start";
    if (event.kind !== "key" || (composing && event.phase !== "up")) continue;
    noteKey(list, event);
    // Nobody holds 64 keys: what is older has lost its release, and the search stays short.
    if (list.length > 128) for (const old of list.splice(0, 64)) result[done++] = toKeystroke(old);
  }
  for (const rest of list) result[done++] = toKeystroke(rest);
  return result;
}
