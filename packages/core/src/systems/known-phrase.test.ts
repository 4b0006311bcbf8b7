import { describe, expect, test } from "vitest";
import { createPopulation, type SimulatedPerson, typeText } from "../attacks/index.ts";
import type { Event } from "../events/event.ts";
import type { KeyZone } from "../events/key-zone.ts";
import type { Phrase } from "../features/fixed-text/phrase.ts";
import { readMarked } from "../features/fixed-text/read-marked.ts";
import { createRandom } from "../math/random.ts";
import { habitusPolicy } from "../policy/presets.ts";
import { personAndChange } from "../trust/person-and-change.ts";
import { type KnownPhrase, learnRepetition, REPETITIONS_KEPT, UNKNOWN_PHRASE } from "./known-phrase.ts";
import { firstEvidence, judgeSignIn, trustAtSignIn } from "./sign-in.ts";

const now = 1_800_000_000_000;
const TEXT: readonly KeyZone[] = ["leftTop", "rightHome", "leftHome", "rightTop", "rightBottom", "leftHome", "digit"];
const people = createPopulation(6, 5);

/** Attempts of a person at a phrase of that many keys, as the collector tells them; those with corrections are left out. */
function attempts(person: SimulatedPerson, from: number, to: number, keys = 13): Phrase[] {
  const zones = Array.from({ length: keys }, (_, i) => TEXT[i % TEXT.length] ?? "space");
  return Array.from({ length: to - from }, (_, i) => {
    const random = createRandom(person.seed + 7919 * (from + i));
    const events = typeText(person, { zones, startAt: 1000, random }).flatMap((event): Event[] => {
      const told = event.zone === "backspace" ? event : { ...event, zone: "space" as const };
      return event.phase === "down" ? [{ kind: "phrase", field: 1, at: event.at }, told] : [told];
    });
    const end: Event = { kind: "focus", phase: "out", field: 1, at: 1e6 };
    return readMarked(undefined, [...events, end], 0.1).typed[0]?.phrase;
  }).filter((phrase) => phrase?.kind === "phrase" && phrase.zones.length === keys) as Phrase[]; // safe: it was looked at
}
function learn(known: KnownPhrase, phrases: readonly Phrase[], confirmed = false): KnownPhrase {
  return phrases.reduce((before, phrase) => learnRepetition(before, phrase, { now, confirmed }), known);
}
const [person, stranger] = people as [SimulatedPerson, SimulatedPerson]; // there are six
const own = attempts(person, 0, 40);

describe("what is known of a phrase", () => {
  test("is a reference from the third repetition on, and better with each of the first ten", () => {
    const counts = own.slice(0, 11).map((_, i) => learn(UNKNOWN_PHRASE, own.slice(0, i + 1)).reference?.samples);
    expect(counts).toEqual([undefined, undefined, 3, 4, 5, 6, 7, 8, 9, 10, 10]);
  });

  test("holds single repetitions only as long as it is made of them", () => {
    const young = learn(UNKNOWN_PHRASE, own.slice(0, 9));
    expect(young.repetitions.length).toBe(9);
    expect(learn(young, own.slice(9, REPETITIONS_KEPT)).repetitions).toEqual([]);
  });

  test("another phrase takes its place after three alike in a row, not after a slip", () => {
    const known = learn(UNKNOWN_PHRASE, own.slice(0, 12));
    const other = attempts(person, 100, 120, 9);
    const slipped = learn(known, [other[0] as Phrase, ...own.slice(12, 14), other[1] as Phrase]); // there are enough
    expect(judgeSignIn(slipped.reference, own[15] as Phrase, { now }).evidence.kind).toBe("evidence");
    const changed = learn(known, other.slice(0, 3));
    expect(judgeSignIn(changed.reference, other[4] as Phrase, { now }).evidence.kind).toBe("evidence");
    expect(judgeSignIn(changed.reference, own[15] as Phrase, { now }).absence?.reason).toBe("otherNumberOfKeys");
  });

  test("of another version counts for nothing and is made anew", () => {
    const known = learn(UNKNOWN_PHRASE, own.slice(0, 12));
    if (known.reference === undefined) throw new Error("it is enrolled");
    const older = { ...known, reference: { ...known.reference, comparator: "fixed-text@0" } };
    expect(learnRepetition(older, own[12] as Phrase, { now, confirmed: false }).reference).toBeUndefined();
    expect(learn(older, own.slice(12, 15)).reference?.samples).toBe(3);
  });
});

describe("a sign-in by itself", () => {
  const known = learn(UNKNOWN_PHRASE, own.slice(0, 12));
  const strangers = people.slice(1).flatMap((one) => attempts(one, 0, 12));

  test("tells people apart though no region of a key is known", () => {
    const llr = (phrase: Phrase): number => {
      const { evidence } = judgeSignIn(known.reference, phrase, { now });
      return evidence.kind === "evidence" ? evidence.llr : Number.NaN;
    };
    const mine = own.slice(12).map(llr);
    const theirs = strangers.map(llr);
    const ordered = mine.flatMap((one) => theirs.map((other) => (one > other ? 1 : 0)));
    expect(ordered.reduce<number>((sum, one) => sum + one, 0) / ordered.length).toBeGreaterThan(0.8);
  });

  test("never asks for a step-up, whoever typed it, and makes the application watch most strangers", () => {
    const values = strangers.map((phrase) => {
      const state = trustAtSignIn(personAndChange, judgeSignIn(known.reference, phrase, { now }));
      return personAndChange.read(state).value ?? Number.NaN;
    });
    expect(Math.min(...values)).toBeGreaterThanOrEqual(habitusPolicy.stepUpBelow);
    expect(values.filter((value) => value < habitusPolicy.observeBelow).length).toBeGreaterThan(0.45 * values.length);
  });

  test("enters trust with a bounded likelihood ratio, and not at all where it is no evidence", () => {
    const signIn = judgeSignIn(known.reference, attempts(stranger, 0, 2)[0] as Phrase, { now });
    expect(Math.abs(firstEvidence(signIn)?.llr ?? 9)).toBeLessThanOrEqual(4);
    expect(firstEvidence(judgeSignIn(undefined, own[0] as Phrase, { now }))).toBeUndefined();
  });
});
