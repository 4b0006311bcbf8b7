/** Log-odds from -6 to 6 in quarters, and one bin on either side for what lies beyond. */
const LOWEST = -6;
const WIDTH = 0.25;
export const SCORE_BINS = 50;

/** Returns the bin of these log-odds. */
export function binOf(logOdds: number): number {
  if (Number.isNaN(logOdds)) throw new RangeError("log-odds must be a number");
  return Math.min(SCORE_BINS - 1, Math.max(0, Math.floor((logOdds - LOWEST) / WIDTH) + 1));
}

/** Returns the share of the counts below these log-odds, linear within a bin; 0 where nothing was counted. */
export function rankOf(counts: readonly number[], logOdds: number): number {
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (total === 0) return 0;
  const bin = binOf(logOdds);
  let below = 0;
  for (let i = 0; i < bin; i += 1) below += counts[i] ?? 0;
  const into = Math.min(1, Math.max(0, (logOdds - lowerEdge(bin)) / WIDTH));
  return (below + into * (counts[bin] ?? 0)) / total;
}

/** Returns the log-odds below which this share of the counts lies, linear within a bin; undefined where nothing was counted. */
export function quantileOf(counts: readonly number[], share: number): number | undefined {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`share must lie in 0 to 1, got ${share}`);
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (total === 0) return undefined;
  let below = 0;
  for (let i = 0; i < SCORE_BINS; i += 1) {
    const here = counts[i] ?? 0;
    if (here > 0 && below + here >= share * total) return lowerEdge(i) + (WIDTH * (share * total - below)) / here;
    below += here;
  }
  return lowerEdge(SCORE_BINS - 1);
}

/** What lies beyond the range is taken for the bin next to it. */
function lowerEdge(bin: number): number {
  return LOWEST + WIDTH * (bin - 1);
}
