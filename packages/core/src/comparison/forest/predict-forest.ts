import type { Forest } from "./forest.ts";

// `as number` follows an index that is in range by construction (training and decoding both see to it).

/** Returns the probability of label 1: the mean of the trees' leaf shares. Values are compared in single precision. */
export function predictForest(forest: Forest, row: ArrayLike<number>): number {
  const { feature, threshold, right, value, roots } = forest;
  const single = toSingle(forest, row);
  let sum = 0;
  for (let tree = 0; tree < roots.length; tree += 1) {
    let node = roots[tree] as number;
    let tested = feature[node] as number;
    while (tested >= 0) {
      node = (single[tested] as number) <= (threshold[node] as number) ? node + 1 : (right[node] as number);
      tested = feature[node] as number;
    }
    sum += value[node] as number;
  }
  return sum / roots.length;
}

/**
 * Returns the probability of label 1 with each feature's part in it: on the way down a tree, the change of the share of
 * positives at each split belongs to the feature that was asked (Saabas 2014). The parts and the mean share at the roots
 * sum to the probability. Costs hardly more than the prediction alone.
 */
export function attributeForest(
  forest: Forest,
  row: ArrayLike<number>,
): { readonly probability: number; readonly parts: Float64Array } {
  const { feature, threshold, right, value, roots } = forest;
  const single = toSingle(forest, row);
  const parts = new Float64Array(forest.features);
  let sum = 0;
  for (let tree = 0; tree < roots.length; tree += 1) {
    let node = roots[tree] as number;
    let tested = feature[node] as number;
    let share = value[node] as number;
    while (tested >= 0) {
      node = (single[tested] as number) <= (threshold[node] as number) ? node + 1 : (right[node] as number);
      const next = value[node] as number;
      parts[tested] = (parts[tested] as number) + next - share;
      share = next;
      tested = feature[node] as number;
    }
    sum += share;
  }
  for (let f = 0; f < parts.length; f += 1) parts[f] = (parts[f] as number) / roots.length;
  return { probability: sum / roots.length, parts };
}

/**
 * Returns the mean decrease in impurity of each feature, summing to 1 (all 0 where no tree split): Gini decrease at its
 * splits weighted by the rows that come there, normalised in each tree, averaged over the trees that split at all.
 */
export function forestImportances(forest: Forest): number[] {
  const { feature, roots } = forest;
  const total = new Float64Array(forest.features);
  for (let tree = 0; tree < roots.length; tree += 1) {
    const own = new Float64Array(forest.features);
    const end = tree + 1 < roots.length ? (roots[tree + 1] as number) : feature.length;
    let sum = 0;
    for (let node = roots[tree] as number; node < end; node += 1) {
      const tested = feature[node] as number;
      if (tested < 0) continue;
      const decrease =
        impurity(forest, node) - impurity(forest, node + 1) - impurity(forest, forest.right[node] as number);
      own[tested] = (own[tested] as number) + decrease;
      sum += decrease;
    }
    if (sum > 0)
      own.forEach((decrease, f) => {
        total[f] = (total[f] as number) + decrease / sum;
      });
  }
  const sum = total.reduce((so, far) => so + far, 0);
  return Array.from(total, (decrease) => (sum > 0 ? decrease / sum : 0));
}

/** Gini impurity times the rows at the node: 2 n0 n1 / n. */
function impurity({ negatives, positives }: Forest, node: number): number {
  const n0 = negatives[node] as number;
  const n1 = positives[node] as number;
  return (2 * n0 * n1) / (n0 + n1);
}

function toSingle(forest: Forest, row: ArrayLike<number>): Float32Array {
  if (row.length !== forest.features)
    throw new RangeError(`a row of this forest has ${forest.features} values, got ${row.length}`);
  return row instanceof Float32Array ? row : new Float32Array(row);
}
