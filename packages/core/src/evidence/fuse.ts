/** What each of several log-likelihood ratios about one person over the same minutes weighs. */
export interface FusionWeights {
  /** In the order of the ratios, each 0 to 1: more than it says by itself no part ever says, less where they say the same thing twice. */
  readonly weights: readonly number[];
  /** Added where all parts speak. */
  readonly offset: number;
}

/** The plain sum: right where the parts are independent given the person. */
export function independent(parts: number): FusionWeights {
  return { weights: new Array<number>(parts).fill(1), offset: 0 };
}

/**
 * Returns the fused log-likelihood ratio of the parts that spoke, undefined where none did. Logistic fusion (Pigeon, Druyts & Verlinden
 * 2000) with weights kept within 0 and 1. It assumes that the parts depend on each other as they did where the weights were learnt;
 * a part that did not speak is left out, and the offset with it.
 */
export function fuse({ weights, offset }: FusionWeights, llrs: readonly (number | undefined)[]): number | undefined {
  if (llrs.length !== weights.length)
    throw new RangeError(`there are ${weights.length} weights for ${llrs.length} likelihood ratios`);
  let sum = 0;
  let spoke = 0;
  llrs.forEach((llr, i) => {
    if (llr === undefined) return;
    if (!Number.isFinite(llr)) throw new RangeError(`a likelihood ratio must be finite, got ${llr}`);
    sum += (weights[i] ?? 0) * llr;
    spoke += 1;
  });
  if (spoke === 0) return undefined;
  return spoke === llrs.length ? sum + offset : sum;
}

/** Returns each part's share of what was said: with its sign, absolute values summing to 1; 0 for one that did not speak. */
export function sharesOf({ weights }: FusionWeights, llrs: readonly (number | undefined)[]): number[] {
  const said = llrs.map((llr, i) => (weights[i] ?? 0) * (llr ?? 0));
  const total = said.reduce((sum, one) => sum + Math.abs(one), 0);
  return said.map((one) => (total === 0 ? 0 : one / total));
}
