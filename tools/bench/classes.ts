import type { Random } from "@habitus/core";
import { gaussian } from "@habitus/core";

export interface LabelledRows {
  readonly rows: number[][];
  readonly labels: number[];
}

const FEATURES = 31;
const INFORMATIVE = 8;
const SHIFT = 0.8;

/** Returns rows of 31 standard normal features, labels 0 and 1 in turn; eight features are shifted by 0.8 for label 1. */
export function drawClasses(count: number, random: Random): LabelledRows {
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const rows = labels.map((label) =>
    Array.from({ length: FEATURES }, (_, j) => gaussian(random) + (j < INFORMATIVE ? SHIFT * label : 0)),
  );
  return { rows, labels };
}

/** Returns the area under the ROC curve: the share of pairs that are in the right order, ties counted half (Mann-Whitney). */
export function auc(scores: readonly number[], labels: readonly number[]): number {
  const order = scores.map((score, i) => ({ score, label: labels[i] ?? 0 })).sort((a, b) => a.score - b.score);
  let rankSum = 0;
  let positives = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (order[to]?.score === order[from]?.score && to < order.length) to += 1;
    const rank = (from + 1 + to) / 2;
    for (let i = from; i < to; i += 1)
      if (order[i]?.label === 1) {
        rankSum += rank;
        positives += 1;
      }
    from = to;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (order.length - positives));
}
