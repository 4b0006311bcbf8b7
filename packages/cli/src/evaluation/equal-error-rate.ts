/** Scores of one subject: of the subject's own samples and of strangers'. Higher = more likely the subject. */
export interface Scored {
  readonly mated: readonly number[];
  readonly nonMated: readonly number[];
}

/** How often a subject counts: 1, or how often a bootstrap drew it. */
export type Weights = ArrayLike<number>;

/**
 * Returns a function that gives the equal error rate, 0 to 1, of all subjects' scores pooled. A comparison is accepted when its
 * score is at least the threshold, so equal scores are accepted or rejected together; between the two thresholds where FMR and
 * FNMR cross, both are taken as straight lines. NaN without mated or without non-mated scores. Sorts once, for many weights.
 */
export function equalErrorRateOf(subjects: readonly Scored[]): (weights: Weights) => number {
  const all = subjects.flatMap(({ mated, nonMated }, subject) => [
    ...mated.map((score) => ({ score, subject, own: 1 })),
    ...nonMated.map((score) => ({ score, subject, own: 0 })),
  ]);
  all.sort((a, b) => a.score - b.score);
  return (weights) => {
    const totals = subjects.map(({ mated, nonMated }, i) =>
      [mated.length, nonMated.length].map((n) => n * (weights[i] ?? 0)),
    );
    const mated = totals.reduce((sum, [own = 0]) => sum + own, 0);
    const nonMated = totals.reduce((sum, [, others = 0]) => sum + others, 0);
    if (mated === 0 || nonMated === 0) return Number.NaN;
    let before = { fnmr: 0, fmr: 1 };
    let rejectedOwn = 0;
    let rejectedOthers = 0;
    for (const [i, { score, subject, own }] of all.entries()) {
      const weight = weights[subject] ?? 0;
      rejectedOwn += own * weight;
      rejectedOthers += (1 - own) * weight;
      if (all[i + 1]?.score === score) continue;
      const after = { fnmr: rejectedOwn / mated, fmr: 1 - rejectedOthers / nonMated };
      if (after.fnmr >= after.fmr) {
        const gap = before.fmr - before.fnmr;
        return before.fnmr + (gap / (gap + after.fnmr - after.fmr)) * (after.fnmr - before.fnmr);
      }
      before = after;
    }
    return before.fnmr;
  };
}

/** Returns the equal error rate of one subject's scores. */
export function equalErrorRate(scored: Scored): number {
  return equalErrorRateOf([scored])([1]);
}
