import type { PointerEvent } from "../events/event.ts";
import { KEY_ZONES } from "../events/key-zone.ts";
import type { Keystroke, Sample } from "../events/segment.ts";
import { gaussian, integer, type Random } from "../math/random.ts";

/** How a made-up person of the laws behaves: medians in ms and px. */
export interface Habit {
  readonly intervalMs: number;
  readonly holdMs: number;
  readonly stepPx: number;
}

/** Returns a sample with keystrokes, with pointer moves, or with both: regular enough to compare, never degenerate. */
export function randomSample(random: Random, habit: Habit, startedAt: number): Sample {
  const what = integer(random, 3);
  const keystrokes = what === 1 ? [] : randomKeystrokes(random, habit, startedAt);
  const pointer = what === 0 ? [] : randomPointer(random, habit, startedAt);
  return { ...frame(startedAt, keystrokes, pointer), quantumMs: 0.1 };
}

/** Returns a sample as no person gives it: empty, of one event, of one instant, without releases. */
export function oddSample(random: Random, startedAt: number): Sample {
  const keystrokes = randomKeystrokes(random, { intervalMs: 150, holdMs: 90, stepPx: 8 }, startedAt);
  const pointer = randomPointer(random, { intervalMs: 150, holdMs: 90, stepPx: 8 }, startedAt);
  const odd: readonly (readonly [readonly Keystroke[], readonly PointerEvent[]])[] = [
    [[], []],
    [keystrokes.slice(0, 1), []],
    [[], pointer.slice(0, 1)],
    [keystrokes.map((key) => ({ ...key, releaseAt: undefined })), []],
    [keystrokes.map((key) => ({ ...key, pressAt: startedAt, releaseAt: startedAt })), []],
    [[], pointer.map((event) => ({ ...event, at: startedAt }))],
    [[], pointer.map((event) => ({ ...event, x: 5, y: 5 }))],
    [[], pointer.map((event) => ({ ...event, phase: "down" as const }))],
  ];
  const [keys, moves] = odd[integer(random, odd.length)] ?? [[], []];
  return frame(startedAt, keys, moves);
}

function frame(startedAt: number, keystrokes: readonly Keystroke[], pointer: readonly PointerEvent[]): Sample {
  const ends = [...keystrokes.map(({ pressAt, releaseAt }) => releaseAt ?? pressAt), ...pointer.map(({ at }) => at)];
  const endedAt = Math.max(startedAt, ...ends);
  const pointerType = pointer[0]?.pointer;
  return { kind: "sample", startedAt, endedAt, quantumMs: 1, keystrokes, pointer, wheel: [], pointerType };
}

function randomKeystrokes(random: Random, habit: Habit, startedAt: number): Keystroke[] {
  let pressAt = startedAt;
  return Array.from({ length: 30 + integer(random, 30) }, () => {
    pressAt += 1 + habit.intervalMs * Math.exp(0.4 * gaussian(random));
    const releaseAt = random() < 0.02 ? undefined : pressAt + 1 + habit.holdMs * Math.exp(0.2 * gaussian(random));
    return { zone: KEY_ZONES[integer(random, KEY_ZONES.length)] ?? "other", pressAt, releaseAt };
  });
}

function randomPointer(random: Random, habit: Habit, startedAt: number): PointerEvent[] {
  let at = startedAt;
  let x = 400;
  let y = 300;
  return Array.from({ length: 60 + integer(random, 80) }, () => {
    at += integer(random, 20);
    x += habit.stepPx * gaussian(random);
    y += habit.stepPx * gaussian(random);
    const still = { contact: 0, button: -1, buttons: 0, pressure: 0, size: 1 };
    return { kind: "pointer", phase: "move", pointer: "mouse", at, x, y, ...still };
  });
}
