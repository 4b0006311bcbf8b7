import type { PointerEvent } from "../events/event.ts";
import { gaussian, type Random } from "../math/random.ts";
import { EVEN_MOOD, logNormal, tenth } from "./draw.ts";
import type { Mood, PointerHabits, SimulatedPerson } from "./person.ts";
import { type Place, strokePath } from "./stroke.ts";

/** Something to point at: its middle in px, how wide it is, and whether to press there. */
export interface Target extends Place {
  readonly widthPx: number;
  readonly click?: boolean;
}

export interface MovePointerOptions {
  readonly from: Place;
  readonly targets: readonly Target[];
  readonly startAt: number;
  readonly random: Random;
  /** An average day by default. */
  readonly mood?: Mood;
}

/** Spread of the end points over the target's width: 4 % of them miss a width of 4.133 (ISO 9241-9 effective width). */
const WIDTHS_PER_STD = 4.133;

/**
 * Returns the pointer events, in time order, of this person going to the targets one after the other: moves of whole pixels
 * at the device's rate, and a press and a release where a target is clicked. Time to a target is Fitts' law; the path is
 * one log-normal stroke and corrections, bowed, with tremor.
 */
export function movePointer(person: SimulatedPerson, options: MovePointerOptions): PointerEvent[] {
  const { from, targets, startAt, random, mood = EVEN_MOOD } = options;
  if (!Number.isFinite(startAt)) throw new RangeError(`startAt must be finite, got ${startAt}`);
  const { pointing, usage } = person;
  const events: PointerEvent[] = [];
  let place = from;
  let at = startAt;
  for (const target of targets) {
    const end = {
      x: target.x + (target.widthPx / WIDTHS_PER_STD) * gaussian(random),
      y: target.y + (target.widthPx / WIDTHS_PER_STD) * gaussian(random),
    };
    const durationMs = movementTime(pointing, { from: place, target, mood, random });
    const path = strokePath(pointing, { from: place, to: end, durationMs, tremor: Math.exp(mood.tremor), random });
    let last: Place = rounded(place);
    for (const point of path) {
      const next = rounded(point);
      if (next.x === last.x && next.y === last.y) continue; // a browser tells moves only
      last = next;
      events.push(toEvent("move", at + point.ms, last));
    }
    place = last;
    at += durationMs;
    if (target.click === true) {
      const pressAt = at + logNormal(pointing.dwellMs, random);
      const releaseAt = pressAt + logNormal(pointing.clickMs, random);
      events.push(toEvent("down", pressAt, last), toEvent("up", releaseAt, last));
      at = releaseAt;
    }
    at += rest(pointing, mood, random);
  }
  return events;

  function toEvent(phase: PointerEvent["phase"], when: number, { x, y }: Place): PointerEvent {
    const button = phase === "move" ? -1 : 0;
    const buttons = phase === "down" ? 1 : 0;
    const still = { contact: 0, pressure: phase === "down" ? 0.5 : 0, size: 0 };
    return { kind: "pointer", at: tenth(when), phase, pointer: usage.pointer, x, y, button, buttons, ...still };
  }
}

function movementTime(
  { startMs, perBitMs, timeSpread }: PointerHabits,
  {
    from,
    target,
    mood,
    random,
  }: { readonly from: Place; readonly target: Target; readonly mood: Mood; readonly random: Random },
): number {
  const bits = Math.log2(Math.hypot(target.x - from.x, target.y - from.y) / target.widthPx + 1);
  return (startMs + perBitMs * bits) * Math.exp(mood.pointing + timeSpread * gaussian(random));
}

function rest({ restMs }: PointerHabits, { pauses }: Mood, random: Random): number {
  return logNormal(restMs, random) * Math.exp(pauses);
}

function rounded({ x, y }: Place): Place {
  return { x: Math.round(x), y: Math.round(y) };
}
