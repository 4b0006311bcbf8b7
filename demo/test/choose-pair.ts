import { baseline, createRandom, type Event, type FeatureSet, type Reference } from "@habitus/core";
import type { Keystroke, Move, Person } from "./people.ts";

/** What of a person's recording is learned from, and what is done in the browser. */
export const LEARNED = { keys: 500, moves: 1_600 };
export const LIVE = { keys: 140, moves: 500 };

export interface Pair {
  readonly owner: Person;
  readonly other: Person;
}

/** The test takes as long as the people did. */
const PATIENCE_MS = 32_000;

/**
 * Returns an owner whom the baseline system recognises and somebody else whom it does not, the first that are found. The test
 * is about the demo; how often the baseline is right about people who were not chosen is what the lab measures.
 */
export function choosePair(everybody: readonly Person[]): Pair {
  const people = everybody.filter((person) => typingMs(live(person)) < PATIENCE_MS);
  for (const [i, owner] of people.entries()) {
    const reference = enrol(owner, i);
    if (reference === undefined || lowestTrust(reference, live(owner)) < 0.85) continue;
    const other = people.find((person) => person !== owner && highestTrust(reference, live(person)) < 0.4);
    if (other !== undefined) return { owner, other };
  }
  throw new Error(`none of the ${people.length} people is recognised well enough to show the demo with`);
}

/** The events of the part that is learned from: typing first, then pointing. */
export function learnedEvents({ keys, moves }: Person, startAt: number): Event[] {
  return piece(keys.slice(0, LEARNED.keys), moves.slice(0, LEARNED.moves), startAt);
}

/** The part that is done in the browser. */
export function live({ keys, moves }: Person): Person {
  return {
    keys: keys.slice(LEARNED.keys, LEARNED.keys + LIVE.keys),
    moves: moves.slice(LEARNED.moves, LEARNED.moves + LIVE.moves),
  };
}

function piece(keys: readonly Keystroke[], moves: readonly Move[], startAt: number): Event[] {
  const typed = keys.flatMap(({ zone, pressAt, releaseAt }, press): Event[] => {
    const key = { kind: "key", zone, press, shortcut: false } as const;
    return [
      { ...key, at: startAt + pressAt - (keys[0]?.pressAt ?? 0), phase: "down" },
      { ...key, at: startAt + releaseAt - (keys[0]?.pressAt ?? 0), phase: "up" },
    ];
  });
  const after = Math.max(startAt, ...typed.map(({ at }) => at)) + 1_000;
  const still = {
    kind: "pointer",
    phase: "move",
    pointer: "mouse",
    contact: 0,
    button: -1,
    buttons: 0,
    pressure: 0,
    size: 0,
  } as const;
  const moved = moves.map(({ at, x, y }): Event => ({ ...still, at: after + at - (moves[0]?.at ?? 0), x, y }));
  return [...typed.sort((left, right) => left.at - right.at), ...moved];
}

function typingMs({ keys }: Person): number {
  return (keys.at(-1)?.releaseAt ?? 0) - (keys[0]?.pressAt ?? 0);
}

function featureSets(events: readonly Event[]): FeatureSet[] {
  const { windows } = baseline.segmenter.push(baseline.segmenter.initial(), events, 0.1);
  return windows.flatMap((window) => (window.kind === "sample" ? [baseline.extractor.extract(window)] : []));
}

function enrol(person: Person, seed: number): Reference | undefined {
  const samples = featureSets(learnedEvents(person, 0));
  const random = createRandom(seed);
  const made = baseline.enrol(samples, { background: baseline.background(400, seed), random, now: 0 });
  return made.kind === "enrolment" ? made.reference : undefined;
}

function trustPath(reference: Reference, { keys, moves }: Person): number[] {
  let state = baseline.trust.initial();
  const path: number[] = [];
  for (const probe of featureSets(piece(keys, moves, 0))) {
    const found = baseline.compare(reference, probe);
    if (found.kind !== "evidence") continue;
    state = baseline.trust.update(state, found);
    path.push(baseline.trust.read(state).value ?? 0);
  }
  return path.slice(baseline.policy.minimumScores - 1);
}

function lowestTrust(reference: Reference, person: Person): number {
  return Math.min(1, ...trustPath(reference, person));
}

function highestTrust(reference: Reference, person: Person): number {
  return Math.max(0, ...trustPath(reference, person));
}
