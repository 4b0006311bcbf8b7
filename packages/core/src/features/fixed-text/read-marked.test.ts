import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Event } from "../../events/event.ts";
import type { KeyZone } from "../../events/key-zone.ts";
import { packPhrase, unpackPhrase } from "./pack-phrase.ts";
import { type MarkedPhrase, type OpenPhrase, readMarked } from "./read-marked.ts";

const FIELD = 4711;
let presses = 0;

/** Keys of a phrase as the collector tells them: a mark before each press. Pressed every 150 ms from this instant on. */
function typed(keys: number | readonly KeyZone[], from: number, { field = FIELD, shortcut = false } = {}): Event[] {
  const zones = typeof keys === "number" ? Array.from({ length: keys }, () => "space" as const) : keys;
  return zones.flatMap((zone, i): Event[] => {
    const press = presses++;
    const at = from + 150 * i;
    return [
      { kind: "phrase", field, at },
      { kind: "key", phase: "down", zone, press, shortcut, at },
      { kind: "key", phase: "up", zone, press, shortcut, at: at + 80 + (i % 7) },
    ];
  });
}
/** The same without marks: ordinary typing. */
const free = (keys: number, from: number): Event[] => typed(keys, from).filter(({ kind }) => kind !== "phrase");
const leave = (at: number): Event => ({ kind: "focus", phase: "out", field: 9, at });

function read(events: readonly Event[], quantumMs = 0.1): (number | string)[] {
  const { open, typed: found } = readMarked(undefined, events, quantumMs);
  expect(open).toBeUndefined();
  return found.map(tell);
}
const tell = ({ phrase }: MarkedPhrase): number | string =>
  phrase.kind === "phrase" ? phrase.zones.length : phrase.reason;

describe("a marked phrase", () => {
  test("ends with Enter once its keys are let go, with the focus, with another page and with a key outside of it", () => {
    const enter = typed([...Array<KeyZone>(8).fill("space"), "enter"], 1000);
    expect(read(enter)).toEqual([9]);
    expect(read([...typed(8, 1000), leave(9000)])).toEqual([8]);
    expect(read([...typed(8, 1000), { kind: "page", page: 1, at: 9000 }])).toEqual([8]);
    expect(read([...typed(8, 1000), ...free(3, 9000)])).toEqual([8]);
    expect(read([...typed(8, 1000), ...typed(7, 9000, { field: 5 }), leave(20_000)])).toEqual([8, 7]);
  });

  test("typed twice in a row, with Enter between, is two repetitions", () => {
    const once = (from: number): Event[] => typed([...Array<KeyZone>(8).fill("space"), "enter"], from);
    expect(read([...once(1000), ...once(9000), ...once(20_000)])).toEqual([9, 9, 9]);
  });

  test("is taken out of free typing, with releases that come late; nothing else is", () => {
    const phrase = typed(8, 1000);
    const last = phrase.pop();
    const others = [...free(3, 5000), { kind: "wheel", dx: 0, dy: 1, unit: "pixel", at: 6000 } as const];
    const { rest, typed: found } = readMarked(undefined, [...phrase, ...others], 0.1);
    expect(found.map(tell)).toEqual([8]);
    expect(rest).toEqual(others);
    const before = readMarked(undefined, phrase, 0.1);
    expect(before.rest).toEqual([]);
    const after = readMarked(before.open, [last as Event, ...others], 0.1); // there is a last one
    expect(after.rest).toEqual(others);
  });

  test("without marks events are handed on as they are", () => {
    const events = [...free(5, 1000), leave(4000)];
    expect(readMarked(undefined, events, 0.1)).toEqual({ open: undefined, typed: [], rest: events });
  });

  test("corrections are taken back, and what was corrected has no time", () => {
    const zones: KeyZone[] = [...Array<KeyZone>(6).fill("space"), "backspace", ...Array<KeyZone>(3).fill("space")];
    const { typed: found } = readMarked(undefined, [...typed(zones, 1000), leave(9000)], 0.1);
    const phrase = found[0]?.phrase;
    expect(phrase?.kind === "phrase" && [phrase.zones.length, phrase.corrections]).toEqual([8, 1]);
    expect(phrase?.kind === "phrase" && phrase.latencyMs[4]).toBeNaN();
  });

  test("cut into batches any way is the same phrase", () => {
    const events = [
      ...free(4, 0),
      ...typed([...Array<KeyZone>(9).fill("space"), "enter"], 1000),
      ...free(4, 4000),
      ...typed(7, 6000),
      leave(9000),
    ];
    const whole = readMarked(undefined, events, 0.1);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: events.length }), { maxLength: 12 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), events.length];
        let open: OpenPhrase | undefined;
        const found: MarkedPhrase[] = [];
        const rest: Event[] = [];
        for (let i = 1; i < edges.length; i += 1) {
          // As a service keeps it between two batches.
          const kept = open && JSON.parse(JSON.stringify(open));
          const next = readMarked(kept, events.slice(edges[i - 1], edges[i]), 0.1);
          open = next.open;
          found.push(...next.typed);
          rest.push(...next.rest);
        }
        expect(found).toEqual(whole.typed);
        expect(rest).toEqual(whole.rest);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe("what is no plain typing of a phrase is absent with its reason", () => {
  const edit = (what: "paste" | "autofill" | "undo", at: number): Event => ({ kind: "edit", what, at });
  const half = typed(4, 1000);
  const cases: readonly (readonly [string, readonly Event[]])[] = [
    ["pasted", [...typed(["space"], 900, { shortcut: true }), edit("paste", 950), ...typed(8, 1000)]],
    ["filledIn", [...half, edit("autofill", 2000)]],
    ["edited", [...half, edit("undo", 2000), ...typed(4, 3000)]],
    ["edited", [...half, ...typed(["navigation"], 2000), ...typed(4, 3000)]],
    ["composed", [...half, { kind: "composition", phase: "start", at: 2000 }, ...typed(4, 3000)]],
    ["tooFewKeys", half],
    ["tooManyKeys", typed(41, 1000)],
    ["tooManyKeys", typed(2000, 1000)],
    ["tooManyCorrections", typed([...Array<KeyZone>(10).fill("space"), ...Array<KeyZone>(5).fill("backspace")], 1000)],
    ["timesMissing", typed(8, 1000).filter((event) => event.kind !== "key" || event.phase === "down")],
    ["implausibleTiming", typed(8, 1000).map((event) => ({ ...event, at: 1000 }))],
  ];
  test.each(cases)("%s", (reason, events) => {
    const found = read([...events, leave(900_000)]);
    expect(found.at(-1)).toBe(reason);
  });

  test("a clock that sees thirty instants a second or fewer", () => {
    expect(read([...typed(8, 1000), leave(9000)], 50)).toEqual(["clockTooCoarse"]);
  });

  test("what is kept of a phrase that never ends stays small", () => {
    const { open } = readMarked(undefined, typed(5000, 1000), 0.1);
    expect(JSON.stringify(open).length).toBeLessThan(4096);
  });

  test("whatever events come, it is phrases and reasons, and what is open is plain data", () => {
    const at = fc.integer({ min: 0, max: 60_000 });
    const event: fc.Arbitrary<Event> = fc.oneof(
      fc.record({ kind: fc.constant("phrase" as const), field: fc.constantFrom(1, 2), at }),
      fc.record({
        kind: fc.constant("key" as const),
        phase: fc.constantFrom("down" as const, "up" as const, "repeat" as const),
        zone: fc.constantFrom<KeyZone>("space", "enter", "backspace", "other", "leftTop"),
        press: fc.integer({ min: 0, max: 9 }),
        shortcut: fc.boolean(),
        at,
      }),
      fc.record({ kind: fc.constant("focus" as const), phase: fc.constant("in" as const), field: fc.constant(1), at }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        const { open, typed: found, rest } = readMarked(undefined, events, 0.1);
        expect(JSON.parse(JSON.stringify(open ?? null))).toEqual(open ?? null);
        expect(rest.some(({ kind }) => kind === "phrase")).toBe(false);
        for (const { phrase } of found) expect(["phrase", "phraseAbsence"]).toContain(phrase.kind);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

test("packed and unpacked a phrase is the same to a tenth of a millisecond; what is no phrase is none", () => {
  const zones: KeyZone[] = [...Array<KeyZone>(6).fill("space"), "backspace", ...Array<KeyZone>(3).fill("space")];
  const { typed: found } = readMarked(undefined, [...typed(zones, 1000), leave(9000)], 0.1);
  const phrase = found[0]?.phrase;
  if (phrase?.kind !== "phrase") throw new Error("it is a phrase");
  expect(unpackPhrase(packPhrase(phrase))).toEqual(phrase);
  expect(JSON.stringify(packPhrase(phrase)).length).toBeLessThan(200);
  for (const broken of [[], [3, 0, 0, 0], packPhrase(phrase).slice(1), [...packPhrase(phrase), 1]])
    expect(unpackPhrase(broken)).toBeUndefined();
});
