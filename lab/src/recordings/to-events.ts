import { type Event, KEY_ZONES, type KeyEvent, type PointerEvent, type WheelEvent } from "@habitus/core";
import { type KeyTrack, type PointerTrack, type Recording, TRACK_PHASES } from "./recording.ts";

/** Returns the recording as a stream of Habitus events in time order, as a collector would have captured it. */
export function toEvents({ keys, pointer }: Pick<Recording, "keys" | "pointer">): Event[] {
  const events: Event[] = [];
  if (keys !== undefined) events.push(...keyEvents(keys));
  if (pointer !== undefined) for (const event of pointerEvents(pointer)) events.push(event);
  return keys === undefined ? events : events.sort((a, b) => a.at - b.at);
}

function keyEvents({ zone, pressAt, releaseAt }: KeyTrack): KeyEvent[] {
  const events: KeyEvent[] = [];
  for (let i = 0; i < zone.length; i += 1) {
    const what = { kind: "key", zone: KEY_ZONES[zone[i] ?? 0] ?? "other", press: i, shortcut: false } as const;
    const up = releaseAt[i] ?? Number.NaN;
    events.push({ ...what, at: pressAt[i] ?? 0, phase: "down" });
    if (!Number.isNaN(up)) events.push({ ...what, at: up, phase: "up" });
  }
  return events;
}

/** Yields pointer and wheel events of a track. */
export function* pointerEvents(track: PointerTrack): Generator<PointerEvent | WheelEvent> {
  const { pointer } = track;
  for (let i = 0; i < track.at.length; i += 1) {
    const at = track.at[i] ?? 0;
    const phase = TRACK_PHASES[track.phase[i] ?? 0] ?? "move";
    const button = track.button[i] ?? -1;
    if (phase === "scroll") {
      yield { kind: "wheel", at, dx: 0, dy: button === 0 ? 1 : -1, unit: "line" };
      continue;
    }
    const x = track.x[i] ?? 0;
    const y = track.y[i] ?? 0;
    const buttons = track.buttons[i] ?? 0;
    yield { kind: "pointer", at, phase, pointer, contact: 0, x, y, button, buttons, pressure: 0, size: 0 };
  }
}
