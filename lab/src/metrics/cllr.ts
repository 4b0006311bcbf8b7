import { type ScoreGroups, total } from "./score-groups.ts";

/** Returns log2(1 + e^x) without overflow. */
export function softplus2(x: number): number {
  return (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))) / Math.LN2;
}

/** What one comparison costs under the logarithmic rule, in bits, before it is averaged within its class. */
export function llrCost(llr: number, mated: boolean): number {
  return softplus2(mated ? -llr : llr);
}

/**
 * Returns the cost of the log-likelihood ratios in bits (Bruemmer & du Preez 2006): 0 = perfect, 1 = as good as saying nothing,
 * above 1 = misleading. Mated and non-mated comparisons weigh one half each.
 */
export function cllr(llrs: Float64Array, mated: Uint8Array): number {
  const sums = [0, 0];
  const counts = [0, 0];
  for (let i = 0; i < llrs.length; i += 1) {
    const label = mated[i] === 1 ? 1 : 0;
    sums[label] = (sums[label] ?? 0) + llrCost(llrs[i] ?? 0, label === 1);
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return ((sums[0] ?? 0) / (counts[0] ?? 0) + (sums[1] ?? 0) / (counts[1] ?? 0)) / 2;
}

/** One step of the calibration that fits best: all groups up to `end` (exclusive) that share a log-likelihood ratio. */
export interface CalibrationStep {
  readonly end: number;
  readonly mated: number;
  readonly nonMated: number;
}

/** Returns the pooled adjacent violators of the groups: the best non-decreasing calibration of these very scores (Ayer et al. 1955). */
export function poolAdjacentViolators({ mated, nonMated }: Pick<ScoreGroups, "mated" | "nonMated">): CalibrationStep[] {
  const end: number[] = [];
  const m: number[] = [];
  const n: number[] = [];
  for (let g = 0; g < mated.length; g += 1) {
    let mm = mated[g] ?? 0;
    let nn = nonMated[g] ?? 0;
    if (mm + nn === 0) continue; // a group that a resample left out
    // An earlier block with at least this one's share of mated comparisons violates the order: pool.
    while (m.length > 0 && (m.at(-1) ?? 0) * (mm + nn) >= mm * ((m.at(-1) ?? 0) + (n.at(-1) ?? 0))) {
      mm += m.pop() ?? 0;
      nn += n.pop() ?? 0;
      end.pop();
    }
    m.push(mm);
    n.push(nn);
    end.push(g + 1);
  }
  return end.map((last, i) => ({ end: last, mated: m[i] ?? 0, nonMated: n[i] ?? 0 }));
}

/** Returns the least Cllr (NaN without comparisons of both kinds) that any non-decreasing calibration of these scores could reach; Cllr minus this is what calibration loses. */
export function minCllr(groups: Pick<ScoreGroups, "mated" | "nonMated">): number {
  const allMated = total(groups.mated);
  const allNonMated = total(groups.nonMated);
  if (allMated === 0 || allNonMated === 0) return Number.NaN;
  let cost = 0;
  for (const { mated, nonMated } of poolAdjacentViolators(groups)) {
    if (mated === 0 || nonMated === 0) continue; // infinite and right: costs nothing
    const llr = Math.log((mated * allNonMated) / (nonMated * allMated));
    cost += (mated / allMated) * llrCost(llr, true) + (nonMated / allNonMated) * llrCost(llr, false);
  }
  return cost / 2;
}
