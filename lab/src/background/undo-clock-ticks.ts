import type { Keystroke, Random, Sample } from "@habitus/core";

const COARSE_MS = 8;

/**
 * Spreads the times of a coarse clock (ticks of 8 ms and more) evenly within its ticks. What is learnt from such recordings is
 * then not the clock: times of a finer one are judged by it as well. The order of the presses stays.
 */
export function undoClockTicks(sample: Sample, random: Random): Sample {
  const { quantumMs } = sample;
  if (quantumMs < COARSE_MS) return sample;
  const within = (): number => (random() - 0.5) * quantumMs;
  let last = Number.NEGATIVE_INFINITY;
  const keystrokes = sample.keystrokes.map(({ zone, pressAt, releaseAt }): Keystroke => {
    const pressed = Math.max(last, pressAt + within());
    last = pressed;
    const released = releaseAt === undefined ? undefined : Math.max(pressed + 1, releaseAt + within());
    return { zone, pressAt: pressed, releaseAt: released };
  });
  return { ...sample, keystrokes };
}
