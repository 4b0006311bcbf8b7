import { type KeyTrack, keyTrack, type LooseKeystroke } from "../recordings/recording.ts";
import type { Tally } from "./dataset.ts";

/** Held longer than this, a key was not typed: stuck, or its release was lost. */
const MAX_HOLD_MS = 5000;

/**
 * Adds a keystroke to the list if its times are whole milliseconds. A release before its press or over 5 s after it is left out
 * (the press stays), and counted.
 */
export function addKeystroke(list: LooseKeystroke[], stroke: LooseKeystroke, tally: Tally): void {
  const { zone, pressAt, releaseAt } = stroke;
  if (!Number.isFinite(pressAt)) {
    tally.add("keystroke without a readable press time");
    return;
  }
  let release = releaseAt;
  if (!Number.isFinite(release)) tally.add("release without a readable time");
  else if (release < pressAt) {
    tally.add("release before its press");
    release = Number.NaN;
  } else if (release - pressAt > MAX_HOLD_MS) {
    tally.add("release over 5 s after its press");
    release = Number.NaN;
  }
  list.push({ zone, pressAt, releaseAt: release });
}

/** Returns the track of a session, or undefined (counted) when it has fewer than two keystrokes. */
export function sessionTrack(list: readonly LooseKeystroke[], tally: Tally): KeyTrack | undefined {
  if (list.length < 2) {
    tally.add("session with fewer than 2 keystrokes");
    return undefined;
  }
  return keyTrack(list);
}
