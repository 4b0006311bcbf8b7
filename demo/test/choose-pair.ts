import { createRandom, type Event, type FeatureSet, habitus, type Sitting } from "@habitus/core";
import type { Keystroke, Person } from "./people.ts";

/** What the owner does in the browser, and what whoever takes over does at most. */
export const OWNER = { keys: 140, moves: 200 };
export const OTHER = { keys: 100, moves: 0 };
/** The owner's first message: the reference is made of it. */
const MESSAGE_WINDOWS = habitus.sufficientSamples;

export interface Pair {
  readonly owner: Person;
  readonly other: Person;
}

/** The test takes as long as the people did. */
const PATIENCE_MS = 35_000;

/**
 * Returns an owner and somebody else whom the system tells apart, the first that are found: the test is about the demo. How often
 * it is so with people who were not chosen, the test of one message prints, and the lab measures.
 */
export function choosePair(everybody: readonly Person[]): Pair {
  const people = everybody.filter((person) => typingMs(part(person, OWNER)) < PATIENCE_MS);
  for (const owner of people) {
    const other = people.find((person) => person !== owner && isToldApart(owner, person));
    if (other !== undefined) return { owner, other };
  }
  throw new Error(`none of the ${people.length} people is recognised well enough to show the demo with`);
}

/** What of a person's recording is done in the browser. */
export function part({ keys, moves }: Person, counts: { readonly keys: number; readonly moves: number }): Person {
  return { keys: keys.slice(0, counts.keys), moves: moves.slice(0, counts.moves) };
}

function typingMs({ keys }: Person): number {
  return (keys.at(-1)?.releaseAt ?? 0) - (keys[0]?.pressAt ?? 0);
}

/** Whether trust stays high while the owner types and a step-up is due before the other has typed as much as they may. */
function isToldApart(owner: Person, other: Person): boolean {
  const own = eventsOf(part(owner, OWNER).keys, { startAt: 0, firstPress: 0 });
  const until = own.at(-1)?.at ?? 0;
  const others = eventsOf(part(other, OTHER).keys, { startAt: until + 3_000, firstPress: OWNER.keys });
  const sets = featureSets([...own, ...others]);
  const made = habitus.enrol(sets.slice(0, MESSAGE_WINDOWS), { background: [], random: createRandom(1), now: until });
  if (made.kind !== "enrolment") return false;
  let sitting: Sitting | undefined;
  let trust = habitus.trust.initial();
  let isNoticed = false;
  for (const set of sets.slice(MESSAGE_WINDOWS)) {
    const next = habitus.follow?.(made.reference, set, sitting);
    sitting = next?.sitting;
    if (next?.evidence.kind === "evidence") trust = habitus.trust.update(trust, next.evidence);
    const value = habitus.trust.read(trust).value ?? 0;
    if (set.endedAt <= until && value < 0.85) return false;
    isNoticed ||= value < 0.2; // well below the threshold: a browser that runs late blurs a rhythm a little
  }
  return isNoticed;
}

function eventsOf(
  keys: readonly Keystroke[],
  { startAt, firstPress }: { readonly startAt: number; readonly firstPress: number },
): Event[] {
  const laterMs = startAt - (keys[0]?.pressAt ?? 0);
  return keys
    .flatMap(({ zone, pressAt, releaseAt }, i): Event[] => {
      const key = { kind: "key", zone, press: firstPress + i, shortcut: false } as const;
      return [
        { ...key, at: pressAt + laterMs, phase: "down" },
        { ...key, at: releaseAt + laterMs, phase: "up" },
      ];
    })
    .sort((left, right) => left.at - right.at);
}

function featureSets(events: readonly Event[]): FeatureSet[] {
  const { windows } = habitus.segmenter.push(habitus.segmenter.initial(), events, 0.1);
  return windows.flatMap((window) => (window.kind === "sample" ? [habitus.extractor.extract(window)] : []));
}
