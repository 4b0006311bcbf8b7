const BINS = 50;

/**
 * Returns D_sys, how far two protected references of one person can be told from those of two people, by a score that an attacker
 * computes of the pair: 0 = not at all, 1 = always (Gomez-Barrero, Galbally, Rathgeb & Busch 2018, IEEE TIFS 13(6)). With
 * LR(s) = p(s | one person) / p(s | two people) and equal priors, D(s) = 2 LR / (1 + LR) - 1 where LR > 1, else 0, and D_sys is
 * the integral of p(s | one person) D(s). Densities are histograms of 50 bins over what both have, so few pairs seem linked a
 * little: compare with `chanceOf` the same numbers.
 */
export function linkability(mated: ArrayLike<number>, nonMated: ArrayLike<number>): number {
  const all = [...Array.from(mated), ...Array.from(nonMated)].filter(Number.isFinite);
  const low = all.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY);
  const high = all.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  if (!(high > low)) return 0;
  const share = (scores: ArrayLike<number>): Float64Array => {
    const counts = new Float64Array(BINS);
    for (let i = 0; i < scores.length; i += 1) {
      const bin = Math.min(BINS - 1, Math.floor((((scores[i] ?? 0) - low) / (high - low)) * BINS));
      counts[bin] = (counts[bin] ?? 0) + 1 / scores.length;
    }
    return counts;
  };
  const [one, two] = [share(mated), share(nonMated)];
  return one.reduce((sum, p, bin) => {
    const q = two[bin] ?? 0;
    return p > q ? sum + (p * (p - q)) / (p + q) : sum;
  }, 0);
}
