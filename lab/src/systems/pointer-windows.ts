import { addSums, cutStrokes, strokeSums, totalSums, type WindowLength } from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";
import { slicePointer } from "../recordings/slice.ts";
import { pointerEvents } from "../recordings/to-events.ts";

/** Pieces of events are cut at so many, and windows of events are whole numbers of them. */
export const BLOCK_EVENTS = 128;

/** A recording's strokes, as sums, whole and cut at every 128 events; made when first asked for. */
export class PointerWindows {
  readonly #recording: Recording;
  #strokes: readonly Float64Array[] | undefined;
  #blocks: readonly Float64Array[] | undefined;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  get strokes(): readonly Float64Array[] {
    this.#strokes ??= sumsOf(this.#recording);
    return this.#strokes;
  }

  /** One per 128 events, the rest at the end left out; a block may have no stroke. */
  get blocks(): readonly Float64Array[] {
    if (this.#blocks === undefined) {
      const events = this.#recording.pointer?.at.length ?? 0;
      this.#blocks = Array.from({ length: Math.floor(events / BLOCK_EVENTS) }, (_, i) =>
        totalSums(sumsOf(slicePointer(this.#recording, i * BLOCK_EVENTS, (i + 1) * BLOCK_EVENTS))),
      );
    }
    return this.#blocks;
  }

  /** Windows of this length, each beginning `step` strokes or blocks after the one before. */
  windows({ unit, count }: WindowLength, step?: number): Float64Array[] {
    const parts = unit === "strokes" ? this.strokes : this.blocks;
    const size = unit === "strokes" ? count : Math.max(1, Math.round(count / BLOCK_EVENTS));
    const windows: Float64Array[] = [];
    for (let from = 0; from + size <= parts.length; from += step ?? size) {
      const sums = totalSums(parts.slice(from, from + size));
      if ((sums[0] ?? 0) > 0) windows.push(sums);
    }
    return windows;
  }

  /** Everything there is as one window; undefined where nothing moves. */
  whole({ unit }: WindowLength): Float64Array | undefined {
    const parts = unit === "events" && this.blocks.length > 0 ? this.blocks : this.strokes;
    const total = parts.reduce((sum, part) => addSums(sum, part), totalSums([]));
    return (total[0] ?? 0) > 0 ? total : undefined;
  }
}

function sumsOf({ pointer }: Recording): Float64Array[] {
  if (pointer === undefined) return [];
  return cutStrokes(pointerEvents(pointer)).strokes.flatMap((stroke) => strokeSums(stroke) ?? []);
}
