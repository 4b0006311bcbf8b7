import { epsilonOf } from "./gaussian-mechanism.ts";

/** One release with Gaussian noise. */
export interface Release {
  /** What was released, in a few words. */
  readonly what: string;
  /** The most that one person could move it, in standard deviations of its noise. */
  readonly mu: number;
}

/** What several releases about the same people give away together. */
export interface Spent {
  readonly mu: number;
  /** Zero-concentrated differential privacy (Bun & Steinke 2016): mu^2 / 2, which adds up. */
  readonly rho: number;
  /** At the delta asked for. */
  readonly epsilon: number;
}

/**
 * Returns what all of the releases together give away about one person, whoever chose the later ones after seeing the earlier. Gaussian releases
 * compose exactly: their squared mu add up (Dong, Roth & Su 2019, Gaussian differential privacy, Corollary 3.3), so no bound is lost on the way.
 */
export function account(releases: readonly Release[], delta: number): Spent {
  const squares = releases.reduce((sum, { what, mu }) => {
    if (!(mu >= 0 && Number.isFinite(mu)))
      throw new RangeError(`"mu" of ${what} expected a number of at least 0, got ${mu}`);
    return sum + mu * mu;
  }, 0);
  const mu = Math.sqrt(squares);
  return { mu, rho: squares / 2, epsilon: mu === 0 ? 0 : epsilonOf(delta, mu) };
}
