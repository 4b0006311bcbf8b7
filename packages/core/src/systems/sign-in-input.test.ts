import fc from "fast-check";
import { expect, test } from "vitest";
import { enrolPhrase } from "../comparison/fixed-text/fixed-text.ts";
import { EDITS, type Event } from "../events/event.ts";
import { KEY_ZONES, type KeyZone } from "../events/key-zone.ts";
import type { Keystroke } from "../events/segment.ts";
import { phraseOfKeys } from "../features/fixed-text/phrase-of-keys.ts";
import { personAndChange } from "../trust/person-and-change.ts";
import { judgeSignIn, learnSignIn, signInPhrase, trustAtSignIn } from "./sign-in.ts";

const FIELD = 7;
const MOST_LLR = 8;
const ZONES: readonly KeyZone[] = ["leftTop", "rightHome", "leftHome", "rightTop", "digit", "leftBottom"];
const repetitions = [1, 2, 3, 4, 5].flatMap((turn) => {
  const keys = ZONES.map((zone, i): Keystroke => {
    const pressAt = i * (150 + 7 * turn) + ((i * turn) % 5) * 9;
    return { zone, pressAt, releaseAt: pressAt + 80 + ((i + turn) % 4) * 6 };
  });
  const phrase = phraseOfKeys(keys);
  return phrase.kind === "phrase" ? [phrase] : [];
});
const outcome = enrolPhrase(repetitions, { now: 0 });
if (outcome.kind !== "enrolledPhrase") throw new Error(outcome.reason);
const { reference } = outcome;

/** Instants of a good clock, of one of 16 ms, and of one that jumps. */
const instant = fc.oneof(
  fc.integer({ min: 0, max: 5000 }),
  fc.integer({ min: 0, max: 300 }).map((tick) => 16 * tick),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
);
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant("key" as const),
    phase: fc.constantFrom("down" as const, "up" as const),
    zone: fc.oneof(fc.constantFrom(...ZONES), fc.constantFrom(...KEY_ZONES)),
    press: fc.integer({ min: 0, max: 12 }),
    shortcut: fc.boolean(),
    at: instant,
  }),
  fc.record({
    kind: fc.constant("focus" as const),
    phase: fc.constantFrom("in" as const, "out" as const),
    field: fc.constantFrom(FIELD, FIELD + 1),
    at: instant,
  }),
  fc.record({ kind: fc.constant("edit" as const), what: fc.constantFrom(...EDITS), at: instant }),
);

test("whatever events come, a sign-in is finite evidence or a reason, and trust stays a probability", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const typed = signInPhrase(events, FIELD);
      const signIn = judgeSignIn(reference, typed, { now: 0 });
      const { evidence } = signIn;
      if (evidence.kind === "evidence") {
        expect(Math.abs(evidence.llr)).toBeLessThanOrEqual(MOST_LLR);
        expect(Number.isFinite(evidence.score)).toBe(true);
      } else expect(evidence.reason).toBe("failureToAcquire");
      const { value } = personAndChange.read(trustAtSignIn(personAndChange, signIn));
      if (value !== undefined) expect(value >= 0 && value <= 1).toBe(true);
      expect(value === undefined).toBe(evidence.kind === "noEvidence");
    }),
    { numRuns: 300, seed: 1 },
  );
});

test("whatever times the right keys have, the judgement is bounded and the reference stays usable", () => {
  const time = fc.oneof(
    fc.integer({ min: 0, max: 2000 }),
    fc.constantFrom(0, 16, 32, Number.NaN, 1e-9, 1999),
    fc.double({ min: 0, max: 1e9, noNaN: true }),
  );
  const times = fc.tuple(
    fc.array(time, { minLength: ZONES.length, maxLength: ZONES.length }),
    fc.array(time, { minLength: ZONES.length, maxLength: ZONES.length }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(times, ([holds, gaps, confirmed]) => {
      let at = 0;
      const keys = ZONES.map((zone, i): Keystroke => {
        const hold = holds[i] ?? Number.NaN;
        const key = { zone, pressAt: at, releaseAt: Number.isNaN(hold) ? undefined : at + hold };
        at += Number.isNaN(gaps[i]) ? 0 : (gaps[i] ?? 0);
        return key;
      });
      const typed = phraseOfKeys(keys);
      const { evidence } = judgeSignIn(reference, typed, { now: 0 });
      if (evidence.kind === "evidence") expect(Math.abs(evidence.llr)).toBeLessThanOrEqual(MOST_LLR);
      const learnt = learnSignIn(reference, typed, { now: 0, confirmed });
      const [usual] = repetitions;
      if (usual === undefined) throw new Error("there are repetitions");
      expect(judgeSignIn(learnt, usual, { now: 0 }).evidence.kind).toBe("evidence");
    }),
    { numRuns: 300, seed: 1 },
  );
});

test("ten thousand keys at once are a reason, and soon", () => {
  const keys = Array.from({ length: 10_000 }, (_, i): Event[] => [
    { kind: "key", phase: "down", zone: "space", press: i, shortcut: false, at: 100 * i + 1 },
    { kind: "key", phase: "up", zone: "space", press: i, shortcut: false, at: 100 * i + 80 },
  ]).flat();
  const typed = signInPhrase([{ kind: "focus", phase: "in", field: FIELD, at: 0 }, ...keys], FIELD);
  expect(typed).toMatchObject({ kind: "phraseAbsence", reason: "tooManyKeys" });
});
