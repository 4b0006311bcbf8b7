import type { Random } from "../../math/random.ts";
import type { NodeLists } from "./forest.ts";
import type { RankedRows } from "./rank-rows.ts";

export interface GrowOptions {
  readonly ranked: RankedRows;
  readonly positive: Uint8Array;
  /** How often each row is in this tree's sample; 0 leaves it out. */
  readonly weights: Uint32Array;
  readonly maximumDepth: number;
  readonly tried: number;
  readonly random: Random;
}

interface Work extends GrowOptions {
  readonly nodes: NodeLists;
  /** Row numbers; each node owns a segment. */
  readonly rows: Uint32Array;
  readonly keys: Uint32Array;
  readonly order: Uint32Array;
  /** Bits of a key that hold the row number. */
  readonly rowBits: number;
}

interface Split {
  readonly feature: number;
  /** Rows of at most this rank go left. */
  readonly rank: number;
  readonly nextRank: number;
}

/** Below this a simple insertion sort beats the call of the built-in one. */
const SMALL = 24;

// In this file `as number` follows an index that is in range by construction: the compiler cannot know it, and a
// fallback value in the inner loops would cost time and hide a mistake.

/** Appends one tree's nodes in preorder. */
export function growTree(nodes: NodeLists, options: GrowOptions): void {
  const { ranked, weights } = options;
  const rows = new Uint32Array(ranked.count);
  let used = 0;
  for (let r = 0; r < ranked.count; r += 1) if (weights[r] !== 0) rows[used++] = r;
  const order = Uint32Array.from({ length: ranked.features }, (_, f) => f);
  const rowBits = Math.max(1, Math.ceil(Math.log2(ranked.count)));
  growNode({ ...options, nodes, rows, keys: new Uint32Array(used), order, rowBits }, 0, used, 0);
}

function growNode(work: Work, start: number, end: number, depth: number): void {
  const { nodes, rows, weights, positive } = work;
  let positives = 0;
  let total = 0;
  for (let i = start; i < end; i += 1) {
    const row = rows[i] as number;
    const weight = weights[row] as number;
    total += weight;
    if (positive[row] === 1) positives += weight;
  }
  const node = nodes.feature.length;
  nodes.feature.push(-1);
  nodes.threshold.push(0);
  nodes.right.push(0);
  nodes.negatives.push(total - positives);
  nodes.positives.push(positives);
  if (depth >= work.maximumDepth || positives === 0 || positives === total) return;
  const split = findSplit(work, start, end, total, positives);
  if (split === undefined) return;
  nodes.feature[node] = split.feature;
  nodes.threshold[node] = thresholdOf(work.ranked.values[split.feature] as Float32Array, split); // a feature that exists
  const middle = partition(work, start, end, split);
  growNode(work, start, middle, depth + 1);
  nodes.right[node] = nodes.feature.length;
  growNode(work, middle, end, depth + 1);
}

/** Features are drawn without replacement until enough were tried and one of them was not constant here. */
function findSplit(work: Work, start: number, end: number, total: number, positives: number): Split | undefined {
  const { order, tried, random, rowBits, rows, weights, positive, ranked } = work;
  const { count, ranks } = ranked;
  const size = end - start;
  const keys = work.keys.subarray(0, size);
  const rowMask = 2 ** rowBits - 1;
  let best = Number.NEGATIVE_INFINITY;
  let bestFeature = -1;
  let bestRank = 0;
  let bestNext = 0;
  for (let visited = 0; visited < order.length && (visited < tried || bestFeature < 0); visited += 1) {
    const drawn = visited + Math.floor(random() * (order.length - visited));
    const feature = order[drawn] as number;
    order[drawn] = order[visited] as number;
    order[visited] = feature;

    const column = feature * count;
    const firstRank = ranks[column + (rows[start] as number)];
    let constant = true;
    for (let i = 0; i < size; i += 1) {
      const row = rows[start + i] as number;
      const rank = ranks[column + row] as number;
      if (rank !== firstRank) constant = false;
      keys[i] = ((rank << rowBits) | row) >>> 0;
    }
    if (constant) continue;
    sortKeys(keys);

    let left = 0;
    let leftPositives = 0;
    for (let i = 0; i < size - 1; i += 1) {
      const key = keys[i] as number;
      const row = key & rowMask;
      const weight = weights[row] as number;
      left += weight;
      if (positive[row] === 1) leftPositives += weight;
      const rank = key >>> rowBits;
      const nextRank = (keys[i + 1] as number) >>> rowBits;
      if (rank === nextRank) continue;
      // Least Gini impurity after the split = greatest sum over sides of (n0^2 + n1^2) / n.
      const right = total - left;
      const rightPositives = positives - leftPositives;
      const leftNegatives = left - leftPositives;
      const rightNegatives = right - rightPositives;
      const gain =
        (leftNegatives * leftNegatives + leftPositives * leftPositives) / left +
        (rightNegatives * rightNegatives + rightPositives * rightPositives) / right;
      if (gain > best) {
        best = gain;
        bestFeature = feature;
        bestRank = rank;
        bestNext = nextRank;
      }
    }
  }
  return bestFeature < 0 ? undefined : { feature: bestFeature, rank: bestRank, nextRank: bestNext };
}

/** Halfway between the neighbours; where single precision rounds that up to the upper one, the lower one itself. */
function thresholdOf(values: Float32Array, { rank, nextRank }: Split): number {
  const low = values[rank] as number;
  const high = values[nextRank] as number;
  const middle = Math.fround((low + high) / 2);
  return middle < high ? middle : low;
}

function partition({ rows, ranked }: Work, start: number, end: number, { feature, rank }: Split): number {
  const column = feature * ranked.count;
  let low = start;
  let high = end - 1;
  while (low <= high) {
    const row = rows[low] as number;
    if ((ranked.ranks[column + row] as number) <= rank) low += 1;
    else {
      rows[low] = rows[high] as number;
      rows[high] = row;
      high -= 1;
    }
  }
  return low;
}

function sortKeys(keys: Uint32Array): void {
  if (keys.length > SMALL) {
    keys.sort();
    return;
  }
  for (let i = 1; i < keys.length; i += 1) {
    const key = keys[i] as number;
    let j = i - 1;
    while (j >= 0 && (keys[j] as number) > key) {
      keys[j + 1] = keys[j] as number;
      j -= 1;
    }
    keys[j + 1] = key;
  }
}
