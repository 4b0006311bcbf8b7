import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPopulation, session } from "../../attacks/index.ts";
import { EVENT_KINDS, type Event } from "../../events/event.ts";
import { factsOf } from "./circumstances.ts";
import { FACET_NAMES, type UsageFact, valueOfWord } from "./facets.ts";
import { emptyPending, readFacts, type UsagePending } from "./read-facts.ts";
import { factsOfSet, USAGE_WINDOW, usageSet } from "./usage-set.ts";

const MONDAY = Date.UTC(2026, 0, 5, 9);
const LATE: Event = { kind: "focus", phase: "out", field: 0, at: MONDAY + 1_000_000 };
/** All facts, those of the window that is not closed too. */
function read(...events: Event[]): UsageFact[] {
  const { pending, sets } = readFacts(emptyPending(), events);
  return [...sets.flatMap(factsOfSet), ...pending.facts];
}
const of = (facet: string, ...events: Event[]): number[] =>
  read(...events).flatMap((fact) => (fact.facet === facet ? [fact.value] : []));
const page = (at: number, number: number): Event => ({ kind: "page", at: MONDAY + at, page: number });
const press = (at: number, pointer: "mouse" | "touch" = "mouse"): Event => ({
  ...{ kind: "pointer", phase: "down", pointer, contact: 0, x: 1, y: 1, button: 0, buttons: 1, pressure: 0, size: 0 },
  at: MONDAY + at,
});
const key = (
  at: number,
  zone: "backspace" | "tab" | "leftHome",
  rest: { phase?: "repeat"; shortcut?: true } = {},
): Event => ({
  ...{ kind: "key", phase: "down", press: 0, shortcut: false },
  ...rest,
  zone,
  at: MONDAY + at,
});
const focus = (at: number, field: number): Event => ({ kind: "focus", phase: "in", at: MONDAY + at, field });

describe("facts of usage", () => {
  const people = createPopulation(3, 9);
  const events = people.flatMap((person, i) =>
    session(person, { startAt: MONDAY + i * 7_200_000, durationMs: 120_000, seed: i }),
  );

  test("batch by batch gives the same windows as all at once, through JSON as well", () => {
    const whole = readFacts(emptyPending(), events);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: events.length }), { maxLength: 8 }), (cuts) => {
        const borders = [0, ...cuts.sort((a, b) => a - b), events.length];
        let pending = emptyPending();
        const sets = borders.slice(1).flatMap((end, i) => {
          const stored: UsagePending = JSON.parse(JSON.stringify(pending));
          const next = readFacts(stored, events.slice(borders[i], end));
          pending = next.pending;
          return next.sets;
        });
        expect(pending).toEqual(whole.pending);
        expect(sets).toEqual(whole.sets);
      }),
      { numRuns: 20 },
    );
    expect(JSON.stringify(whole.pending).length).toBeLessThan(1024);
  });

  test("a window holds at most 12 facts and closes after a minute with fewer", () => {
    const { sets } = readFacts(emptyPending(), events);
    for (const set of sets) expect(factsOfSet(set).length).toBeLessThanOrEqual(USAGE_WINDOW);
    const few = readFacts(emptyPending(), [page(0, 1), page(61_000, 1)]).sets;
    expect(few).toHaveLength(1);
    expect(few.flatMap(factsOfSet).length).toBeLessThan(USAGE_WINDOW);
  });

  test("twelve facts faster than a hand are passed over", () => {
    const flood = Array.from({ length: 500 }, (_, i) => page(i, i));
    expect(readFacts(emptyPending(), flood).sets).toEqual([]);
    const slow = Array.from({ length: 500 }, (_, i) => page(1000 * i, i));
    expect(readFacts(emptyPending(), slow).sets.length).toBeGreaterThan(100);
  });

  test("what another version left half done is started anew", () => {
    const odd = { ...emptyPending(), version: 2, facts: "?" } as unknown as UsagePending;
    expect(readFacts(odd, [page(0, 1)]).pending).toEqual(readFacts(emptyPending(), [page(0, 1)]).pending);
  });

  test("a sitting has an hour and a day, Monday first; after half an hour's pause it has them again", () => {
    expect(of("hour", page(0, 1), page(1000, 2))).toEqual([9]);
    expect(of("weekday", page(0, 1))).toEqual([0]);
    expect(of("hour", page(0, 1), page(2 * 3_600_000, 2))).toEqual([9, 11]);
  });

  test("pages come in an order; staying is none", () => {
    const facts = read(page(0, 7), page(1000, 7), page(2000, 0xab), page(2900, 7));
    expect(facts.filter(({ facet }) => facet === "page").map(({ value }) => value)).toEqual([7, 7, 0xab, 7]);
    expect(facts.filter(({ facet }) => facet === "pageOrder").map(({ row, value }) => [row, value])).toEqual([
      [7, 0xab],
      [0xab, 7],
    ]);
  });

  test("a field is reached with the key or with the pointer, or nobody knows how", () => {
    expect(of("fieldReached", key(0, "tab"), focus(20, 5))).toEqual([0]);
    expect(of("fieldReached", press(0), focus(20, 5))).toEqual([1]);
    expect(of("fieldReached", press(0), focus(5_000, 5))).toEqual([]);
    expect(of("fieldOrder", focus(0, 5), focus(10, 6), focus(20, 6))).toEqual([6]);
  });

  test("a paste is by shortcut or by menu, and leaving the tab is an act and no pause", () => {
    const paste = (at: number): Event => ({ kind: "edit", at: MONDAY + at, what: "paste" });
    expect(of("shortcut", key(0, "leftHome", { shortcut: true }), paste(20), paste(1500))).toEqual([0, 1]);
    const away: Event[] = [
      { kind: "visibility", at: MONDAY, state: "hidden" },
      { kind: "visibility", at: MONDAY + 60_000, state: "visible" },
    ];
    expect(of("act", ...away)).toEqual([1]);
    expect(of("pauseLength", ...away)).toEqual([]);
    expect(of("pauseLength", page(0, 1), page(2_500, 1), page(12_000, 1))).toEqual([0, 2]);
  });

  test("deletions in a row are one correction, by its length and whether the key was held", () => {
    const run = (length: number, at: number): Event[] => [
      ...Array.from({ length }, (_, i) => key(at + i * 100, "backspace")),
      key(at + length * 100, "leftHome"),
    ];
    expect(of("correction", ...run(1, 0), ...run(3, 1000), ...run(6, 2000), ...run(9, 3000))).toEqual([0, 1, 2, 3]);
    expect(of("correction", key(0, "backspace"), key(500, "backspace", { phase: "repeat" }), press(600))).toEqual([4]);
  });

  test("pointer and screen are told when a sitting begins and when they change", () => {
    expect(of("pointerType", press(0), press(10), press(20, "touch"), press(30))).toEqual([0, 2, 0]);
    const screen = (at: number, pixelRatio: number): Event => ({
      ...{ kind: "viewport", size: "laptop" },
      at: MONDAY + at,
      pixelRatio,
    });
    expect(of("screen", screen(0, 1), screen(10, 1), screen(20, 1.5))).toEqual([2004, 2006]);
  });

  test("it never throws: any kind, any time, any order, any number", () => {
    const anyNumber = fc.double();
    const anyEvent = fc.record({
      kind: fc.constantFrom(...EVENT_KINDS),
      at: anyNumber,
      page: anyNumber,
      field: anyNumber,
      dx: anyNumber,
      dy: anyNumber,
      unit: fc.constantFrom("pixel", "line"),
      phase: fc.constantFrom("down", "up", "in", "cancel", "repeat"),
      pointer: fc.constantFrom("mouse", "touch"),
      zone: fc.constantFrom("backspace", "tab", "leftHome"),
      what: fc.constantFrom("paste", "delete", "insert", "redo"),
      size: fc.constantFrom("phone", "laptop"),
      pixelRatio: anyNumber,
      shortcut: fc.boolean(),
      state: fc.constantFrom("hidden", "visible"),
    });
    fc.assert(
      fc.property(fc.array(anyEvent), (list) => {
        const { sets } = readFacts(emptyPending(), [...(list as unknown as Event[]), LATE]); // odd on purpose
        for (const set of sets) expect(factsOfSet(set).every(({ facet }) => FACET_NAMES.includes(facet))).toBe(true);
      }),
    );
  });
});

describe("feature sets of usage", () => {
  test("facts come back as they went in, through single precision too", () => {
    const fact = fc.record({
      facet: fc.constantFrom(...FACET_NAMES),
      row: fc.nat(0xffff),
      value: fc.nat(0xffffff),
    });
    fc.assert(
      fc.property(fc.array(fact, { maxLength: USAGE_WINDOW }), (facts) => {
        const { values } = usageSet(facts, 0, 1);
        expect(factsOfSet({ values })).toEqual(facts);
        expect(factsOfSet({ values: Float64Array.from(Float32Array.from(values)) })).toEqual(facts);
      }),
    );
  });

  test("circumstances are coarse words; what is not told is no fact", () => {
    expect(factsOf({})).toEqual([]);
    expect(factsOf({ timeZone: "", language: " " })).toEqual([]);
    expect(factsOf({ language: "de-AT" })).toEqual([{ facet: "language", row: 0, value: valueOfWord("DE-at") }]);
    expect(factsOf({ timeZone: "a", country: "b", network: "c", language: "d" })).toHaveLength(4);
  });
});
