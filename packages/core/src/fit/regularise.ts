import type { Covariances } from "./scatter.ts";

/**
 * What a fit on few people gets wrong, put right by rules that depend on the number of people alone:
 * - people differ in more directions than few of them show: part of the covariance between people takes the shape of that
 *   between windows (what varies from window to window varies from person to person too);
 * - likewise for sittings; and what sittings vary is underestimated in the very directions in which those few people differ,
 *   so it is enlarged;
 * - a ridge on windows, because the features are many and overlap.
 * On the public sets each halves the error of a fit on 44 people across days, and changes little for a thousand.
 */
export interface Regularised {
  readonly between: Float64Array;
  readonly sitting: Float64Array;
  readonly window: Float64Array;
}

/** Share of the variance of a person in one sitting that is the sitting's, where nobody was seen twice (measured: 55 people, 6 sittings). */
export const USUAL_SITTING_SHARE = 0.3;

/** With so many sittings beyond each person's first, what sittings vary is learnt from them alone. */
const ENOUGH_SITTINGS = 100;

/** How much each rule does: the ridge, and the people and sittings at which half of a covariance takes the shape of that of windows. */
export interface Strength {
  readonly ridge: number;
  readonly people: number;
  readonly sittings: number;
}
/** For typing: several hundred features of few keystrokes. */
export const STRONG: Strength = { ridge: 0.7, people: 60, sittings: 200 };
/** For strokes of a pointer, whose windows say more (measured on people held out). */
export const MILD: Strength = { ridge: 0.1, people: 20, sittings: 50 };

export function regularise(covariances: Covariances, d: number, strength: Strength = STRONG): Regularised {
  const { people, furtherSittings } = covariances;
  const traceOfWindow = trace(covariances.window, d);
  const shape = covariances.window.map((value, i) => value + (i % (d + 1) === 0 ? (0.1 * traceOfWindow) / d : 0));
  const traceOfShape = trace(shape, d);
  const blend = (matrix: Float64Array, share: number, times: number): Float64Array => {
    const size = (share * trace(matrix, d)) / traceOfShape;
    return matrix.map((value, i) => times * ((1 - share) * value + size * (shape[i] ?? 0)));
  };
  const ridge = ((strength.ridge + 20 / people) * traceOfWindow) / d;
  const window = covariances.window.map((value, i) => value + (i % (d + 1) === 0 ? ridge : 0));
  const between = blend(covariances.between, strength.people / (strength.people + people), 1);
  const known = Math.min(1, furtherSittings / ENOUGH_SITTINGS);
  if (known === 1) {
    const sitting = blend(
      covariances.sitting,
      strength.sittings / (strength.sittings + furtherSittings),
      1 + 100 / furtherSittings,
    );
    return { between, sitting, window };
  }
  // Who was seen once shows person and sitting together; the few who were seen again say a little about which is which.
  const together = blend(
    sumOf(covariances.between, covariances.sitting),
    strength.people / (strength.people + people),
    1,
  );
  const few = blend(covariances.sitting, strength.sittings / (strength.sittings + furtherSittings), 2);
  return {
    between: between.map((value, i) => known * value + (1 - known) * (1 - USUAL_SITTING_SHARE) * (together[i] ?? 0)),
    sitting: few.map((value, i) => known * value + (1 - known) * USUAL_SITTING_SHARE * (together[i] ?? 0)),
    window,
  };
}

function sumOf(left: Float64Array, right: Float64Array): Float64Array {
  return left.map((value, i) => value + (right[i] ?? 0));
}

export function trace(matrix: Float64Array, d: number): number {
  let sum = 0;
  for (let i = 0; i < d; i += 1) sum += matrix[i * (d + 1)] ?? 0;
  return sum;
}
