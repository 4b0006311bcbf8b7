import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { account } from "./accountant.ts";
import { deltaOf, epsilonOf, sigmaFor } from "./gaussian-mechanism.ts";
import { logNormalBelow } from "./normal.ts";

test("the logarithm of the normal distribution is right to the last digits, however far out (mpmath, 40 digits)", () => {
  for (const [x, log] of [
    [-40, -804.608442013754],
    [-8, -35.0134371599146],
    [-3.5, -8.36606530834409],
    [-3, -6.60772622151035],
    [-1, -1.84102164500926],
    [0, -Math.LN2],
    [0.5, -0.368946415288656],
    [2.9, -0.00186755609818092],
    [3.1, -0.00096807164340155],
  ] as const)
    expect(Math.abs(logNormalBelow(x) / log - 1)).toBeLessThan(1e-12);
});

describe("Gaussian noise", () => {
  test("keeps what others computed of it (Google differential-privacy library, tests of its Gaussian noise)", () => {
    // sigma 10, sensitivity 5, epsilon ln 3; and sigma 0.5, sensitivity 1, epsilon 0.
    expect(deltaOf(Math.log(3), 0.5)).toBeCloseTo(0.004159742234000802, 12);
    expect(deltaOf(0, 2)).toBeCloseTo(0.6826894921370859, 12);
  });

  test("is as large as Balle & Wang's formula asks for (mpmath, bisected with 40 digits)", () => {
    for (const [epsilon, delta, sigma] of [
      [1, 1e-5, 3.73063163481594],
      [3, 1e-6, 1.54386141777564],
      [10, 1e-8, 0.615846355760122],
      [0.1, 1e-6, 36.3046904261958],
    ] as const)
      expect(sigmaFor({ epsilon, delta })).toBeCloseTo(sigma, 10);
  });

  test("is less than the classical sqrt(2 ln(1.25 / delta)) / epsilon asks for", () => {
    for (const epsilon of [0.05, 0.3, 0.99])
      expect(sigmaFor({ epsilon, delta: 1e-6 })).toBeLessThan(Math.sqrt(2 * Math.log(1.25e6)) / epsilon);
  });

  test("epsilon, delta and sigma are three sides of one thing", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 20, noNaN: true }),
        fc.double({ min: -9, max: -2, noNaN: true }),
        (epsilon, log) => {
          const delta = 10 ** log;
          const sigma = sigmaFor({ epsilon, delta });
          expect(deltaOf(epsilon, 1 / sigma)).toBeLessThanOrEqual(delta * (1 + 1e-6));
          expect(epsilonOf(delta, 1 / sigma) / epsilon).toBeCloseTo(1, 5);
          expect(deltaOf(epsilon, 1 / (0.99 * sigma))).toBeGreaterThan(delta);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("without a promise, or with an impossible one, is refused", () => {
    for (const budget of [
      { epsilon: 0, delta: 0.1 },
      { epsilon: -1, delta: 0.1 },
      { epsilon: Number.NaN, delta: 0.1 },
      { epsilon: 1, delta: 0 },
      { epsilon: 1, delta: 1 },
    ])
      expect(() => sigmaFor(budget)).toThrow(RangeError);
  });
});

describe("the accountant", () => {
  const release = (mu: number) => ({ what: "a mean", mu });
  test("finds that a release costs what it was bought for, and nothing costs nothing", () => {
    const mu = 1 / sigmaFor({ epsilon: 3, delta: 1e-6 });
    expect(account([release(mu)], 1e-6).epsilon).toBeCloseTo(3, 8);
    expect(account([], 1e-6)).toEqual({ mu: 0, rho: 0, epsilon: 0 });
  });

  test("adds zero-concentrated privacy up, and the whole costs more than each and less than the sum", () => {
    const mus = [0.2, 0.5, 0.3];
    const spent = account(mus.map(release), 1e-6);
    expect(spent.rho).toBeCloseTo((0.04 + 0.25 + 0.09) / 2, 12);
    const each = mus.map((mu) => account([release(mu)], 1e-6).epsilon);
    expect(spent.epsilon).toBeGreaterThan(Math.max(...each));
    expect(spent.epsilon).toBeLessThan(each.reduce((sum, one) => sum + one, 0));
    // No more than the bound that Bun & Steinke give for any mechanism of that rho: rho + 2 sqrt(rho ln(1/delta)).
    expect(spent.epsilon).toBeLessThan(spent.rho + 2 * Math.sqrt(spent.rho * Math.log(1e6)));
  });

  test("refuses what is no release", () => {
    for (const mu of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => account([release(mu)], 1e-6)).toThrow(RangeError);
  });
});
