import type { Recording } from "./recording.ts";

/** Returns the recording as a clock of this many milliseconds would have seen it: each time brought down to the tick before it. 0: as it is. */
export function quantise(recording: Recording, tickMs: number): Recording {
  if (!(tickMs >= 0)) throw new RangeError(`"tickMs" expected a number of at least 0, got ${tickMs}`);
  const { keys, pointer } = recording;
  if (tickMs === 0) return recording;
  const down = (times: Float64Array): Float64Array => times.map((time) => tickMs * Math.floor(time / tickMs));
  return {
    ...recording,
    keys: keys && { ...keys, pressAt: down(keys.pressAt), releaseAt: down(keys.releaseAt) },
    pointer: pointer && { ...pointer, at: down(pointer.at) },
    timings: undefined,
  };
}
