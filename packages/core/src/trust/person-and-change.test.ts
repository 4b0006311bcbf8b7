import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Evidence } from "../evidence/evidence.ts";
import { checkTrust } from "../laws/index.ts";
import { createRandom } from "../math/random.ts";
import { personAndChange } from "./person-and-change.ts";

const { initial, update, read, reset } = personAndChange;
const said = (llr: number, sittingLlr?: number, at = 1000): Evidence => ({
  kind: "evidence",
  llr,
  ...(sittingLlr !== undefined && { sittingLlr }),
  score: 0.5,
  source: "test@1",
  modalities: ["keystroke"],
  quality: 1,
  startedAt: at - 1000,
  at,
  keystrokes: 50,
  pointerEvents: 0,
  contributions: [],
});
const after = (all: readonly Evidence[]) => all.reduce((state, one) => update(state, one), initial());
const value = (all: readonly Evidence[], now?: number): number => read(after(all), now).value ?? Number.NaN;
const nats = fc.double({ min: -20, max: 20, noNaN: true });
const HOUR = 3_600_000;

test("the laws of trust models hold", () => {
  checkTrust(personAndChange, createRandom(2));
});

describe("trust in a person and in no change of hands", () => {
  test("more evidence for somebody else never raises it, of either kind", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(nats, nats), { minLength: 1, maxLength: 12 }), nats, nats, (all, llr, sitting) => {
        const before = all.map(([one, other]) => said(one, other));
        const base = value([...before, said(llr, sitting)]);
        expect(value([...before, said(llr - 1, sitting)])).toBeLessThanOrEqual(base);
        expect(value([...before, said(llr, sitting - 1)])).toBeLessThanOrEqual(base);
      }),
    );
  });

  test("the order of evidence about the person does not matter while it is not at its bounds", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 7 }), (llrs) => {
        // Nothing of a change: the sitting goes on as it was.
        const one = value(llrs.map((llr) => said(llr, 0)));
        expect(value([...llrs].reverse().map((llr) => said(llr, 0)))).toBeCloseTo(one, 5);
      }),
    );
  });

  test("time without evidence never raises it, and an absence is remembered until windows go well", () => {
    const seen = [said(3), said(1, 0)];
    expect(value(seen, 1000)).toBe(value(seen));
    let last = 1;
    for (const hours of [0, 0.1, 1, 10, 100, 1e6]) {
      const now = value(seen, 1000 + hours * HOUR);
      expect(now).toBeLessThanOrEqual(last);
      last = now;
    }
    expect(last).toBeGreaterThan(0.6); // as likely as not who was trusted
    expect(value([...seen, said(0, 0, 20 * 60_000)])).toBeLessThan(value([...seen, said(0, 0, 2000)]));
    const back = [...seen, said(0, 0, 20 * 60_000)];
    const well = Array.from({ length: 8 }, (_, i) => said(0, 0, 20 * 60_000 + 1000 * (i + 1)));
    expect(value([...back, ...well])).toBeCloseTo(value(seen), 2);
  });

  test("one window can never decide alone, and what began well can be doubted", () => {
    for (const first of [[], [said(9), said(9, 0)]]) expect(value([...first, said(-100, -100)])).toBeGreaterThan(0.5);
    expect(value([said(9), said(9, 0), said(0, -9), said(0, -9)])).toBeLessThan(0.25);
  });

  test("where a sitting begins, what spoke for the owner is forgotten and what spoke against is not", () => {
    expect(value([said(4), said(-2, undefined, 2 * HOUR)])).toBeCloseTo(
      value([said(-2), said(0, undefined, 2 * HOUR)]),
      6,
    );
    expect(value([said(-4), said(0, undefined, 2000)])).toBeCloseTo(value([said(-4)]), 6);
  });

  test("a clock that was set back or stands still harms nobody, and a state stays within 256 bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(nats, fc.integer({ min: -1e13, max: 1e13 })), { minLength: 1 }), (all) => {
        const state = after(all.map(([llr, at]) => said(llr, llr, at)));
        const { value: trust = Number.NaN } = read(state, 0);
        expect(trust).toBeGreaterThanOrEqual(0);
        expect(trust).toBeLessThanOrEqual(1);
        expect(JSON.stringify(state).length).toBeLessThanOrEqual(256);
      }),
    );
  });

  test("a passed step-up forgives, and adds nothing", () => {
    const doubted = after([said(-9), said(-9, -9)]);
    expect(read(reset(doubted))).toEqual({ value: undefined, scores: 0 });
    expect(read(update(reset(doubted), said(0, 0))).value).toBeCloseTo(value([said(0, 0)]), 6);
  });
});
