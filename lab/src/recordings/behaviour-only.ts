import { type PointerTrack, PointerTrackBuilder, type Recording } from "./recording.ts";

const STEP_MS = 1000 / 60;
/** Over a longer pause nothing moved: no moves are made up there. */
const MAX_GAP_MS = 100;

/**
 * Returns the recording as a device of 60 Hz and whole pixels would have seen it: each run of moves is interpolated every 1/60 s
 * from its first one on, places are rounded. What is left is the hand, not the polling rate or resolution of a mouse: a person who
 * is known only by the device is unknown here. The grid begins with the run because one that does not fit would smooth
 * recordings of 60 Hz more than others, and so tell them apart.
 */
export function behaviourOnly(recording: Recording): Recording {
  const track = recording.pointer;
  if (track === undefined) return recording;
  const { at, x, y, phase, button, buttons } = track;
  const out = new PointerTrackBuilder();
  for (let i = 0; i < at.length; ) {
    if (phase[i] !== 0) {
      const what = { phase: phase[i] ?? 0, button: button[i] ?? -1, buttons: buttons[i] ?? 0 };
      out.add(at[i] ?? 0, Math.round(x[i] ?? 0), Math.round(y[i] ?? 0), what);
      i += 1;
      continue;
    }
    let end = i + 1;
    while (end < at.length && goesOn(track, end)) end += 1;
    resample(track, { from: i, end }, out);
    i = end;
  }
  return { ...recording, id: `${recording.id}~60Hz`, pointer: out.build(track.pointer) };
}

function goesOn({ at, phase, buttons }: PointerTrack, i: number): boolean {
  const gap = (at[i] ?? 0) - (at[i - 1] ?? 0);
  return phase[i] === 0 && buttons[i] === buttons[i - 1] && gap <= MAX_GAP_MS;
}

function resample(
  { at, x, y, buttons }: PointerTrack,
  { from, end }: { readonly from: number; readonly end: number },
  out: PointerTrackBuilder,
): void {
  const start = at[from] ?? 0;
  const what = { phase: 0, button: -1, buttons: buttons[from] ?? 0 };
  let [lastX, lastY] = [Number.NaN, Number.NaN];
  let i = from;
  for (let tick = 0; start + tick * STEP_MS <= (at[end - 1] ?? 0); tick += 1) {
    const time = start + tick * STEP_MS;
    while (i + 1 < end && (at[i + 1] ?? 0) <= time) i += 1;
    const next = Math.min(i + 1, end - 1);
    const gap = (at[next] ?? 0) - (at[i] ?? 0);
    const share = gap > 0 ? (time - (at[i] ?? 0)) / gap : 0;
    const px = Math.round((x[i] ?? 0) + share * ((x[next] ?? 0) - (x[i] ?? 0)));
    const py = Math.round((y[i] ?? 0) + share * ((y[next] ?? 0) - (y[i] ?? 0)));
    if (px === lastX && py === lastY) continue; // a browser sends no move without movement
    [lastX, lastY] = [px, py];
    out.add(time, px, py, what);
  }
}
