import { gaussian, integer, type Random } from "../math/random.ts";
import { logNormal } from "./draw.ts";
import type { PointerHabits, ScrollHabits } from "./person.ts";

/** Most displays show 60 pictures a second; the others 75 or the mouse's own 125. */
const FRAMES_MS = [16.7, 16.7, 16.7, 16.7, 16.7, 16.7, 16.7, 16.7, 13.3, 8];

/**
 * Returns how a new person points. Time by difficulty is Fitts' law with the throughput of 3.7 to 4.9 bits per second that
 * ISO 9241-9 tests of the mouse give (Soukoreff & MacKenzie 2004), a speed profile after Plamondon's log-normal strokes
 * (1995) and a first stroke that mostly falls a little short (Meyer et al. 1988). Spreads between people are set here.
 */
export function drawPointing(random: Random): PointerHabits {
  const quick = gaussian(random);
  return {
    startMs: 110 * Math.exp(0.25 * gaussian(random)),
    perBitMs: 104 * Math.exp(0.23 * quick + 0.08 * gaussian(random)),
    timeSpread: 0.2 * Math.exp(0.2 * gaussian(random)),
    reach: 0.93 + 0.06 * gaussian(random),
    reachStd: 0.06 * Math.exp(0.3 * gaussian(random)),
    skew: 0.41 * Math.exp(0.38 * gaussian(random)),
    bow: 0.08 * gaussian(random),
    bowAxis: 2 * Math.PI * random(),
    bowStd: 0.04 * Math.exp(0.3 * gaussian(random)),
    tremorPx: 0.6 * Math.exp(0.45 * gaussian(random)),
    dwellMs: { median: 110 * Math.exp(0.3 * quick + 0.2 * gaussian(random)), spread: 0.4 },
    clickMs: { median: 82 * Math.exp(0.22 * gaussian(random)), spread: 0.2 },
    restMs: { median: 300 * Math.exp(0.3 * gaussian(random)), spread: 0.7 },
    fidgets: 0.15 * Math.exp(0.5 * gaussian(random)),
    frameMs: FRAMES_MS[integer(random, FRAMES_MS.length)] ?? 16.7,
  };
}

/** Returns how a new person scrolls: two in three with a wheel of 100 px a notch, the others on a trackpad. */
export function drawScrolling(random: Random): ScrollHabits {
  const wheel = random() < 0.65;
  return {
    device: wheel ? "wheel" : "trackpad",
    stepPx: wheel ? (random() < 0.7 ? 100 : 120) : logNormal({ median: 28, spread: 0.3 }, random),
    steps: logNormal({ median: wheel ? 3.5 : 22, spread: 0.3 }, random),
    everyMs: wheel ? logNormal({ median: 85, spread: 0.3 }, random) : 16.7,
  };
}
