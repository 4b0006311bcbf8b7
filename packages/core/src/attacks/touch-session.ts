import type { Event, InputEvent, PointerEvent } from "../events/event.ts";
import { createRandom, gaussian, integer, type Random } from "../math/random.ts";
import { fork, logNormal, tenth } from "./draw.ts";
import { drawTouch, type TouchHabits } from "./draw-touch.ts";

export interface TouchSessionOptions {
  readonly startAt: number;
  readonly durationMs: number;
  readonly seed: number;
}

const WIDTH = 390;
const HEIGHT = 760;
const FRAME_MS = 16.7;

/** Returns how people touch who do not exist and really differ. */
export function createTouchers(count: number, seed: number): TouchHabits[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => drawTouch(fork(random)));
}

/** Returns the events of a session on a phone: taps, swipes and words on a soft keyboard, in time order. */
export function touchSession(habits: TouchHabits, { startAt, durationMs, seed }: TouchSessionOptions): Event[] {
  const random = createRandom(Math.imul(seed + 1, 0x9e3779b1) ^ Math.round(1e6 * habits.pressure));
  const mood = 0.1 * gaussian(random);
  const events: Event[] = [];
  let at = startAt;
  while (at < startAt + durationMs) {
    const kind = random();
    const done =
      kind < 0.45 ? tap(habits, at, random) : kind < 0.75 ? swipe(habits, at, random) : words(habits, at, random);
    events.push(...done);
    at = (done.at(-1)?.at ?? at) + logNormal(habits.pauseMs, random) * Math.exp(mood);
  }
  return events;
}

function finger(
  habits: TouchHabits,
  { at, x, y, phase }: Pick<PointerEvent, "at" | "x" | "y" | "phase">,
  random: Random,
): PointerEvent {
  const pressed = phase === "up" ? 0 : Math.min(1, Math.max(0.02, habits.pressure + 0.05 * gaussian(random)));
  return {
    ...{ kind: "pointer", phase, pointer: "touch", contact: 0, button: phase === "move" ? -1 : 0 },
    at: tenth(at),
    x: tenth(x),
    y: tenth(y),
    buttons: phase === "up" ? 0 : 1,
    pressure: Math.round(1000 * pressed) / 1000,
    size: tenth(logNormal(habits.sizePx, random)),
  };
}

function place(random: Random): { x: number; y: number } {
  return { x: 30 + random() * (WIDTH - 60), y: 60 + random() * (HEIGHT - 120) };
}

function tap(habits: TouchHabits, at: number, random: Random): PointerEvent[] {
  const { x, y } = place(random);
  const slip = logNormal(habits.slipPx, random);
  const angle = 2 * Math.PI * random();
  const end = { x: x + slip * Math.cos(angle), y: y + slip * Math.sin(angle) };
  const upAt = at + logNormal(habits.tapMs, random);
  return [
    finger(habits, { at, x, y, phase: "down" }, random),
    ...(slip > 2 ? [finger(habits, { at: (at + upAt) / 2, ...end, phase: "move" }, random)] : []),
    finger(habits, { at: upAt, ...end, phase: "up" }, random),
  ];
}

/** A stroke whose speed rises and falls around its peak, with a bow of its own. */
function swipe(habits: TouchHabits, at: number, random: Random): PointerEvent[] {
  const { x, y } = place(random);
  const length = logNormal(habits.swipePx, random);
  const lasts = logNormal(habits.swipeMs, random);
  const angle = (random() < 0.8 ? -Math.PI / 2 : Math.PI / 2) + 0.2 * gaussian(random);
  const steps = Math.max(5, Math.round(lasts / FRAME_MS));
  const warp = Math.log(0.5) / Math.log(habits.peak);
  const events: PointerEvent[] = [];
  for (let i = 0; i <= steps; i += 1) {
    const u = (i / steps) ** warp;
    const along = length * (10 * u ** 3 - 15 * u ** 4 + 6 * u ** 5);
    const aside = habits.bow * length * Math.sin(Math.PI * u) + habits.jitterPx * gaussian(random);
    const where = {
      x: x + along * Math.cos(angle) - aside * Math.sin(angle),
      y: y + along * Math.sin(angle) + aside * Math.cos(angle),
    };
    const phase = i === 0 ? "down" : i === steps ? "up" : "move";
    events.push(finger(habits, { at: at + (i * lasts) / steps, ...where, phase }, random));
  }
  return events;
}

function words(habits: TouchHabits, startAt: number, random: Random): InputEvent[] {
  const events: InputEvent[] = [];
  let at = startAt;
  for (let left = 6 + integer(random, 25); left > 0; left -= 1) {
    events.push({ kind: "input", at: tenth(at), what: random() < habits.deletes ? "delete" : "insert" });
    at += logNormal(habits.inputMs, random);
  }
  return events;
}
