import {
  createWindowSegmenter,
  type Event,
  type Extractor,
  estimateQuantum,
  type FeatureSet,
  type Sample,
  type Segmenter,
  type WindowOptions,
  type WindowState,
} from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";
import { toEvents } from "../recordings/to-events.ts";

const MINIMUM_KEYS = 5;
const MINIMUM_MOVES = 4;
const segmenters = new Map<string, Segmenter<WindowState>>();

/**
 * Returns the windows of a piece as Habitus's segmenter cuts them. A piece shorter than a window is one window of its own length
 * (from 5 keystrokes or 4 moves on), since a protocol's probe is what it is.
 */
export function windowsOf(piece: Recording, windows: WindowOptions): Sample[] {
  const keys = piece.keys?.zone.length ?? 0;
  const moves = piece.pointer?.phase.reduce((sum, phase) => sum + (phase === 0 ? 1 : 0), 0) ?? 0;
  const size = (full: number, have: number, least: number): number => (have >= full || have < least ? full : have);
  const keystrokes = size(windows.keystrokes, keys, MINIMUM_KEYS);
  const pointerEvents = size(windows.pointerEvents, moves, MINIMUM_MOVES);
  const options: WindowOptions = {
    keystrokes,
    keystrokeStride: Math.min(windows.keystrokeStride, keystrokes),
    pointerEvents,
    pointerStride: Math.min(windows.pointerStride, pointerEvents),
  };
  return cut(toEvents(piece), options);
}

function cut(events: readonly Event[], options: WindowOptions): Sample[] {
  const name = Object.values(options).join();
  const segmenter = segmenters.get(name) ?? createWindowSegmenter(options);
  segmenters.set(name, segmenter);
  const { state, windows } = segmenter.push(segmenter.initial(), events, estimateQuantumOf(events));
  // Two seconds of silence after the end: what still waits for a release is closed without it.
  const last = events.at(-1)?.at ?? 0;
  const silence: Event = { kind: "focus", phase: "out", field: 0, at: last + 2500 };
  const late = segmenter.push(state, [silence], 1).windows;
  return [...windows, ...late].filter((window) => window.kind === "sample");
}

function estimateQuantumOf(events: readonly Event[]): number {
  return estimateQuantum(events.slice(1, 400).map(({ at }, i) => at - (events[i]?.at ?? at)));
}

/** Returns the feature sets of a stream of events. */
export function setsOfEvents(events: readonly Event[], extractor: Extractor, windows: WindowOptions): FeatureSet[] {
  return cut(events, windows).map(extractor.extract);
}

/** Returns a function that extracts the feature sets of a piece and remembers them as long as the piece lives. */
export function featureCache(
  extractor: Extractor,
  windows: WindowOptions,
): (piece: Recording) => readonly FeatureSet[] {
  const known = new WeakMap<Recording, readonly FeatureSet[]>();
  return (piece) => {
    const before = known.get(piece);
    if (before !== undefined) return before;
    const sets = windowsOf(piece, windows).map(extractor.extract);
    known.set(piece, sets);
    return sets;
  };
}
