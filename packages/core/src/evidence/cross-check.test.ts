import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom, gaussian } from "../math/random.ts";
import { calibratedCross } from "./calibrated-cross.ts";
import { type CrossState, crossCheck, crossLlr, togetherLlr } from "./cross-check.ts";
import type { Evidence } from "./evidence.ts";

const nats = fc.double({ min: -50, max: 50, noNaN: true });
const window = (
  modality: "keystroke" | "pointer",
  at: number,
  llr: number,
  rest: Partial<Evidence> = {},
): Evidence => ({
  kind: "evidence",
  llr,
  score: 1 / (1 + Math.exp(-llr)),
  source: "test@1",
  modalities: [modality],
  quality: 1,
  startedAt: at - 5000,
  at,
  keystrokes: 0,
  pointerEvents: 0,
  contributions: [],
  ...rest,
});
function run(windows: readonly Evidence[]): { said: Evidence[]; state: CrossState | undefined } {
  let state: CrossState | undefined;
  const said = windows.flatMap((one) => {
    const next = crossCheck(calibratedCross, state, one);
    state = JSON.parse(JSON.stringify(next.state));
    return next.evidence === undefined ? [] : [next.evidence];
  });
  return { said, state };
}
/** Minute by minute a window of each. */
const minutes = (count: number, keystroke: number, pointer: number): Evidence[] =>
  Array.from({ length: count }, (_, i) => [
    window("keystroke", i * 60_000, keystroke),
    window("pointer", i * 60_000 + 10_000, pointer),
  ]).flat();

describe("one person or two", () => {
  test("calibrated ratios give the closed form (e^(x+y) + 1) / (e^x + e^y), however far apart people are", () => {
    fc.assert(
      fc.property(fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: -4, max: 4, noNaN: true }), (x, y) => {
        const closed = Math.log((Math.exp(x + y) + 1) / (Math.exp(x) + Math.exp(y)));
        expect(togetherLlr(calibratedCross, x, y)).toBeCloseTo(closed, 9);
      }),
    );
  });

  test("it is symmetric in agreement, and where one says nothing nothing is said", () => {
    fc.assert(
      fc.property(nats, nats, (x, y) => {
        expect(togetherLlr(calibratedCross, -x, -y)).toBeCloseTo(togetherLlr(calibratedCross, x, y), 9);
        expect(togetherLlr(calibratedCross, x, 0)).toBeCloseTo(0, 9);
        expect(togetherLlr(calibratedCross, y, x)).toBeCloseTo(togetherLlr(calibratedCross, x, y), 9);
      }),
    );
  });

  test("of the owner it says at most a nat against and next to nothing for, whatever comes", () => {
    fc.assert(
      fc.property(nats, nats, (x, y) => {
        const llr = crossLlr(calibratedCross, x, y);
        expect(llr).toBeGreaterThanOrEqual(-1);
        expect(llr).toBeLessThanOrEqual(-Math.log(0.9) + 1e-12);
      }),
    );
    expect(crossLlr(calibratedCross, 4, -4)).toBe(-1);
    expect(crossLlr(calibratedCross, 3, 3)).toBeGreaterThan(0);
  });

  test("the wider apart, the more it speaks against", () => {
    const said = [0, 1, 2, 3, 4].map((x) => togetherLlr(calibratedCross, x, -x));
    for (let i = 1; i < said.length; i += 1) expect(said[i]).toBeLessThan(said[i - 1] ?? 0);
  });

  test("it is a calibrated ratio: over draws of one person e^-llr is 1 on average, over draws of two e^llr is", () => {
    const random = createRandom(11);
    const draw = (d: number, own: boolean): number => d * ((own ? 0.5 : -0.5) * d + gaussian(random));
    const sums = [0, 0];
    for (let i = 0; i < 40_000; i += 1) {
      const [one, first] = [i % 2 === 0, i % 4 < 2];
      const llr = togetherLlr(calibratedCross, draw(1, first), draw(0.8, one ? first : !first));
      sums[one ? 0 : 1] = (sums[one ? 0 : 1] ?? 0) + Math.exp(one ? -llr : llr);
    }
    expect((sums[0] ?? 0) / 20_000).toBeCloseTo(1, 1);
    expect((sums[1] ?? 0) / 20_000).toBeCloseTo(1, 1);
  });

  test("a correlation makes what both do together less of a surprise", () => {
    const moody = { ...calibratedCross, correlation: 0.6 };
    expect(togetherLlr(moody, 2, 2)).toBeGreaterThan(togetherLlr(calibratedCross, 2, 2));
  });
});

describe("minute by minute", () => {
  test("two who contradict each other are told of, one who fits is not, and either says it only supports", () => {
    const two = run(minutes(12, 3.5, -3.5)).said;
    expect(two.length).toBeGreaterThan(2);
    expect(two[0]).toMatchObject({ supporting: true, source: "cross-check@1", sittingLlr: 0 });
    expect(two[0]?.llr ?? 0).toBeLessThan(-0.5);
    expect(run(minutes(12, 3.5, 3.5)).said.every(({ llr }) => llr >= 0)).toBe(true);
  });

  test("a sitting says at most two nats, however long it lasts", () => {
    for (const [x, y] of [
      [4, -4],
      [-4, 4],
      [4, 4],
    ] as const) {
      const sum = run(minutes(300, x, y)).said.reduce((total, { llr }) => total + llr, 0);
      expect(Math.abs(sum)).toBeLessThanOrEqual(2 + 1e-9);
    }
  });

  test("only typing, or only pointing, is no evidence of agreement", () => {
    expect(run(minutes(12, 3, -3).filter(({ modalities }) => modalities[0] === "keystroke")).said).toEqual([]);
    expect(run(minutes(12, 3, -3).filter(({ modalities }) => modalities[0] === "pointer")).said).toEqual([]);
  });

  test("what supports or is of several modalities is passed over", () => {
    const other = minutes(12, 3, -3).map((one) => ({ ...one, supporting: true }) as const);
    expect(run(other).said).toEqual([]);
    expect(run(minutes(12, 3, -3).map((one) => ({ ...one, modalities: ["usage" as const] }))).said).toEqual([]);
  });

  test("the order of windows inside a span does not matter", () => {
    const close: Evidence = window("keystroke", 200_000, 0);
    const span = [window("keystroke", 0, 3), window("pointer", 9000, -2), window("pointer", 30_000, -3)];
    const [one] = run([...span, close]).said;
    const [other] = run([
      window("keystroke", 0, 3),
      window("pointer", 9000, -3),
      window("pointer", 30_000, -2),
      close,
    ]).said;
    expect(one?.llr).toBeCloseTo(other?.llr ?? Number.NaN, 9);
  });

  test("the state stays small, and a score of 0 or 1 is no wild answer", () => {
    const { said, state } = run([
      ...minutes(3, 60, -800),
      window("keystroke", 900_000, 0, { score: 1 }),
      window("pointer", 910_000, 0, { score: 0 }),
      window("pointer", 1_300_000, 0),
    ]);
    for (const { llr } of said) expect(Number.isFinite(llr)).toBe(true);
    expect(JSON.stringify(state).length).toBeLessThan(256);
  });
});
