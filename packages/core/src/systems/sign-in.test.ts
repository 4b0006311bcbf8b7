import { describe, expect, test } from "vitest";
import { createPopulation, type SimulatedPerson, typeText } from "../attacks/index.ts";
import type { Reference } from "../comparison/comparator.ts";
import { enrolPhrase } from "../comparison/fixed-text/fixed-text.ts";
import type { Event } from "../events/event.ts";
import type { KeyZone } from "../events/key-zone.ts";
import type { Phrase, PhraseAbsence } from "../features/fixed-text/phrase.ts";
import { createRandom } from "../math/random.ts";
import { NEWLY_INVENTED } from "../models/shipped-phrases.ts";
import { personAndChange } from "../trust/person-and-change.ts";
import { judgeSignIn, learnSignIn, signInPhrase, trustAtSignIn } from "./sign-in.ts";

const FIELD = 4711;
const NAME: readonly KeyZone[] = ["leftTop", "rightHome", "leftHome", "rightTop", "rightBottom", "leftHome"];
const ZONES: readonly KeyZone[] = [...NAME, "punctuation", ...NAME, "digit", "enter"];
const ENROLLED = 10;
const now = 1_800_000_000_000;
const people = createPopulation(12, 5);

/** The person comes to the page, fills in the field and leaves it. */
function signIn(person: SimulatedPerson, attempt: number): Event[] {
  const random = createRandom(person.seed + 7919 * attempt);
  const keys = typeText(person, { zones: ZONES, startAt: 1000, random });
  return [{ kind: "focus", phase: "in", at: 500, field: FIELD }, ...keys];
}
function phrasesOf(person: SimulatedPerson, from: number, to: number): Phrase[] {
  return Array.from({ length: to - from }, (_, i) => signInPhrase(signIn(person, from + i), FIELD)).filter(
    (phrase) => phrase.kind === "phrase",
  );
}
function enrolled(person: SimulatedPerson): Reference {
  const outcome = enrolPhrase(phrasesOf(person, 0, ENROLLED), { now });
  if (outcome.kind !== "enrolledPhrase") throw new Error(outcome.reason);
  return outcome.reference;
}
function llrOf(reference: Reference, phrase: Phrase | PhraseAbsence): number {
  const { evidence } = judgeSignIn(reference, phrase, { now });
  return evidence.kind === "evidence" ? evidence.llr : Number.NaN;
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("a sign-in", () => {
  test("speaks for the enrolled person and against everybody else", () => {
    const references = people.map(enrolled);
    const own = people.flatMap((person, i) =>
      phrasesOf(person, 50, 60).map((phrase) => llrOf(references[i] as Reference, phrase)),
    ); // Safe: one reference for each of the people.
    const others = people.flatMap((person, i) =>
      phrasesOf(person, 50, 52).flatMap((phrase) =>
        references.flatMap((reference, j) => (i === j ? [] : [llrOf(reference, phrase)])),
      ),
    );
    const known = (list: readonly number[]): number[] => list.filter((llr) => !Number.isNaN(llr));
    expect(mean(known(own))).toBeGreaterThan(0);
    expect(mean(known(others))).toBeLessThan(-2);
    // The simulated people compose what they type, with pauses: they vary more than people do who type their own name.
    const ordered = known(own).map((mine) => mean(known(others).map((theirs) => (mine > theirs ? 1 : 0))));
    expect(mean(ordered)).toBeGreaterThan(0.85);
    expect(mean(known(others).map((llr) => (llr > 0 ? 1 : 0)))).toBeLessThan(0.2);
  });

  test("is the first evidence of the session's trust", () => {
    const [person, stranger] = people as [SimulatedPerson, SimulatedPerson]; // Safe: there are twelve.
    const reference = enrolled(person);
    const begin = (of: SimulatedPerson): number[] =>
      phrasesOf(of, 70, 80).flatMap((phrase) => {
        const state = trustAtSignIn(personAndChange, judgeSignIn(reference, phrase, { now }));
        return personAndChange.read(state).value ?? [];
      });
    expect(mean(begin(person))).toBeGreaterThan(mean(begin(stranger)));
    const nothing = trustAtSignIn(personAndChange, judgeSignIn(undefined, signInPhrase([], FIELD), { now }));
    expect(personAndChange.read(nothing).value).toBeUndefined();
  });

  test("that cannot be judged is no evidence, and says why", () => {
    const [person] = people as [SimulatedPerson]; // Safe: there are twelve.
    const reference = enrolled(person);
    const [phrase] = phrasesOf(person, 90, 95) as [Phrase]; // Safe: five attempts give one without a correction.
    const reason = (of: Reference | undefined, typed: Phrase | PhraseAbsence): unknown => {
      const { evidence, absence } = judgeSignIn(of, typed, { now });
      return [evidence.kind === "noEvidence" ? evidence.reason : evidence.kind, absence?.reason];
    };
    const pasted: Event[] = [
      { kind: "focus", phase: "in", at: 1, field: FIELD },
      { kind: "edit", what: "paste", at: 2 },
    ];
    expect(reason(undefined, phrase)).toEqual(["notEnrolled", undefined]);
    expect(reason({ ...reference, comparator: "fixed-text@0" }, phrase)).toEqual(["outdatedReference", undefined]);
    expect(reason(reference, signInPhrase(pasted, FIELD))).toEqual(["failureToAcquire", "pasted"]);
    expect(reason(reference, signInPhrase(signIn(person, 91), FIELD + 1))).toEqual([
      "failureToAcquire",
      "nothingTyped",
    ]);
    expect(reason(reference, { ...phrase, zones: phrase.zones.map(() => "space" as const) })).toEqual([
      "failureToAcquire",
      "otherKeys",
    ]);
  });

  test("teaches the reference, but a stranger cannot lead it away", () => {
    const [person, stranger] = people as [SimulatedPerson, SimulatedPerson]; // Safe: there are twelve.
    const probes = phrasesOf(stranger, 200, 210);
    const before = enrolled(person);
    let reference = before;
    for (const phrase of phrasesOf(stranger, 100, 150))
      reference = learnSignIn(reference, phrase, { now, confirmed: false });
    const after = mean(probes.map((phrase) => llrOf(reference, phrase)));
    expect(after).toBeLessThan(mean(probes.map((phrase) => llrOf(before, phrase))) + 1);
    let confirmed = before;
    for (const phrase of phrasesOf(person, 100, 140))
      confirmed = learnSignIn(confirmed, phrase, { now, confirmed: true });
    expect(confirmed.samples).toBeGreaterThan(before.samples);
    expect(learnSignIn(before, signInPhrase([], FIELD), { now, confirmed: true })).toBe(before);
  });

  test("with an invented phrase expects practice", () => {
    const [person] = people as [SimulatedPerson]; // Safe: there are twelve.
    let reference = enrolled(person);
    for (const phrase of phrasesOf(person, 100, 130))
      reference = learnSignIn(reference, phrase, { now, confirmed: false, model: NEWLY_INVENTED });
    const [phrase] = phrasesOf(person, 300, 305) as [Phrase]; // Safe: five attempts give one without a correction.
    const { evidence } = judgeSignIn(reference, phrase, { now, model: NEWLY_INVENTED });
    expect(evidence.kind).toBe("evidence");
  });
});
