import type { Event } from "@habitus/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeEvents, encodeBatch, MalformedBatch } from "../src/index.ts";
import { FIELDS, isWhole, KINDS } from "../src/shapes.ts";

/** Any event that has a place on the wire, of any kind. */
const anyEvent = fc
  .nat(KINDS.length - 1)
  .chain((code) =>
    fc.tuple(
      fc.constant(code),
      fc.tuple(
        ...(FIELDS[code] ?? []).map(([, field]) =>
          isWhole(field) ? fc.integer({ min: field[1], max: field[2] }) : fc.nat(field.length - 1),
        ),
      ),
    ),
  );

const base = { v: 1, stream: 1, seq: 0, q: 100, lost: 0 } as const;

describe("decoding a batch", () => {
  test("gives every kind as the table of shapes says, and encoding gives the same numbers back", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), fc.nat(1e12), (list, t) => {
        const e = list.flatMap(([code, fields], i) => [code, i === 0 ? 0 : 7, ...fields]);
        const events = decodeEvents({ ...base, t, e });
        expect(events.length).toBe(list.length);
        events.forEach((event, i) => {
          const [code, fields] = list[i] ?? [0, []];
          const expected: Record<string, unknown> = { kind: KINDS[code], at: (t + 7 * i) / 10 };
          (FIELDS[code] ?? []).forEach(([name, field], f) => {
            const wire = fields[f] ?? 0;
            expected[name] = isWhole(field) ? wire / field[0] : field[wire];
          });
          expect(event).toEqual(expected);
        });
        if (events.length > 0) expect(encodeBatch({ stream: 1, seq: 0, quantumMs: 0.1, lost: 0, events }).e).toEqual(e);
      }),
    );
  });

  test("refuses a field below or above its bounds, or between two numbers, and names its place", () => {
    fc.assert(
      fc.property(
        anyEvent,
        fc.nat(8),
        fc.constantFrom("below", "above", "between", "none"),
        ([code, fields], at, how) => {
          const list = [...fields];
          const f = at % list.length;
          const field = FIELDS[code]?.[f]?.[1] ?? [];
          const [min, max] = isWhole(field) ? [field[1], field[2]] : [0, field.length - 1];
          list[f] = { below: min - 1, above: max + 1, between: min + 0.5, none: Number.NaN }[how];
          const decode = (): Event[] => decodeEvents({ ...base, t: 0, e: [code, 0, ...list] });
          expect(decode).toThrow(MalformedBatch);
          expect(decode).toThrow(`events[0]: field ${f} out of range`);
        },
      ),
    );
  });
});
