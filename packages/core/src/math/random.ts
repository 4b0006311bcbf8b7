/** A source of uniform numbers in [0, 1). Randomness is always an argument; this package has none of its own. */
export type Random = () => number;

/**
 * Returns a seeded generator (sfc32 by Chris Doty-Humphrey, PractRand; 128-bit state, period about 2^127).
 * The same seed gives the same numbers everywhere. Not for secrets.
 *
 * @example
 * const random = createRandom(7);
 * random() === createRandom(7)(); // true
 */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let counter = (Math.floor(seed / 0x100000000) | 0) + 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x100000000;
  };
  for (let i = 0; i < 15; i += 1) next(); // the first outputs still show the seed
  return next;
}

/** Returns a standard normal number (Box & Muller 1958); uses two uniforms. */
export function gaussian(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/** Returns an integer in [0, below). */
export function integer(random: Random, below: number): number {
  return Math.floor(random() * below);
}
