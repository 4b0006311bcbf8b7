import { createRandom, gaussian, type Random } from "../math/random.ts";
import type { LogNormal, Mood } from "./person.ts";

/** Returns a log-normal number. */
export function logNormal({ median, spread }: LogNormal, random: Random): number {
  return median * Math.exp(spread * gaussian(random));
}

/** Returns the index of a share, drawn by these weights: they need not sum to 1. */
export function choose(weights: readonly number[], random: Random): number {
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < weights.length; i += 1) {
    rest -= weights[i] ?? 0;
    if (rest < 0) return i;
  }
  return Math.max(0, weights.length - 1);
}

/** Returns a generator of its own, so that what one part draws does not shift what another one does. */
export function fork(random: Random): Random {
  return createRandom(Math.floor(random() * 0x100000000));
}

/** An instant or a place as events keep it: to a tenth. */
export function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The spreads of {@link Mood}: how far a person's sessions lie apart. */
const MOOD: Mood = {
  interval: 0.07,
  intervalSpread: 0.1,
  hold: 0.08,
  holdSpread: 0.12,
  pauses: 0.35,
  pointing: 0.06,
  tremor: 0.15,
};

/** Returns how a person differs from itself in one session. */
export function drawMood(random: Random): Mood {
  const around = (spread: number): number => spread * gaussian(random);
  return {
    interval: around(MOOD.interval),
    intervalSpread: around(MOOD.intervalSpread),
    hold: around(MOOD.hold),
    holdSpread: around(MOOD.holdSpread),
    pauses: around(MOOD.pauses),
    pointing: around(MOOD.pointing),
    tremor: around(MOOD.tremor),
  };
}

/** An average day. */
export const EVEN_MOOD: Mood = {
  interval: 0,
  intervalSpread: 0,
  hold: 0,
  holdSpread: 0,
  pauses: 0,
  pointing: 0,
  tremor: 0,
};
