import { addHabits, HABITS } from "./habit-counts.ts";
import type { Stroke } from "./stroke.ts";
import { addCounts, COUNTS } from "./stroke-counts.ts";
import { strokeFeatures } from "./stroke-features.ts";
import { STROKE_RANGES } from "./stroke-ranges.ts";
import { tracePath } from "./trace-path.ts";

const FEATURES = STROKE_RANGES.length;
/** Strokes; per feature the sum and the sum of squares, each value brought to -1..1 of its range; counts. */
export const WINDOW_SUMS: number = 1 + 2 * FEATURES + COUNTS + HABITS;
const SQUARES = 1 + FEATURES;
const TALLIES = 1 + 2 * FEATURES;

/**
 * Returns what one stroke adds to the sums of a window; undefined where it moves too little. Windows of any size are sums of
 * these: to stream is to add.
 */
export function strokeSums(stroke: Stroke): Float64Array | undefined {
  const path = tracePath(stroke.at, stroke.x, stroke.y);
  if (path === undefined) return undefined;
  const sums = new Float64Array(WINDOW_SUMS);
  const values = strokeFeatures(path, stroke);
  sums[0] = 1;
  for (let f = 0; f < FEATURES; f += 1) {
    const [low, high] = STROKE_RANGES[f] ?? [0, 1];
    const value = Math.min(1, Math.max(-1, (2 * ((values[f] ?? 0) - low)) / (high - low) - 1));
    sums[1 + f] = value;
    sums[SQUARES + f] = value * value;
  }
  addCounts(path, sums, TALLIES);
  addHabits(path, stroke, { into: sums, offset: TALLIES + COUNTS });
  return sums;
}

/** Adds a stroke or a window to a window in place and returns it. */
export function addSums(into: Float64Array, more: Float64Array): Float64Array {
  for (let i = 0; i < WINDOW_SUMS; i += 1) into[i] = (into[i] ?? 0) + (more[i] ?? 0);
  return into;
}

/** Returns the sums of several strokes or windows. */
export function totalSums(parts: Iterable<Float64Array>): Float64Array {
  const total = new Float64Array(WINDOW_SUMS);
  for (const part of parts) addSums(total, part);
  return total;
}

const STEP = 1 / 256;

/**
 * Returns the sums in 604 bytes, for a service that keeps a running window between batches: two bytes per number. Sums of up to
 * 120 strokes fit, of features to 1/512; counts up to 65,535.
 */
export function packSums(sums: Float64Array): Uint8Array {
  const bytes = new Uint8Array(2 * WINDOW_SUMS);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < WINDOW_SUMS; i += 1) {
    const value = sums[i] ?? 0;
    if (i > 0 && i < TALLIES) view.setInt16(2 * i, Math.max(-32_768, Math.min(32_767, Math.round(value / STEP))), true);
    else view.setUint16(2 * i, Math.min(65_535, value), true);
  }
  return bytes;
}

/** Reads what `packSums` wrote; throws RangeError where it is of another length. */
export function unpackSums(bytes: Uint8Array): Float64Array {
  if (bytes.length !== 2 * WINDOW_SUMS)
    throw new RangeError(`"bytes" expected ${2 * WINDOW_SUMS}, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: WINDOW_SUMS }, (_, i) =>
    i > 0 && i < TALLIES ? view.getInt16(2 * i, true) * STEP : view.getUint16(2 * i, true),
  );
}
