import { gaussian, type Random } from "../math/random.ts";
import type { PointerHabits } from "./person.ts";

/** A place in the viewport, CSS px. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface PathPoint extends Place {
  /** Since the start of the stroke. */
  readonly ms: number;
}

interface Submovement {
  readonly startMs: number;
  readonly durationMs: number;
  readonly dx: number;
  readonly dy: number;
}

export interface StrokeOptions {
  readonly from: Place;
  readonly to: Place;
  readonly durationMs: number;
  /** Multiplies the person's tremor. */
  readonly tremor: number;
  readonly random: Random;
}

/** The tremor stays this much the same from frame to frame. */
const TREMOR_STAYS = 0.75;
const FIRST_STROKE_SHARE = 0.62;
const CLOSE_ENOUGH_PX = 2;
const MOST_CORRECTIONS = 3;

/**
 * Returns the places of a pointer on its way, one a frame: a first stroke that reaches about as far as the person's first
 * strokes do, then corrections of what is missing, each with a log-normal speed profile (Plamondon 1995) and overlapping
 * (Meyer et al. 1988); bowed sideways by an amount that depends on the direction; with a tremor that is coloured noise.
 */
export function strokePath(habits: PointerHabits, options: StrokeOptions): PathPoint[] {
  const { from, to, durationMs, random } = options;
  const parts = submovements(habits, options);
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const direction = Math.atan2(to.y - from.y, to.x - from.x);
  const bow = distance * (habits.bow * Math.cos(direction - habits.bowAxis) + habits.bowStd * gaussian(random));
  const tremorPx = habits.tremorPx * options.tremor;
  const phase = random() * habits.frameMs;
  const points: PathPoint[] = [];
  let shakeX = 0;
  let shakeY = 0;
  for (let ms = phase; ms < durationMs; ms += habits.frameMs) {
    shakeX = TREMOR_STAYS * shakeX + Math.sqrt(1 - TREMOR_STAYS ** 2) * tremorPx * gaussian(random);
    shakeY = TREMOR_STAYS * shakeY + Math.sqrt(1 - TREMOR_STAYS ** 2) * tremorPx * gaussian(random);
    let x = from.x;
    let y = from.y;
    parts.forEach((part, i) => {
      const share = progress((ms - part.startMs) / part.durationMs, habits.skew);
      const side = i === 0 ? 4 * share * (1 - share) * bow : 0;
      x += part.dx * share - side * Math.sin(direction);
      y += part.dy * share + side * Math.cos(direction);
    });
    points.push({ ms, x: x + shakeX, y: y + shakeY });
  }
  return points;
}

function submovements(habits: PointerHabits, { from, to, durationMs, random }: StrokeOptions): Submovement[] {
  const parts: Submovement[] = [];
  let left = { dx: to.x - from.x, dy: to.y - from.y };
  let startMs = 0;
  let share = FIRST_STROKE_SHARE;
  for (let i = 0; i <= MOST_CORRECTIONS; i += 1) {
    const final = i === MOST_CORRECTIONS || Math.hypot(left.dx, left.dy) < CLOSE_ENOUGH_PX;
    const reach = final ? 1 : habits.reach + habits.reachStd * gaussian(random);
    const partMs = final ? durationMs - startMs : share * durationMs;
    parts.push({ startMs, durationMs: partMs, dx: left.dx * reach, dy: left.dy * reach });
    if (final) break;
    left = { dx: left.dx * (1 - reach), dy: left.dy * (1 - reach) };
    startMs += 0.8 * partMs; // the correction begins before the stroke has ended
    share *= 0.45;
  }
  return parts;
}

/**
 * Share of a stroke's way at this share of its time, 0 to 1: a log-normal distribution function, within 0.01 by the logistic
 * one, scaled so that the stroke has arrived at the end of its time.
 */
function progress(time: number, skew: number): number {
  if (time <= 0) return 0;
  if (time >= 1) return 1;
  const reached = (z: number): number => 1 / (1 + Math.exp(-1.702 * z));
  // The end of the time lies two spreads above the median.
  return reached(Math.log(time) / skew + 2) / reached(2);
}
