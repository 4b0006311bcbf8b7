import { gaussian, type Random } from "../math/random.ts";

/**
 * Returns the sum of people's histograms with Gaussian noise on every bin, empty ones too. Each person counts for one at most, however much was seen
 * of them: their bins are scaled down to a sum of 1. `sigma` is the noise in the same unit, 0 = none; with it one person moves the release by
 * 1 / sigma standard deviations at most, which is what the accountant takes. Bins may come out negative: an honest zero.
 */
export function releaseHistogram(
  people: readonly (readonly number[])[],
  { bins, sigma, random }: { readonly bins: number; readonly sigma: number; readonly random: Random },
): Float64Array {
  if (!(sigma >= 0)) throw new RangeError(`"sigma" expected a number of at least 0, got ${sigma}`);
  const sum = new Float64Array(bins);
  for (const own of people) {
    if (own.length !== bins || !own.every((count) => count >= 0))
      throw new RangeError(`every histogram must have ${bins} bins, none below 0`);
    const total = own.reduce((all, count) => all + count, 0);
    const scale = total > 1 ? 1 / total : 1;
    own.forEach((count, bin) => {
      sum[bin] = (sum[bin] ?? 0) + scale * count;
    });
  }
  return sum.map((count) => (sigma === 0 ? count : count + sigma * gaussian(random)));
}
