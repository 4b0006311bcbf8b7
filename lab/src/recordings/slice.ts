import type { KeyTrack, PointerTrack, Recording } from "./recording.ts";

/** Returns keystrokes `from` to `to` (exclusive) of a recording as a piece of their own; the columns are shared, not copied. */
export function sliceKeys(recording: Recording, from: number, to: number): Recording {
  const { keys } = recording;
  if (keys === undefined) return recording;
  const end = Math.min(to, keys.zone.length);
  if (from === 0 && end === keys.zone.length) return recording;
  const part: KeyTrack = {
    zone: keys.zone.subarray(from, end),
    pressAt: keys.pressAt.subarray(from, end),
    releaseAt: keys.releaseAt.subarray(from, end),
  };
  return { ...recording, id: `${recording.id}#${from}-${end}`, keys: part, pointer: undefined, timings: undefined };
}

/** Returns pointer events `from` to `to` (exclusive) of a recording as a piece of their own. */
export function slicePointer(recording: Recording, from: number, to: number): Recording {
  const { pointer } = recording;
  if (pointer === undefined) return recording;
  const part: PointerTrack = {
    pointer: pointer.pointer,
    at: pointer.at.subarray(from, to),
    x: pointer.x.subarray(from, to),
    y: pointer.y.subarray(from, to),
    phase: pointer.phase.subarray(from, to),
    button: pointer.button.subarray(from, to),
    buttons: pointer.buttons.subarray(from, to),
  };
  return { ...recording, id: `${recording.id}#${from}-${part.at.length + from}`, keys: undefined, pointer: part };
}

/** Returns the recordings' keystrokes one after the other as one, `gapMs` between the last press and the next first one. */
export function joinKeys(recordings: readonly Recording[], id: string, gapMs: number): Recording {
  const first = recordings[0];
  if (first === undefined) throw new RangeError("nothing to join");
  const count = recordings.reduce((sum, { keys }) => sum + (keys?.zone.length ?? 0), 0);
  const zone = new Uint8Array(count);
  const pressAt = new Float64Array(count);
  const releaseAt = new Float64Array(count);
  let filled = 0;
  let clock = 0;
  for (const { keys } of recordings) {
    if (keys === undefined || keys.zone.length === 0) continue;
    const shift = clock - (keys.pressAt[0] ?? 0);
    zone.set(keys.zone, filled);
    for (let i = 0; i < keys.zone.length; i += 1) {
      pressAt[filled + i] = (keys.pressAt[i] ?? 0) + shift;
      releaseAt[filled + i] = (keys.releaseAt[i] ?? 0) + shift;
    }
    filled += keys.zone.length;
    clock = (pressAt[filled - 1] ?? 0) + gapMs;
  }
  return { ...first, id, keys: { zone, pressAt, releaseAt }, pointer: undefined, timings: undefined };
}

/** Returns the keystrokes of a recording as if it had begun at `at`. */
export function moveKeys(recording: Recording, at: number): Recording {
  const { keys } = recording;
  if (keys === undefined) return recording;
  const shift = at - (keys.pressAt[0] ?? 0);
  const moved = (times: Float64Array): Float64Array => times.map((time) => time + shift);
  const { zone, pressAt, releaseAt } = keys;
  return { ...recording, keys: { zone, pressAt: moved(pressAt), releaseAt: moved(releaseAt) } };
}

/** Returns two pointer recordings one after the other as one, `gapMs` apart, and when the second begins. */
export function joinPointer(
  first: Recording,
  second: Recording,
  { id, gapMs }: { readonly id: string; readonly gapMs: number },
): { readonly joined: Recording; readonly at: number } {
  const [a, b] = [first.pointer, second.pointer];
  if (a === undefined || b === undefined) throw new RangeError("both recordings must have pointer events");
  const at = (a.at.at(-1) ?? 0) + gapMs;
  const shift = at - (b.at[0] ?? 0);
  const both = <Column extends Float64Array | Uint8Array | Int8Array>(
    empty: Column,
    one: Column,
    other: Column,
  ): Column => {
    empty.set(one, 0);
    empty.set(other, one.length);
    return empty;
  };
  const length = a.at.length + b.at.length;
  const pointer: PointerTrack = {
    pointer: a.pointer,
    at: both(
      new Float64Array(length),
      a.at,
      b.at.map((time) => time + shift),
    ),
    x: both(new Float64Array(length), a.x, b.x),
    y: both(new Float64Array(length), a.y, b.y),
    phase: both(new Uint8Array(length), a.phase, b.phase),
    button: both(new Int8Array(length), a.button, b.button),
    buttons: both(new Uint8Array(length), a.buttons, b.buttons),
  };
  return { joined: { ...first, id, keys: undefined, pointer, timings: undefined }, at };
}
