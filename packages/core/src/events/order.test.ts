import fc from "fast-check";
import { expect, test } from "vitest";
import type { Event } from "./event.ts";
import { orderEvents } from "./order.ts";

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant("page" as const), at: fc.integer({ min: 0, max: 20 }), page: fc.nat(2) }),
  fc.record({
    kind: fc.constant("edit" as const),
    at: fc.integer({ min: 0, max: 20 }),
    what: fc.constantFrom("paste" as const, "copy" as const),
  }),
);

test("events come in time order, each exact duplicate once, nothing else lost", () => {
  fc.assert(
    fc.property(fc.array(anyEvent), (events) => {
      const before = JSON.stringify(events);
      const ordered = orderEvents([...events, ...events]);
      expect(JSON.stringify(events)).toBe(before);
      expect(ordered.every(({ at }, i) => i === 0 || at >= (ordered[i - 1]?.at ?? 0))).toBe(true);
      const kinds = (list: readonly Event[]) => new Set(list.map((event) => JSON.stringify(event)));
      expect(kinds(ordered)).toEqual(kinds(events));
      expect(ordered).toHaveLength(kinds(events).size);
    }),
  );
});

test("events of one instant keep the order in which they were recorded", () => {
  const events: Event[] = [
    { kind: "page", at: 5, page: 2 },
    { kind: "edit", at: 5, what: "paste" },
    { kind: "page", at: 1, page: 9 },
    { kind: "page", at: 5, page: 1 },
  ];
  expect(orderEvents(events)).toEqual([events[2], events[0], events[1], events[3]]);
});
