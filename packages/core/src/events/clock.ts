/** Resolutions that browsers and operating systems give their clocks, in milliseconds, finest first. */
const QUANTA = [1, 2, 4, 5, 8, 10, 15.625, 16, 50 / 3, 20, 100 / 3, 50, 100];
const FINEST_MS = 0.1;

/**
 * Returns the resolution (quantum, ms) of the clock behind these differences of successive time stamps: the coarsest
 * known one of which nine tenths of the positive differences up to 500 ms are multiples, to the 0.1 ms that events keep.
 * 0.1 when none fits. Fewer than 8 usable differences say nothing, and 1 is returned.
 *
 * @example
 * estimateQuantum([16, 32, 16, 48, 16, 64, 16, 16]); // 16
 */
export function estimateQuantum(differencesMs: readonly number[]): number {
  const usable = differencesMs.filter((difference) => difference > 0 && difference <= 500);
  if (usable.length < 8) return 1;
  let best = FINEST_MS;
  for (const quantum of QUANTA) {
    let fitting = 0;
    for (const difference of usable) {
      // Two stamps rounded to 0.1 ms are off by 0.1 together; a display's 59.94 Hz is not 60: hence the share.
      const steps = Math.round(difference / quantum);
      if (steps > 0 && Math.abs(difference - steps * quantum) <= 0.11 + difference / 1000) fitting += 1;
    }
    if (fitting >= 0.9 * usable.length) best = quantum;
  }
  return best;
}
