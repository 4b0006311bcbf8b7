import { gaussian, type Random } from "../math/random.ts";
import type { LogNormal } from "./person.ts";

/** How somebody touches a phone. */
export interface TouchHabits {
  readonly tapMs: LogNormal;
  /** How far the finger slips while it taps, px. */
  readonly slipPx: LogNormal;
  /** Contact size, px, and pressure, 0 to 1: of the finger and of the screen alike. */
  readonly sizePx: LogNormal;
  readonly pressure: number;
  readonly pauseMs: LogNormal;
  readonly swipeMs: LogNormal;
  readonly swipePx: LogNormal;
  /** Sideways bow of a swipe as a share of its length: a thumb turns around its joint. */
  readonly bow: number;
  /** Where in a swipe it is fastest: 0.5 is half way. */
  readonly peak: number;
  readonly jitterPx: number;
  /** Time between two inputs of a soft keyboard, and how often one is taken back. */
  readonly inputMs: LogNormal;
  readonly deletes: number;
}

/** Returns how a new person touches. All medians and spreads are set here: no set of touches was at hand to learn them from. */
export function drawTouch(random: Random): TouchHabits {
  const around = (median: number, spread: number): number => median * Math.exp(spread * gaussian(random));
  return {
    tapMs: { median: around(85, 0.25), spread: 0.25 },
    slipPx: { median: around(1.5, 0.4), spread: 0.6 },
    sizePx: { median: around(24, 0.2), spread: 0.12 },
    pressure: Math.min(0.9, Math.max(0.1, 0.4 + 0.12 * gaussian(random))),
    pauseMs: { median: around(900, 0.3), spread: 0.7 },
    swipeMs: { median: around(220, 0.25), spread: 0.3 },
    swipePx: { median: around(260, 0.25), spread: 0.35 },
    bow: 0.06 * gaussian(random),
    peak: Math.min(0.75, Math.max(0.25, 0.45 + 0.08 * gaussian(random))),
    jitterPx: around(0.6, 0.3),
    inputMs: { median: around(230, 0.3), spread: 0.4 },
    deletes: Math.min(0.2, around(0.05, 0.5)),
  };
}
