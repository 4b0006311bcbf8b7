import { describe, expect, test } from "vitest";
import { createPopulation } from "../attacks/population.ts";
import { session } from "../attacks/session.ts";
import type { Reference } from "../comparison/comparator.ts";
import type { Event } from "../events/event.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { createRandom } from "../math/random.ts";
import { shippedTyping } from "../models/shipped-typing.ts";
import { habitus } from "./habitus.ts";
import type { Sitting } from "./system.ts";
import { createTyping } from "./typing.ts";

const DAY = 86_400_000;
const people = createPopulation(8, 977);
const both = { type: 1, point: 1, scroll: 0.1, navigate: 0.1, read: 0 };

function events(person: number, day: number, mix: Partial<typeof both> = {}): Event[] {
  const who = people[person];
  if (who === undefined) throw new Error("no such person");
  return session(who, { startAt: day * DAY, durationMs: 180_000, seed: day, mix: { ...both, ...mix } });
}
function setsOf(list: readonly Event[]): FeatureSet[] {
  return habitus.segmenter
    .push(habitus.segmenter.initial(), list, 0.1)
    .windows.flatMap((window) => (window.kind === "sample" ? [habitus.extractor.extract(window)] : []));
}
function enrolled(samples: readonly FeatureSet[]): Reference {
  const made = habitus.enrol(samples, { background: [], random: createRandom(1), now: 3 * DAY });
  if (made.kind !== "enrolment") throw new Error(made.reason);
  return made.reference;
}
const reference = enrolled([...setsOf(events(0, 1)), ...setsOf(events(0, 2))]);
function follow(sets: readonly FeatureSet[], against = reference) {
  let sitting: Sitting | undefined;
  let trust = habitus.trust.initial();
  const said = sets.map((set) => {
    const next = habitus.follow?.(against, set, sitting);
    sitting = next?.sitting;
    if (next?.evidence.kind === "evidence") trust = habitus.trust.update(trust, next.evidence);
    return next?.evidence;
  });
  return { said, trust: habitus.trust.read(trust).value ?? Number.NaN };
}

describe("typing and pointing in one system", () => {
  test("each window is evidence of one modality, and the same sitting holds both", () => {
    const { said } = follow(setsOf(events(0, 5)));
    const found = said.filter((one) => one?.kind === "evidence");
    const of = (name: string) => found.filter((one) => one?.kind === "evidence" && one.modalities.join() === name);
    expect(of("keystroke").length).toBeGreaterThan(2);
    expect(of("pointer").length).toBeGreaterThan(2);
    expect(found.every((one) => one?.kind === "evidence" && one.source === "habitus@1")).toBe(true);
    // The first window of the second modality does not make trust forget the first.
    expect(found.filter((one) => one?.kind === "evidence" && one.sittingLlr === undefined).length).toBe(1);
  });

  test("trust moves while somebody only points, more for the owner than for others", () => {
    const only = (person: number) => follow(setsOf(events(person, 6, { type: 0 }))).trust;
    const own = only(0);
    const others = people.slice(1).map((_, i) => only(i + 1));
    expect(others.filter((value) => value < own).length).toBeGreaterThanOrEqual(others.length - 2);
    expect(Math.min(...others)).toBeLessThan(0.9); // it begins at 0.91
  });

  test("who only types is enrolled for typing, and their pointing is no evidence", () => {
    const typing = enrolled(setsOf(events(0, 1, { point: 0 })));
    const kinds = setsOf(events(0, 5)).map((set) => [set.keystrokes > 0, habitus.compare(typing, set)] as const);
    for (const [typed, evidence] of kinds) if (!typed) expect(evidence).toMatchObject({ kind: "noEvidence" });
    expect(kinds.some(([typed, { kind }]) => typed && kind === "evidence")).toBe(true);
    expect(kinds.some(([, one]) => one.kind === "noEvidence" && one.reason === "notEnrolled")).toBe(true);
  });

  test("a reference that typing made by itself is still read", () => {
    const alone = createTyping(shippedTyping);
    const [probe] = setsOf(events(0, 5)).filter(({ keystrokes }) => keystrokes > 0);
    if (probe === undefined) throw new Error("no window");
    const samples = [1, 2].flatMap((day) =>
      alone.segmenter
        .push(alone.segmenter.initial(), events(0, day), 0.1)
        .windows.flatMap((window) =>
          window.kind === "sample" && window.keystrokes.length > 0 ? [alone.extractor.extract(window)] : [],
        ),
    );
    const made = alone.enrol(samples, { background: [], random: createRandom(1), now: 3 * DAY });
    if (made.kind !== "enrolment") throw new Error(made.reason);
    const [own, joined] = [habitus.compare(made.reference, probe), habitus.compare(reference, probe)];
    expect(own.kind === "evidence" && joined.kind === "evidence" && Math.abs(own.llr - joined.llr) < 1e-9).toBe(true);
  });

  test("too little of either enrols nobody, and says what is least missing", () => {
    const made = habitus.enrol([], { background: [], random: createRandom(1), now: DAY });
    expect(made).toMatchObject({ kind: "failureToEnrol", need: 2, missing: 2 });
  });

  test("a reference whose parts are not as long as they say is refused", () => {
    const [probe] = setsOf(events(0, 5));
    if (probe === undefined) throw new Error("no window");
    const broken = { ...reference, payload: reference.payload.slice(0, -3) };
    expect(() => habitus.compare(broken, probe)).toThrow(/cannot be read/);
  });
});
