import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPopulation, createTouchers, session, touchSession } from "../attacks/index.ts";
import type { Event } from "../events/event.ts";
import { joinUsage } from "../features/usage/join-usage.ts";
import { addUsage, emptyUsage } from "../features/usage/usage.ts";
import { baseline } from "./baseline.ts";
import { habitus } from "./habitus.ts";
import { pointing } from "./pointing.ts";
import { type Reader, type ReaderState, type Reading, readerOf } from "./reader.ts";
import { findReader } from "./readers.ts";

const MIX = { type: 1, point: 1, scroll: 0.5, navigate: 0.5, read: 0.3 };
const [person] = createPopulation(1, 5);
const [toucher] = createTouchers(1, 6);
if (person === undefined || toucher === undefined) throw new Error("one of each was asked for");
const desk = session(person, { startAt: 1e12, durationMs: 120_000, seed: 1, mix: MIX });
const phone = touchSession(toucher, { startAt: 1e12, durationMs: 60_000, seed: 2 });

function readAll(reader: Reader, batches: readonly (readonly Event[])[]) {
  let state: ReaderState = reader.initial();
  const readings: Reading[] = [];
  let usage = emptyUsage();
  for (const batch of batches) {
    const read = reader.read(JSON.parse(JSON.stringify(state)), batch, 0.1); // what is kept between is plain data
    state = read.state;
    readings.push(...read.readings);
    usage = joinUsage(usage, read.usage);
  }
  return { readings, usage };
}
const ofKind = (readings: readonly Reading[], kind: Reading["kind"]) => readings.filter((one) => one.kind === kind);

describe("a reader", () => {
  test("a page's reads with the same id, and to the same numbers, as the system does", () => {
    for (const system of [habitus, baseline]) {
      const reader = readerOf(system as never);
      const page = findReader(reader.id);
      if (page === undefined) throw new Error(`no page's reader for ${reader.id}`);
      for (const events of [desk, phone]) {
        const [ours, theirs] = [readAll(reader, [events]), readAll(page, [events])];
        if (events === desk) expect(theirs.readings.length).toBeGreaterThan(0);
        expect(theirs).toEqual(ours);
      }
    }
    expect(findReader("habitus-features@0")).toBeUndefined();
    expect(findReader(readerOf(pointing as never).id)).toBeUndefined();
  });

  test("cut into batches any way, a stream gives the same readings of each kind and the same usage", () => {
    const reader = readerOf(habitus as never);
    const whole = readAll(reader, [desk]);
    expect(whole.usage).toEqual(addUsage(emptyUsage(), desk));
    fc.assert(
      fc.property(fc.array(fc.nat(desk.length), { maxLength: 12 }), (given) => {
        const cuts = [0, ...given.sort((a, b) => a - b), desk.length];
        const parts = readAll(
          reader,
          cuts.slice(1).map((to, i) => desk.slice(cuts[i], to)),
        );
        for (const kind of ["phrase", "window", "failure", "support"] as const)
          expect(ofKind(parts.readings, kind)).toEqual(ofKind(whole.readings, kind));
        expect(parts.usage).toEqual(whole.usage);
      }),
      { numRuns: 20 },
    );
  });

  test("every value is exact in single precision", () => {
    for (const one of readAll(readerOf(habitus as never), [desk]).readings)
      if (one.kind === "window" || one.kind === "support")
        for (const value of one.set.values) expect(Object.is(Math.fround(value), value)).toBe(true);
  });

  test("a state of another version is dropped, not misread", () => {
    const reader = readerOf(habitus as never);
    const other = { kind: "reader", version: 0, windows: "?", phrase: null, support: {}, usage: {} };
    expect(reader.read(other as never, desk, 0.1)).toEqual(reader.read(reader.initial(), desk, 0.1));
  });
});
