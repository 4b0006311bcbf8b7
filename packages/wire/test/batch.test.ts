import { createPopulation, session } from "@habitus/core/attacks";
import {
  COMPOSITION_PHASES,
  EDITS,
  type Event,
  FOCUS_PHASES,
  INPUTS,
  KEY_PHASES,
  KEY_ZONES,
  POINTER_PHASES,
  POINTER_TYPES,
  VIEWPORT_CLASSES,
  VISIBILITY_STATES,
  WHEEL_UNITS,
} from "@habitus/core/collector";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeEvents, encodeBatch, MalformedBatch, roundEvents, type WireBatch } from "../src/batch.ts";

const uint32 = fc.integer({ min: 0, max: 0xffffffff });
/** Multiples of 1/scale, as the wire keeps them. */
const steps = (min: number, max: number, scale: number) => fc.integer({ min, max }).map((whole) => whole / scale);
const coordinate = steps(-1_000_000, 1_000_000, 10);
const one = <T>(list: readonly T[]) => fc.constantFrom(...list);
const fact = fc.oneof(
  fc.record({
    kind: one(["key"] as const),
    phase: one(KEY_PHASES),
    zone: one(KEY_ZONES),
    press: uint32,
    shortcut: fc.boolean(),
  }),
  fc.record({
    kind: one(["pointer"] as const),
    phase: one(POINTER_PHASES),
    pointer: one(POINTER_TYPES),
    contact: fc.integer({ min: 0, max: 255 }),
    x: coordinate,
    y: coordinate,
    button: fc.integer({ min: -1, max: 31 }),
    buttons: fc.integer({ min: 0, max: 65_535 }),
    pressure: steps(0, 1000, 1000),
    size: steps(0, 65_535, 10),
  }),
  fc.record({ kind: one(["wheel"] as const), dx: coordinate, dy: coordinate, unit: one(WHEEL_UNITS) }),
  fc.record({ kind: one(["focus"] as const), phase: one(FOCUS_PHASES), field: uint32 }),
  fc.record({ kind: one(["visibility"] as const), state: one(VISIBILITY_STATES) }),
  fc.record({ kind: one(["page"] as const), page: uint32 }),
  fc.record({ kind: one(["edit"] as const), what: one(EDITS) }),
  fc.record({ kind: one(["composition"] as const), phase: one(COMPOSITION_PHASES) }),
  fc.record({ kind: one(["input"] as const), what: one(INPUTS) }),
  fc.record({ kind: one(["viewport"] as const), size: one(VIEWPORT_CLASSES), pixelRatio: steps(1, 400, 4) }),
  fc.record({ kind: one(["phrase"] as const), field: uint32 }),
);
/** Events in time order, their times to a tenth of a millisecond. */
const events = fc.array(fc.tuple(fact, fc.integer({ min: 0, max: 864_000_000 })), { maxLength: 40 }).map((pairs) => {
  let tenths = 17_952_416_000_000;
  return pairs.map(([told, step]): Event => {
    tenths += step;
    return { ...told, at: tenths / 10 };
  });
});
const batchOf = (list: readonly Event[]) => ({ stream: 7, seq: 3, quantumMs: 0.1, lost: 2, events: list });
const wireOf = (e: readonly number[]): WireBatch => ({ v: 1, stream: 7, seq: 3, t: 0, q: 100, lost: 0, e });

test("what is encoded, and sent as JSON, is decoded to the same events", () => {
  fc.assert(
    fc.property(events, (list) => {
      const wire = encodeBatch(batchOf(list));
      expect(decodeEvents(JSON.parse(JSON.stringify(wire)))).toEqual(list.map((event) => noMinusZero(event)));
      expect(wire.e.every(Number.isInteger)).toBe(true);
    }),
  );
});

function noMinusZero(event: Event): Event {
  const entries = Object.entries(event).map(([name, content]) => [name, content === 0 ? 0 : content]);
  return Object.fromEntries(entries) as Event; // the same fields
}

test("the wire format is the one that was published", () => {
  const list: Event[] = [
    { kind: "key", at: 1e12 + 0.1, phase: "up", zone: "other", press: 7, shortcut: true },
    {
      kind: "pointer",
      at: 1e12 + 5.5,
      phase: "cancel",
      pointer: "touch",
      contact: 3,
      x: 12.34,
      y: -5.06,
      button: -1,
      buttons: 4,
      pressure: 0.5,
      size: 3.3,
    },
    { kind: "wheel", at: 1e12 + 6, dx: 1, dy: -2.2, unit: "page" },
    { kind: "focus", at: 1e12 + 7, phase: "out", field: 4e9 },
    { kind: "visibility", at: 1e12 + 7, state: "hidden" },
    { kind: "page", at: 1e12 + 7, page: 9 },
    { kind: "edit", at: 1e12 + 8, what: "redo" },
    { kind: "composition", at: 1e12 + 9, phase: "end" },
    { kind: "input", at: 1e12 + 9, what: "other" },
    { kind: "viewport", at: 1e12 + 10, size: "desktop", pixelRatio: 1.25 },
  ];
  expect(JSON.stringify(encodeBatch({ stream: 1, seq: 2, quantumMs: 1, lost: 0, events: list }))).toBe(
    '{"v":1,"stream":1,"seq":2,"t":10000000000001,"q":1000,"lost":0,"e":[0,0,1,15,7,1,1,54,3,2,3,123,-51,-1,4,500,33,2,5,10,-22,2,3,10,1,4000000000,4,0,1,5,0,9,6,10,6,7,10,1,8,0,4,9,10,3,5]}',
  );
});

test("no list of numbers makes the decoder throw anything but MalformedBatch", () => {
  const number = fc.oneof(
    fc.integer({ min: -2, max: 12 }),
    fc.integer(),
    fc.double(),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53, 0.5, -0),
  );
  const seen = { decoded: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(number, { maxLength: 60 }), (e) => {
      try {
        const decoded = decodeEvents(wireOf(e));
        for (const { at } of decoded) expect(Number.isFinite(at)).toBe(true);
        seen.decoded += 1;
      } catch (error) {
        if (!(error instanceof MalformedBatch)) throw error;
        seen.refused += 1;
      }
    }),
    { numRuns: 2000 },
  );
  expect(seen.decoded).toBeGreaterThan(0);
  expect(seen.refused).toBeGreaterThan(0);
});

test("a batch with one number spoilt is refused, and the message holds no number of it", () => {
  const e = [0, 0, 1, 15, 7, 1];
  expect(decodeEvents(wireOf(e)).length).toBe(1);
  const spoilt = [Number.NaN, Number.POSITIVE_INFINITY, -7, 0.5, 1e300];
  for (let i = 0; i < e.length; i += 1)
    for (const wrong of spoilt) {
      const list = e.with(i, wrong);
      expect(() => decodeEvents(wireOf(list))).toThrow(MalformedBatch);
      expect(() => decodeEvents(wireOf(list))).toThrow(/^events\[0\]: [a-z ]+( \d)?[a-z ]*$/);
    }
  for (let cut = 1; cut < e.length; cut += 1)
    expect(() => decodeEvents(wireOf(e.slice(0, cut)))).toThrow(/cut short|unknown kind/);
  expect(() => decodeEvents(wireOf([99]))).toThrow("events[0]: unknown kind");
});

test("what is out of range is clamped, so that every encoded batch can be decoded", () => {
  const any = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0));
  fc.assert(
    fc.property(fc.tuple(any, any, any, any, any, any, any), ([x, y, contact, buttons, pressure, size, press]) => {
      const list: Event[] = [
        {
          kind: "pointer",
          at: 10,
          phase: "move",
          pointer: "mouse",
          contact,
          x,
          y,
          button: contact,
          buttons,
          pressure,
          size,
        },
        { kind: "key", at: 11, phase: "down", zone: "space", press, shortcut: false },
      ];
      const wire = JSON.parse(JSON.stringify(encodeBatch({ ...batchOf(list), quantumMs: x })));
      const [pointer, key] = decodeEvents(wire);
      expect(pointer).toMatchObject({ kind: "pointer", at: 10, phase: "move", pointer: "mouse" });
      expect(key).toMatchObject({ kind: "key", at: 11, zone: "space" });
      expect(wire.q).toBeGreaterThanOrEqual(1);
      expect(wire.q).toBeLessThanOrEqual(1_000_000);
    }),
  );
});

test("time never runs backwards on the wire, and a gap of days leaves later events in order", () => {
  const page = (at: number): Event => ({ kind: "page", at, page: 1 });
  const day = 86_400_000;
  const times = (list: readonly number[]) => decodeEvents(encodeBatch(batchOf(list.map(page)))).map(({ at }) => at);
  expect(times([100, 90, 95, 120])).toEqual([100, 100, 100, 120]);
  expect(times([0, 3 * day, 3 * day + 5])).toEqual([0, day, 2 * day]);
});

test("events that are rounded in the page are those that arrive", () => {
  const [person] = createPopulation(1, 3);
  if (person === undefined) throw new Error("one was asked for");
  const events = session(person, { startAt: 1.7e12 + 0.037, durationMs: 60_000, seed: 1 });
  const batch = { stream: 1, seq: 0, quantumMs: 0.1, lost: 0, events };
  expect(roundEvents(events)).toEqual(decodeEvents(encodeBatch(batch)));
});
