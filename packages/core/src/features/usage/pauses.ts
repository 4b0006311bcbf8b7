import { type Counts, countOne } from "./bounded-counts.ts";

/** Shorter is part of what one is doing. */
const SHORTEST_PAUSE_MS = 2_000;
/** Longer is not a pause but absence. */
const LONGEST_PAUSE_MS = 30 * 60_000;
const BINS_PER_OCTAVE = 8;
const BINS = Math.ceil(BINS_PER_OCTAVE * Math.log2(LONGEST_PAUSE_MS / SHORTEST_PAUSE_MS)) + 1;

/** Counts this time between two events, in place, in bins of an eighth of an octave; less than 2 s or more than 30 min is no pause. */
export function countPause(histogram: Counts, elapsedMs: number): void {
  if (!(elapsedMs >= SHORTEST_PAUSE_MS && elapsedMs <= LONGEST_PAUSE_MS)) return;
  const bin = Math.floor(BINS_PER_OCTAVE * Math.log2(elapsedMs / SHORTEST_PAUSE_MS));
  countOne(histogram, String(bin), BINS);
}

/** Returns how many pauses there were, and their median, which is off by at most 4.5 % (half a bin); null without pauses. */
export function readPauses(histogram: Readonly<Counts>): { readonly count: number; readonly medianMs: number | null } {
  const bins = Object.entries(histogram)
    .map(([bin, count]) => ({ bin: Number(bin), count }))
    .sort((left, right) => left.bin - right.bin);
  const count = bins.reduce((sum, each) => sum + each.count, 0);
  let seen = 0;
  for (const { bin, count: inBin } of bins) {
    seen += inBin;
    if (2 * seen >= count)
      return { count, medianMs: Math.round(SHORTEST_PAUSE_MS * 2 ** ((bin + 0.5) / BINS_PER_OCTAVE)) };
  }
  return { count: 0, medianMs: null };
}
