import type { ScoreSet } from "./score-set.ts";

/**
 * The comparisons in ascending order of score, gathered into groups that no metric here can tell apart: comparisons with
 * the same score (a tie) are one group, and so is a run of only mated or only non-mated ones between two ties.
 */
export interface ScoreGroups {
  readonly groups: number;
  /** Index of the comparison, in ascending order of score. */
  readonly order: Uint32Array;
  /** Where each group begins in `order`; one more entry than groups. */
  readonly start: Uint32Array;
  /** Summed weights of the mated and of the non-mated comparisons of each group. */
  readonly mated: Float64Array;
  readonly nonMated: Float64Array;
}

/** Returns the groups with every comparison of weight 1. */
export function groupScores({ score, mated }: Pick<ScoreSet, "score" | "mated">): ScoreGroups {
  const order = Uint32Array.from(score, (_, i) => i).sort((a, b) => (score[a] as number) - (score[b] as number)); // in range
  const starts: number[] = [];
  let kind = -1; // 0 or 1: only such comparisons so far; 2: a mixed tie
  for (let i = 0; i < order.length; ) {
    const value = score[order[i] ?? 0];
    let end = i;
    let seen = 0;
    for (; end < order.length && score[order[end] ?? 0] === value; end += 1) seen |= 1 << (mated[order[end] ?? 0] ?? 0);
    const now = seen === 3 ? 2 : seen - 1;
    if (now !== kind || now === 2) starts.push(i);
    kind = now;
    i = end;
  }
  const start = Uint32Array.from([...starts, order.length]);
  const groups = starts.length;
  const result = { groups, order, start, mated: new Float64Array(groups), nonMated: new Float64Array(groups) };
  for (let g = 0; g < groups; g += 1)
    for (let i = start[g] ?? 0; i < (start[g + 1] ?? 0); i += 1) {
      const sums = mated[order[i] ?? 0] === 1 ? result.mated : result.nonMated;
      sums[g] = (sums[g] ?? 0) + 1;
    }
  return result;
}

/** Returns the sums of a list. */
export function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
