import type { Event } from "@habitus/core/collector";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createBuffer } from "./buffer.ts";

const at = (instant: number, page = 0): Event => ({ kind: "page", at: instant, page });
const instants = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 60 });

test("whatever comes in, and however it is taken out, the order in time holds and nothing is lost", () => {
  const act = fc.oneof(
    fc.record({ push: fc.integer({ min: 0, max: 1000 }) }),
    fc.record({ take: fc.integer({ min: 1, max: 5 }), until: fc.integer({ min: 0, max: 1000 }) }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
      const buffer = createBuffer();
      const taken: Event[] = [];
      let pushed = 0;
      for (const step of acts)
        if ("push" in step) {
          buffer.push(at(step.push, pushed));
          pushed += 1;
        } else taken.push(...buffer.take(step.take, step.until));
      taken.push(...buffer.take(1000));
      const times = taken.map((event) => event.at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(new Set(taken.map((event) => event.kind === "page" && event.page)).size).toBe(pushed);
    }),
  );
});

test("no more than asked for is taken, and nothing that is too new", () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 1000 }), (times, most, until) => {
      const buffer = createBuffer();
      for (const instant of times) buffer.push(at(instant));
      const taken = buffer.take(most, until);
      expect(taken.length).toBe(Math.min(most, times.filter((instant) => instant <= until).length));
      expect(buffer.size).toBe(times.length - taken.length);
      for (const event of taken) expect(event.at).toBeLessThanOrEqual(until);
    }),
  );
});

test("events of one instant keep the order in which they came", () => {
  const buffer = createBuffer();
  for (let page = 0; page < 5; page += 1) buffer.push(at(7, page));
  expect(buffer.take(9).map((event) => event.kind === "page" && event.page)).toEqual([0, 1, 2, 3, 4]);
});

test("a cleared buffer holds nothing", () => {
  const buffer = createBuffer();
  buffer.push(at(1));
  buffer.clear();
  expect(buffer.size).toBe(0);
  expect(buffer.take(9)).toEqual([]);
});
