import { describe, expect, test } from "vitest";
import type { Event } from "../../events/event.ts";
import type { KeyZone } from "../../events/key-zone.ts";
import { alignPhrase, logTimings, type Phrase } from "./phrase.ts";
import { readPhrases } from "./read-phrases.ts";

const WORD: readonly KeyZone[] = ["leftTop", "rightHome", "leftHome", "rightTop", "digit", "leftBottom"];
const FIELD = 77;
let presses = 0;

/** Keys pressed every 150 ms and held 80, from this instant on; some longer, so that it is typing. */
function type(zones: readonly KeyZone[], from: number, shortcut = false): Event[] {
  return zones.flatMap((zone, i): Event[] => {
    const press = presses++;
    const at = from + 150 * i;
    return [
      { kind: "key", phase: "down", zone, press, shortcut, at },
      { kind: "key", phase: "up", zone, press, shortcut, at: at + 80 + i },
    ];
  });
}
const focus = (phase: "in" | "out", at: number, field = FIELD): Event => ({ kind: "focus", phase, at, field });
const visit = (...events: readonly Event[]): Event[] => [focus("in", 1000), ...events, focus("out", 60_000)];
function only(events: readonly Event[]): Phrase | string {
  const [found, ...more] = readPhrases(events);
  if (found === undefined || more.length > 0) throw new Error(`${more.length + 1} fields were read`);
  return found.phrase.kind === "phrase" ? found.phrase : found.phrase.reason;
}

describe("reading phrases", () => {
  test("a field is what is typed from its focus to its end", () => {
    const events = [
      ...visit(...type(WORD, 2000)),
      focus("in", 61_000, 78),
      ...type([...WORD, "space", ...WORD], 62_000),
      focus("out", 90_000, 78),
    ];
    expect(
      readPhrases(events).map(({ field, phrase }) => [field, phrase.kind === "phrase" && phrase.zones.length]),
    ).toEqual([
      [FIELD, 6],
      [78, 13],
    ]);
    expect(readPhrases(events, { field: 78 }).length).toBe(1);
  });

  test("times are holds and press-to-press latencies, and the order of the events does not matter", () => {
    const events = visit(...type(WORD, 2000));
    const phrase = only(events);
    if (typeof phrase === "string") throw new Error(phrase);
    expect([...phrase.holdMs]).toEqual([80, 81, 82, 83, 84, 85]);
    expect([...phrase.latencyMs]).toEqual([150, 150, 150, 150, 150]);
    expect(only([...events].reverse())).toEqual(phrase);
    expect(logTimings(phrase)[0]).toBeCloseTo(Math.log(90), 12);
    expect(logTimings(phrase)[6]).toBeCloseTo(Math.log(180), 12);
  });

  test("Enter ends a phrase and belongs to it; the next key begins another", () => {
    const found = readPhrases(visit(...type([...WORD, "enter"], 2000), ...type(WORD, 10_000)));
    expect(found.map(({ phrase }) => phrase.kind === "phrase" && phrase.zones.length)).toEqual([7, 6]);
  });

  test("a release after the focus has gone still belongs to its key", () => {
    const [first, ...rest] = type(["enter"], 3000);
    const phrase = only([focus("in", 1000), ...type(WORD, 2000), first as Event, focus("out", 3010), ...rest]); // there is one
    expect(typeof phrase !== "string" && phrase.holdMs[6]).toBe(80);
  });

  test("Shift and layout modifiers are not part of the phrase, and latencies run over them", () => {
    const phrase = only(visit(...type(["shiftLeft", ...WORD.slice(0, 3), "other", ...WORD.slice(3)], 2000)));
    expect(typeof phrase !== "string" && [...phrase.latencyMs]).toEqual([150, 150, 300, 150, 150]);
  });

  test("what was deleted again is gone, and the time of the correction is missing", () => {
    const phrase = only(visit(...type([...WORD.slice(0, 2), "digit", "backspace", ...WORD.slice(2)], 2000)));
    if (typeof phrase === "string") throw new Error(phrase);
    expect(phrase.zones).toEqual(WORD);
    expect(phrase.corrections).toBe(1);
    expect([...phrase.latencyMs]).toEqual([150, Number.NaN, 150, 150, 150]);
    expect(logTimings(phrase)[7]).toBeNaN();
  });

  test("an interruption is no latency", () => {
    const phrase = only(visit(...type(WORD.slice(0, 3), 2000), ...type(WORD.slice(3), 30_000)));
    expect(typeof phrase !== "string" && phrase.latencyMs[2]).toBeNaN();
  });
});

describe("what is no plain typing is absent with its reason", () => {
  const edit = (what: "paste" | "autofill" | "copy" | "undo"): Event => ({ kind: "edit", what, at: 1500 });
  const typed = type(WORD, 2000);
  const cases: readonly (readonly [string, readonly Event[]])[] = [
    ["pasted", [edit("paste"), ...typed]],
    ["pasted", [edit("paste")]],
    ["filledIn", [edit("autofill")]],
    ["edited", [edit("undo"), ...typed]],
    ["edited", [...type(["leftHome"], 1200, true), ...typed]],
    ["edited", [...typed, ...type(["navigation"], 4000)]],
    ["composed", [{ kind: "composition", phase: "start", at: 1500 }, ...typed]],
    ["softKeyboard", [{ kind: "input", what: "insert", at: 1500 }]],
    ["tooFewKeys", type(WORD.slice(0, 4), 2000)],
    [
      "tooManyKeys",
      type(
        Array.from({ length: 41 }, () => "space" as const),
        2000,
      ),
    ],
    [
      "tooManyCorrections",
      type([...WORD, ...WORD.slice(0, 4), ...Array.from({ length: 4 }, () => "backspace" as const)], 2000),
    ],
    ["timesMissing", typed.filter((event) => event.kind !== "key" || event.phase === "down")],
  ];
  test.each(cases)("%s", (reason, events) => {
    expect(only(visit(...events))).toBe(reason);
  });

  test("a key held down", () => {
    const [down, up] = type(["space"], 5000);
    expect(only(visit(...typed, down as Event, { ...(up as Event), at: 8000 }))).toBe("keyHeld"); // both are there
  });

  test("keys of one instant", () => {
    expect(only(visit(...typed.map((event) => ({ ...event, at: 2000 }))))).toBe("implausibleTiming");
  });

  test("a clock that sees thirty instants a second or fewer", () => {
    const [found] = readPhrases(visit(...typed), { quantumMs: 50 });
    expect(found?.phrase).toMatchObject({ kind: "phraseAbsence", reason: "clockTooCoarse" });
  });

  test("a field that was only looked at, and events of other kinds, are nothing", () => {
    expect(readPhrases(visit())).toEqual([]);
    expect(readPhrases([])).toEqual([]);
    expect(readPhrases(visit(edit("copy")))).toEqual([]);
  });
});

describe("holding a phrase against the keys of a reference", () => {
  const read = (zones: readonly KeyZone[]): Phrase => {
    const phrase = only(visit(...type(zones, 2000)));
    if (typeof phrase === "string") throw new Error(phrase);
    return phrase;
  };
  test("an Enter at the end may be there or not", () => {
    expect(alignPhrase(read([...WORD, "enter"]), WORD)).toMatchObject({ kind: "phrase", zones: WORD });
    const longer = alignPhrase(read(WORD), [...WORD, "enter"]);
    expect(longer.kind === "phrase" && [longer.holdMs[6], longer.latencyMs[5]]).toEqual([Number.NaN, Number.NaN]);
  });
  test("other keys are another phrase", () => {
    expect(alignPhrase(read([...WORD, "space"]), WORD)).toMatchObject({ reason: "otherNumberOfKeys" });
    expect(alignPhrase(read([...WORD].reverse()), WORD)).toMatchObject({ reason: "otherKeys" });
  });
});
