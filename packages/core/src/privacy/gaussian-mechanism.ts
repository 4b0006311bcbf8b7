import { logNormalBelow } from "./normal.ts";

/** What is promised: whoever sees the releases can hardly tell whether one person's data were in them. */
export interface PrivacyBudget {
  /** At most e^epsilon times as likely ... */
  readonly epsilon: number;
  /** ... but for a probability of this. */
  readonly delta: number;
}

/**
 * Returns the least delta at which Gaussian noise keeps a promise of this epsilon. `mu` is the most that one person can move what is released, in
 * standard deviations of the noise (sensitivity / sigma): delta = P(Z < mu/2 - eps/mu) - e^eps P(Z < -mu/2 - eps/mu) (Balle & Wang 2018,
 * Theorem 8).
 */
export function deltaOf(epsilon: number, mu: number): number {
  if (!(epsilon >= 0)) throw new RangeError(`"epsilon" expected a number of at least 0, got ${epsilon}`);
  if (!(mu >= 0)) throw new RangeError(`"mu" expected a number of at least 0, got ${mu}`);
  if (mu === 0) return 0;
  const inside = logNormalBelow(mu / 2 - epsilon / mu);
  const outside = epsilon + logNormalBelow(-mu / 2 - epsilon / mu);
  return outside >= inside ? 0 : Math.exp(inside) * -Math.expm1(outside - inside);
}

/** Returns the least epsilon that holds at this delta (see `deltaOf`); 0 where any does. */
export function epsilonOf(delta: number, mu: number): number {
  checkDelta(delta);
  if (deltaOf(0, mu) <= delta) return 0;
  let [low, high] = [0, 1];
  while (deltaOf(high, mu) > delta) high *= 2;
  return bisect(low, high, (epsilon) => deltaOf(epsilon, mu) > delta)[1];
}

/**
 * Returns the noise that keeps a promise: the standard deviation that must be added to each number for every unit by which one person can move
 * all of them together (Euclidean). Exact, and less than the classical sqrt(2 ln(1.25/delta))/epsilon, which holds below epsilon 1 only.
 */
export function sigmaFor({ epsilon, delta }: PrivacyBudget): number {
  if (!(epsilon > 0)) throw new RangeError(`"epsilon" expected a number above 0, got ${epsilon}`);
  checkDelta(delta);
  let [low, high] = [0, 1];
  while (deltaOf(epsilon, high) <= delta) high *= 2;
  [low] = bisect(low, high, (mu) => deltaOf(epsilon, mu) <= delta);
  return 1 / low;
}

function checkDelta(delta: number): void {
  if (!(delta > 0 && delta < 1)) throw new RangeError(`"delta" expected a number between 0 and 1, got ${delta}`);
}

/** Returns the two ends of where `holds` stops holding, as near as numbers can lie. */
function bisect(from: number, to: number, holds: (value: number) => boolean): readonly [number, number] {
  let [low, high] = [from, to];
  for (let i = 0; i < 200; i += 1) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return [low, high];
}
