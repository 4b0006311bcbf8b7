/**
 * Returns the equal error rate of scores, 0 to 1. A comparison is accepted when its score is at least the threshold, so equal
 * scores are accepted or rejected together; between the two thresholds where FMR and FNMR cross, both are taken as straight lines.
 * NaN without mated or without non-mated scores.
 */
export function equalErrorRate(mated: readonly number[], nonMated: readonly number[]): number {
  if (mated.length === 0 || nonMated.length === 0) return Number.NaN;
  const own = [...mated].sort((a, b) => a - b);
  const others = [...nonMated].sort((a, b) => a - b);
  let rejectedOwn = 0;
  let rejectedOthers = 0;
  let fnmr = 0;
  let fmr = 1;
  for (const score of [...new Set([...own, ...others])].sort((a, b) => a - b)) {
    while (rejectedOwn < own.length && (own[rejectedOwn] ?? 0) <= score) rejectedOwn += 1;
    while (rejectedOthers < others.length && (others[rejectedOthers] ?? 0) <= score) rejectedOthers += 1;
    const nextFnmr = rejectedOwn / own.length;
    const nextFmr = 1 - rejectedOthers / others.length;
    if (nextFnmr >= nextFmr) {
      const gap = fmr - fnmr;
      return fnmr + (gap / (gap + nextFnmr - nextFmr)) * (nextFnmr - fnmr);
    }
    fnmr = nextFnmr;
    fmr = nextFmr;
  }
  return fnmr;
}
