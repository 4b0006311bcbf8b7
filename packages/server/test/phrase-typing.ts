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

/** Returns a phrase of this person, more or less, as the collector tells it. */
export function typePhrase({ at, random, habit = OWNER, field = 7, end = "enter" }: PhraseOptions): Event[] {
  const vary = (ms: number, spread: number): number => ms * Math.exp(spread * gaussian(random));
  const holdsMs = habit.holdsMs.map((ms) => vary(ms, 0.1));
  const gapsMs = [...habit.gapsMs, 160].map((ms) => vary(ms, 0.12));
  const times = end === "enter" ? { holdsMs: [...holdsMs, 80], gapsMs } : { holdsMs, gapsMs };
  const events = phraseOf(times, { at, field, isSent: end === "enter" });
  const last = events.at(-1)?.at ?? at;
  return end === "leave" ? [...events, { kind: "focus", phase: "out", field: 1, at: last + 100 }] : events;
}

/** Returns keys with these holds and times from press to press, a mark before each; the last one is Enter where it is sent. */
export function phraseOf(
  { holdsMs, gapsMs }: PhraseHabit,
  { at, field = 7, isSent = true }: { readonly at: number; readonly field?: number; readonly isSent?: boolean },
): Event[] {
  const events: Event[] = [];
  let pressAt = at;
  holdsMs.forEach((holdMs, i) => {
    const zone = isSent && i === holdsMs.length - 1 ? "enter" : "space";
    const key = { kind: "key", zone, press: presses, shortcut: false } as const;
    presses += 1;
    events.push({ kind: "phrase", field, at: pressAt }, { ...key, phase: "down", at: pressAt });
    events.push({ ...key, phase: "up", at: pressAt + holdMs });
    pressAt += gapsMs[i] ?? 160;
  });
  return events.sort((left, right) => left.at - right.at);
}

/** One batch of a stream; `seq` counts up. */
export function batchOf(events: readonly Event[], seq: number, { stream = 1, quantumMs = 0.1 } = {}): WireBatch {
  return encodeBatch({ stream, seq, quantumMs, lost: 0, events });
}
