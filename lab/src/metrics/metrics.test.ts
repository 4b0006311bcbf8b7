import { readFileSync } from "node:fs";
import { createRandom, gaussian } from "@habitus/core";
import { describe, expect, it } from "vitest";
import { figure, quantile } from "./bootstrap.ts";
import { cllr, minCllr } from "./cllr.ts";
import { areaUnderCurve, equalErrorRate, errorRates, fnmrAtFmr, thresholdAtFmr } from "./error-rates.ts";
import { measure, pairedDifference } from "./measure.ts";
import { gini } from "./per-subject.ts";
import { groupScores } from "./score-groups.ts";
import { type Comparison, scoreSet } from "./score-set.ts";

interface Case {
  readonly name: string;
  readonly scores: readonly number[];
  readonly mated: readonly number[];
  readonly eer: number;
  readonly auc: number;
  readonly fnmrAtFmr10: number;
  readonly fnmrAtFmr1: number;
  readonly cllr: number;
  readonly minCllr: number;
}

// Safe: written by make-vectors.py with exactly these fields.
const { cases } = JSON.parse(readFileSync(new URL("../../vectors/metrics.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
};

describe.each(cases)("scores that are $name", (vector) => {
  const score = Float64Array.from(vector.scores);
  const mated = Uint8Array.from(vector.mated);
  const groups = groupScores({ score, mated });

  it("give scikit-learn's figures", () => {
    expect(equalErrorRate(groups)).toBeCloseTo(vector.eer, 12);
    expect(areaUnderCurve(groups)).toBeCloseTo(vector.auc, 12);
    expect(fnmrAtFmr(groups, 0.1)).toBeCloseTo(vector.fnmrAtFmr10, 12);
    expect(fnmrAtFmr(groups, 0.01)).toBeCloseTo(vector.fnmrAtFmr1, 12);
  });

  it("give Cllr and the least Cllr of an isotonic calibration", () => {
    expect(cllr(score, mated)).toBeCloseTo(vector.cllr, 10);
    expect(minCllr(groups)).toBeCloseTo(vector.minCllr, 10);
    expect(minCllr(groups)).toBeLessThanOrEqual(cllr(score, mated));
  });

  it("have a threshold that keeps its false match rate", () => {
    const others = score.filter((_, i) => mated[i] === 0);
    const threshold = thresholdAtFmr(others, 0.05);
    expect(others.filter((value) => value >= threshold).length / others.length).toBeLessThanOrEqual(0.05);
  });
});

describe("ties", () => {
  it("between mated and non-mated comparisons count half in the area and are rejected together", () => {
    const groups = groupScores({ score: Float64Array.of(1, 1, 2, 0), mated: Uint8Array.of(1, 0, 1, 0) });
    // Pairs: (1,1) half, (1,0) right, (2,1) right, (2,0) right: 3.5 of 4.
    expect(areaUnderCurve(groups)).toBe(0.875);
    expect([...errorRates(groups).fmr]).toEqual([1, 0.5, 0, 0]);
    expect([...errorRates(groups).fnmr]).toEqual([0, 0, 0.5, 1]);
    // From (fmr .5, fnmr 0) to (0, .5): they meet at .25.
    expect(equalErrorRate(groups)).toBe(0.25);
  });

  it("of all comparisons leave chance", () => {
    const groups = groupScores({ score: new Float64Array(8), mated: Uint8Array.of(1, 1, 1, 0, 0, 0, 0, 0) });
    expect(equalErrorRate(groups)).toBe(0.5);
    expect(areaUnderCurve(groups)).toBe(0.5);
    expect(minCllr(groups)).toBeCloseTo(1, 12);
  });

  it("have no least cost where one kind is missing, as in a resample of one subject alone", () => {
    expect(minCllr(groupScores({ score: Float64Array.of(1, 2), mated: Uint8Array.of(1, 1) }))).toBeNaN();
  });
});

it("an unequal share of errors has a Gini coefficient by its definition", () => {
  expect(gini([1, 1, 1, 1])).toBeCloseTo(0, 12);
  expect(gini([0, 0, 0, 1])).toBeCloseTo(0.75, 12);
  expect(gini([1, 3])).toBeCloseTo(0.25, 12); // mean absolute difference 1, over 2 x mean 2
  expect(gini([0, 0])).toBeNaN();
});

it("a quantile interpolates and an interval needs replicates", () => {
  expect(quantile([0, 10], 0.25)).toBe(2.5);
  expect(figure(0.5, [0.1])).toEqual({ value: 0.5, low: null, high: null });
  expect(figure(Number.NaN, [])).toEqual({ value: null, low: null, high: null });
});

describe("measure", () => {
  const subjects = Array.from({ length: 12 }, (_, i) => `p${i}`);
  const simulate = (gap: number): Comparison[] => {
    const random = createRandom(5);
    return subjects.flatMap((subject) =>
      subjects.flatMap((probeSubject) =>
        Array.from({ length: 4 }, () => {
          const mated = subject === probeSubject;
          const score = gaussian(random) + (mated ? gap : 0);
          return { subject, probeSubject, mated, score, llr: gap * score - (gap * gap) / 2 };
        }),
      ),
    );
  };

  it("puts the figure inside its interval and gives the same numbers again", () => {
    const set = scoreSet(subjects, simulate(2));
    const { figures } = measure(set, { seed: 1 });
    for (const metric of ["eerPooled", "auc", "fnmrAtFmr1", "cllr", "minCllr"] as const) {
      const { value, low, high } = figures[metric];
      expect(low).toBeLessThanOrEqual(value ?? -1);
      expect(high).toBeGreaterThanOrEqual(value ?? 2);
    }
    expect(measure(set, { seed: 1 }).figures).toEqual(figures);
    expect(figures.fnmrAtFmr001.value).toBeNull(); // 528 non-mated: 0.05 errors expected, not 30
  });

  it("sees that one of two systems is better on the same people", () => {
    const weak = measure(scoreSet(subjects, simulate(1)), { seed: 1 });
    const strong = measure(scoreSet(subjects, simulate(2.5)), { seed: 1 });
    const { value, high } = pairedDifference(strong, weak, "eerPooled");
    expect(value).toBeLessThan(0);
    expect(high).toBeLessThan(0);
  });

  it("of well calibrated Gaussian scores finds the theoretical equal error rate and little loss", () => {
    // Two unit Gaussians 2 apart: EER = Phi(-1) = 0.1587.
    const random = createRandom(9);
    const many: Comparison[] = Array.from({ length: 40_000 }, (_, i) => {
      const mated = i % 2 === 0;
      const score = gaussian(random) + (mated ? 2 : 0);
      return { subject: "p0", probeSubject: mated ? "p0" : "p1", mated, score, llr: 2 * score - 2 };
    });
    const { figures } = measure(scoreSet(["p0", "p1"], many), { seed: 1 });
    expect(figures.eerPooled.value).toBeCloseTo(0.1587, 2);
    expect((figures.cllr.value ?? 1) - (figures.minCllr.value ?? 0)).toBeLessThan(0.01);
  });
});
