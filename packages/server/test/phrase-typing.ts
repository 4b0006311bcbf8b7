import { type Event, gaussian, type Random } from "@habitus/core";
import { encodeBatch, type WireBatch } from "@habitus/wire";

/** Somebody who types a phrase with these times, more or less. */
export interface PhraseHabit {
  readonly holdsMs: readonly number[];
  readonly gapsMs: readonly number[];
}

/** Two people: the second is slower, and pauses and holds other keys. */
export const OWNER: PhraseHabit = {
  holdsMs: [92, 80, 105, 70, 88, 95, 76, 110, 84, 90, 72, 99],
  gapsMs: [140, 210, 120, 180, 95, 260, 130, 150, 110, 190, 105],
};
export const STRANGER: PhraseHabit = {
  holdsMs: [130, 60, 66, 118, 60, 140, 122, 64, 131, 58, 125, 62],
  gapsMs: [320, 130, 290, 110, 310, 120, 280, 330, 260, 115, 300],
};

let presses = 0;

export interface PhraseOptions {
  readonly at: number;
  readonly random: Random;
  readonly habit?: PhraseHabit;
  readonly field?: number;
  /** How it ends: sent with Enter, or left for another field. */
  readonly end?: "enter" | "leave" | "nothing";
}

/** Returns a phrase as the collector tells it: a mark before each press, and of every key no more than that it writes. */
export function typePhrase({ at, random, habit = OWNER, field = 7, end = "enter" }: PhraseOptions): Event[] {
  const events: Event[] = [];
  let now = at;
  const press = (zone: "space" | "enter", holdMs: number): void => {
    const key = { kind: "key", zone, press: presses, shortcut: false } as const;
    presses += 1;
    events.push({ kind: "phrase", field, at: now }, { ...key, phase: "down", at: now });
    events.push({ ...key, phase: "up", at: now + holdMs });
  };
  habit.holdsMs.forEach((holdMs, i) => {
    press("space", holdMs * Math.exp(0.1 * gaussian(random)));
    now += (habit.gapsMs[i] ?? 160) * Math.exp(0.12 * gaussian(random));
  });
  if (end === "enter") press("enter", 80);
  if (end === "leave") events.push({ kind: "focus", phase: "out", field: 1, at: now + 100 });
  return events.sort((left, right) => left.at - right.at);
}

/** One batch of a stream; `seq` counts up. */
export function batchOf(events: readonly Event[], seq: number, { stream = 1, quantumMs = 0.1 } = {}): WireBatch {
  return encodeBatch({ stream, seq, quantumMs, lost: 0, events });
}
