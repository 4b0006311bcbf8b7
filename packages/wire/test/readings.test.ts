import { type Event, emptyUsage, findReader, habitus, joinUsage, type Reader, type Reading } from "@habitus/core";
import { createPopulation, createTouchers, session, touchSession } from "@habitus/core/attacks";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeReadings, encodeReadings, type Shapes } from "../src/index.ts";
import { packValues, unpackValues } from "../src/readings/pack-values.ts";
import { anyBatchSchema } from "../src/schemas.ts";

const [person] = createPopulation(1, 21);
const [toucher] = createTouchers(1, 22);
if (person === undefined || toucher === undefined) throw new Error("one of each was asked for");
const mix = { type: 1, point: 1, scroll: 0.5, navigate: 0.6, read: 0.3 };
const recorded: Record<string, Event[]> = {
  desk: session(person, { startAt: 1.7e12, durationMs: 120_000, seed: 1, mix }),
  phone: touchSession(toucher, { startAt: 1.7e12, durationMs: 60_000, seed: 2 }),
};
const id = "habitus-features@1";
const reader = findReader(id) as Reader; // the page's reader of the default system
const SHAPES: Shapes = {
  window: { extractor: id, length: habitus.extractor.featureNames.length },
  usage: { extractor: "usage@1", length: 36 },
  touch: { extractor: "touch@1", length: 27 },
};

describe("readings on the wire", () => {
  test.each(Object.keys(recorded))("of a %s arrive to the last bit, and fit the schema", (name) => {
    const events = recorded[name] ?? [];
    const lengths: Partial<Record<Reading["kind"], number>> = {};
    let state = reader.initial();
    let usage = emptyUsage();
    for (let from = 0; from < events.length; from += 300) {
      const batch = events.slice(from, from + 300);
      const read = reader.read(state, batch, 0.1);
      state = read.state;
      const startedAt = batch[0]?.at ?? 0;
      const endedAt = batch.at(-1)?.at ?? 0;
      const wire = encodeReadings({ ...read, reader: id, stream: 7, seq: 0, lost: 0, startedAt, endedAt });
      const parsed = anyBatchSchema.parse(JSON.parse(JSON.stringify(wire)));
      if (parsed.v !== 2) throw new Error("it is a batch of readings");
      const touch = { ...SHAPES.touch, length: touchLength(read.readings) };
      const got = decodeReadings(parsed, { ...SHAPES, touch } as Shapes);
      expect(got.readings).toEqual(read.readings);
      expect(got.seen).toEqual(read.seen);
      expect(got.pendingKeystrokes).toBe(read.pendingKeystrokes);
      const before = usage;
      usage = joinUsage(usage, read.usage);
      expect({ ...joinUsage(before, got.usage), last: usage.last, turn: usage.turn }).toEqual(usage);
      for (const one of got.readings) lengths[one.kind] = (lengths[one.kind] ?? 0) + 1;
    }
    expect(lengths.support).toBeGreaterThan(0);
    if (name === "desk") expect(lengths.window).toBeGreaterThan(5);
  });

  test("values are as they were, present or missing, however many", () => {
    const value = fc.oneof(fc.constant(Number.NaN), fc.float({ min: -1e6, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 90 }), (given) => {
        const values = Float64Array.from(given);
        expect(unpackValues(packValues(values), values.length)).toEqual(values);
      }),
    );
  });

  test("what is no set of values is refused: cut short, too long, of another length, not finite, beyond all features", () => {
    const packed = packValues(Float64Array.from([1, Number.NaN, 3]));
    expect(unpackValues(packed, 3)).toEqual(Float64Array.from([1, Number.NaN, 3]));
    for (const wrong of [packed.slice(0, -3), `${packed}AAAA`, "", "_".repeat(12)])
      expect(unpackValues(wrong, 3)).toBeUndefined();
    expect(unpackValues(packed, 1)).toBeUndefined();
    for (const value of [Number.POSITIVE_INFINITY, 1e30, -1e10])
      expect(unpackValues(packValues(Float64Array.from([value])), 1)).toBeUndefined();
  });

  test("a reading that cannot be one is named, and nothing of the batch is taken", () => {
    const base = { v: 2, stream: 1, seq: 0, lost: 0, t: 10, u: 20, x: id, n: [1, 0, 0, 0], g: {}, r: [] } as const;
    const bad = [
      { ...base, u: 5 },
      { ...base, n: [1, 2, 0, 0] },
      { ...base, r: [{ k: "w", s: 1, e: 2, c: [50, 0], f: "AAAA" }] },
      { ...base, r: [{ k: "w", s: 2, e: 1, c: [50, 0], f: packValues(new Float64Array(1261).fill(Number.NaN)) }] },
      { ...base, r: [{ k: "w", s: 1, e: 2, c: [0, 0], f: packValues(new Float64Array(1261).fill(Number.NaN)) }] },
      { ...base, r: [{ k: "p", h: 1, p: [3, 0, 0, 0] }] },
      { ...base, r: [{ k: "f", y: 0, s: 3, e: 1 }] },
    ];
    for (const one of bad) {
      const parsed = anyBatchSchema.parse(one);
      if (parsed.v !== 2) throw new Error("it is a batch of readings");
      expect(() => decodeReadings(parsed, SHAPES)).toThrow(expect.objectContaining({ name: "MalformedBatch" }));
    }
  });
});

function touchLength(readings: readonly Reading[]): number {
  const found = readings.find((one) => one.kind === "support" && one.modality === "touch");
  return found?.kind === "support" ? found.set.values.length : 0;
}
