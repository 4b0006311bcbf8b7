import { PointerTrackBuilder, type Recording } from "./recording.ts";

const STEP_MS = 1000 / 60;
/** Over a longer pause nothing moved: no moves are made up there. */
const MAX_GAP_MS = 100;

/**
 * Returns the recording as a device of 60 Hz and whole pixels would have seen it: moves are interpolated on a grid of 1/60 s,
 * times and places rounded. What is left is the hand, not the polling rate or resolution of a mouse: a person who is known only
 * by the device is unknown here.
 */
export function behaviourOnly(recording: Recording): Recording {
  const track = recording.pointer;
  if (track === undefined) return recording;
  const { at, x, y, phase, button, buttons } = track;
  const out = new PointerTrackBuilder();
  let tick = Math.ceil((at[0] ?? 0) / STEP_MS);
  let before = -1;
  let lastX = Number.NaN;
  let lastY = Number.NaN;
  const move = (time: number, px: number, py: number, held: number): void => {
    const [rx, ry] = [Math.round(px), Math.round(py)];
    if (rx === lastX && ry === lastY) return; // a browser sends no move without movement
    lastX = rx;
    lastY = ry;
    out.add(Math.round(time), rx, ry, { phase: 0, button: -1, buttons: held });
  };
  for (let i = 0; i < at.length; i += 1) {
    const now = at[i] ?? 0;
    const [xi, yi] = [x[i] ?? 0, y[i] ?? 0];
    if (before >= 0) {
      const then = at[before] ?? 0;
      if (now - then > MAX_GAP_MS) tick = Math.max(tick, Math.ceil((now - STEP_MS) / STEP_MS));
      for (; tick * STEP_MS <= now; tick += 1) {
        const time = tick * STEP_MS;
        if (time < then) continue;
        const share = now > then ? Math.max(0, (time - then) / (now - then)) : 1;
        const from = now - then > MAX_GAP_MS ? 1 : share;
        move(
          time,
          (x[before] ?? 0) + from * (xi - (x[before] ?? 0)),
          (y[before] ?? 0) + from * (yi - (y[before] ?? 0)),
          buttons[i] ?? 0,
        );
      }
    }
    if (phase[i] !== 0) {
      const what = { phase: phase[i] ?? 0, button: button[i] ?? -1, buttons: buttons[i] ?? 0 };
      out.add(Math.round(now), Math.round(xi), Math.round(yi), what);
    }
    before = i;
  }
  return { ...recording, id: `${recording.id}~60Hz`, pointer: out.build(track.pointer) };
}
