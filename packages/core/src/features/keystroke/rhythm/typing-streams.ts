import { KEY_ZONES } from "../../../events/key-zone.ts";
import type { Keystroke } from "../../../events/segment.ts";
import type { RhythmTables } from "./rhythm-tables.ts";

/** Regions of the keyboard that rhythm is looked up by: the six letter zones, then these. */
export const REGIONS = [
  "leftTop",
  "leftHome",
  "leftBottom",
  "rightTop",
  "rightHome",
  "rightBottom",
  "space",
  "backspace",
  "shift",
  "punctuation",
  "digit",
  "other",
] as const;
export const REGION_COUNT = REGIONS.length;
export const SPACE = 6;
export const BACKSPACE = 7;
export const SHIFT = 8;
export const PUNCTUATION = 9;
export const DIGIT = 10;
export const OTHER = 11;
/** Stands in group columns where a keystroke belongs to no group. */
export const NO_GROUP = 255;

const REGION_OF_ZONE = KEY_ZONES.map((zone) => {
  if (zone === "shiftLeft" || zone === "shiftRight") return SHIFT;
  const own = (REGIONS as readonly string[]).indexOf(zone);
  return own < 0 ? OTHER : own;
});
const REGION_BY_NAME = new Map(KEY_ZONES.map((zone, i) => [zone, REGION_OF_ZONE[i] ?? OTHER]));

/** A pause longer than this is no rhythm any more: the pair counts as a pause and for nothing else. */
const LONGEST_MS = 3000;
/** Milliseconds at which the hyperbolic arc sine goes from a straight line to a logarithm. */
const GAP_SCALE_MS = 60;

/**
 * Keystrokes in columns, one row per key in the order of the presses. Columns of pairs (press to press, gap, release to release)
 * stand at the second key; row 0 has none. NaN = not known. Residuals are differences from what the background does on the same
 * regions, limited on both sides, so that the text that was typed says little.
 */
export interface TypingStreams {
  readonly count: number;
  readonly region: Uint8Array;
  /** 0 left hand, 1 right hand, 2 space, 3 anything else. */
  readonly side: Uint8Array;
  /** region before * 12 + region, NO_GROUP in row 0 and after a pause of more than 3 s. */
  readonly pair: Uint8Array;
  /** side before * 4 + side, likewise. */
  readonly sidePair: Uint8Array;
  /** Natural log of the milliseconds held, 5 to 1000 ms. */
  readonly hold: Float64Array;
  /** Natural log of the milliseconds from press to press, 1 to 3000. */
  readonly press: Float64Array;
  /** asinh(ms / 60) from the release before to the press: negative where keys overlap (rollover). */
  readonly gap: Float64Array;
  /** asinh(ms / 60) from release to release: negative where keys were let go out of order. */
  readonly release: Float64Array;
  readonly holdResidual: Float64Array;
  readonly pressResidual: Float64Array;
  readonly gapResidual: Float64Array;
  readonly releaseResidual: Float64Array;
  /** Milliseconds from press to press as they were, NaN in row 0. */
  readonly sincePress: Float64Array;
  /** 1 when the key before was still held at this press and, three back, the one before that; NaN = not known. */
  readonly rolled: Float64Array;
  readonly outOfOrder: Float64Array;
}

/** Returns the region of a key zone: the index in `REGIONS`. */
export function regionOf(zone: Keystroke["zone"]): number {
  return REGION_BY_NAME.get(zone) ?? OTHER;
}

/** Returns the columns of keystrokes in the order of their presses. */
export function typingStreams(keystrokes: readonly Keystroke[], tables: RhythmTables): TypingStreams {
  const count = keystrokes.length;
  const column = (): Float64Array => new Float64Array(count).fill(Number.NaN);
  const streams = {
    count,
    region: new Uint8Array(count),
    side: new Uint8Array(count),
    pair: new Uint8Array(count).fill(NO_GROUP),
    sidePair: new Uint8Array(count).fill(NO_GROUP),
    hold: column(),
    press: column(),
    gap: column(),
    release: column(),
    holdResidual: column(),
    pressResidual: column(),
    gapResidual: column(),
    releaseResidual: column(),
    sincePress: column(),
    rolled: column(),
    outOfOrder: column(),
  };
  keystrokes.forEach((key, i) => {
    const region = regionOf(key.zone);
    streams.region[i] = region;
    streams.side[i] = region < 3 ? 0 : region < 6 ? 1 : region === SPACE ? 2 : 3;
    const hold = Math.log(limit((key.releaseAt ?? Number.NaN) - key.pressAt, 5, 1000));
    streams.hold[i] = hold;
    streams.holdResidual[i] = limit(hold - (tables.hold[region] ?? 0), -1.5, 1.5);
    const before = keystrokes[i - 1];
    if (before !== undefined) fillPair(streams, i, { key, before, tables });
  });
  return streams;
}

interface Pair {
  readonly key: Keystroke;
  readonly before: Keystroke;
  readonly tables: RhythmTables;
}

function fillPair(streams: TypingStreams, i: number, { key, before, tables }: Pair): void {
  const since = key.pressAt - before.pressAt;
  streams.sincePress[i] = since;
  if (since > LONGEST_MS) return;
  const pair = (streams.region[i - 1] ?? 0) * REGION_COUNT + (streams.region[i] ?? 0);
  streams.pair[i] = pair;
  streams.sidePair[i] = (streams.side[i - 1] ?? 0) * 4 + (streams.side[i] ?? 0);
  const press = Math.log(limit(since, 1, LONGEST_MS));
  streams.press[i] = press;
  streams.pressResidual[i] = limit(press - (tables.press[pair] ?? 0), -1.5, 2);
  const lifted = before.releaseAt ?? Number.NaN;
  const gapMs = limit(key.pressAt - lifted, -500, LONGEST_MS);
  const gap = Math.asinh(gapMs / GAP_SCALE_MS);
  streams.gap[i] = gap;
  streams.gapResidual[i] = limit(gap - (tables.gap[pair] ?? 0), -2.5, 2.5);
  const releaseMs = limit((key.releaseAt ?? Number.NaN) - lifted, -500, LONGEST_MS);
  const release = Math.asinh(releaseMs / GAP_SCALE_MS);
  streams.release[i] = release;
  streams.releaseResidual[i] = limit(release - (tables.release[pair] ?? 0), -2.5, 2.5);
  if (!Number.isNaN(gapMs)) streams.rolled[i] = gapMs < 0 ? 1 : 0;
  if (!Number.isNaN(releaseMs)) streams.outOfOrder[i] = releaseMs < 0 ? 1 : 0;
}

/** NaN stays NaN. */
function limit(value: number, low: number, high: number): number {
  return value < low ? low : Math.min(value, high);
}
