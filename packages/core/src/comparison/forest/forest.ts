import type { Random } from "../../math/random.ts";
import { growTree } from "./grow-tree.ts";
import { rankRows } from "./rank-rows.ts";

/**
 * A forest of binary classification trees, all nodes in flat arrays, each tree in preorder: the left child follows its
 * parent, `right` points to the other one. A leaf has feature -1. `negatives` and `positives` are the training rows that
 * came to the node (repeats of the bootstrap counted), `value` is the share of positives among them.
 */
export interface Forest {
  readonly kind: "forest";
  readonly features: number;
  readonly roots: Int32Array;
  readonly feature: Int16Array;
  readonly threshold: Float32Array;
  readonly right: Int32Array;
  readonly negatives: Uint32Array;
  readonly positives: Uint32Array;
  readonly value: Float64Array;
}

export interface ForestOptions {
  readonly random: Random;
  readonly trees?: number;
  readonly maximumDepth?: number;
  /** Features tried at each split; default: the integer part of the square root of their number. */
  readonly featuresPerSplit?: number;
  /** Rows of each tree: drawn with replacement, or all of them once. */
  readonly rows?: "bootstrap" | "all";
}

/** Nodes while they are made: plain lists, since their number is not known. */
export interface NodeLists {
  readonly feature: number[];
  readonly threshold: number[];
  readonly right: number[];
  readonly negatives: number[];
  readonly positives: number[];
}

export const MAXIMUM_ROWS = 65_536;
export const MAXIMUM_FEATURES = 1_000;
export const MAXIMUM_TREES = 2_000;
export const MAXIMUM_DEPTH = 32;

/**
 * Returns a random forest (Breiman 2001) that tells label 1 from label 0. The same choices as scikit-learn's
 * RandomForestClassifier: Gini impurity, features drawn without replacement until one can split, threshold halfway
 * between neighbours in single precision, leaves of one row allowed. Missing values are not known here: encode them first.
 *
 * @example
 * const forest = trainForest([[1], [2], [8], [9]], [0, 0, 1, 1], { random: createRandom(1) });
 * predictForest(forest, [9]) > 0.5; // true
 */
export function trainForest(
  rows: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  { random, trees = 100, maximumDepth = 10, featuresPerSplit, rows: use = "bootstrap" }: ForestOptions,
): Forest {
  const features = rows[0]?.length ?? 0;
  within("rows", rows.length, MAXIMUM_ROWS);
  within("features", features, MAXIMUM_FEATURES);
  within("trees", trees, MAXIMUM_TREES);
  within("maximumDepth", maximumDepth, MAXIMUM_DEPTH);
  const tried = featuresPerSplit ?? Math.max(1, Math.floor(Math.sqrt(features)));
  within("featuresPerSplit", tried, features);
  if (labels.length !== rows.length)
    throw new RangeError(`labels must be as many as rows (${rows.length}), got ${labels.length}`);
  const positive = Uint8Array.from(labels);
  if (Array.from(labels).some((label) => label !== 0 && label !== 1)) throw new RangeError("labels must be 0 or 1");

  const ranked = rankRows(rows, features);
  const nodes: NodeLists = { feature: [], threshold: [], right: [], negatives: [], positives: [] };
  const roots = new Int32Array(trees);
  const weights = new Uint32Array(rows.length);
  for (let tree = 0; tree < trees; tree += 1) {
    roots[tree] = nodes.feature.length;
    if (use === "all") weights.fill(1);
    else {
      weights.fill(0);
      for (let i = 0; i < rows.length; i += 1) {
        const drawn = Math.floor(random() * rows.length);
        weights[drawn] = (weights[drawn] ?? 0) + 1;
      }
    }
    growTree(nodes, { ranked, positive, weights, maximumDepth, tried, random });
  }
  return toForest(features, roots, nodes);
}

/** Returns the forest of finished node lists. */
export function toForest(features: number, roots: Int32Array, nodes: NodeLists): Forest {
  return {
    kind: "forest",
    features,
    roots,
    feature: Int16Array.from(nodes.feature),
    threshold: Float32Array.from(nodes.threshold),
    right: Int32Array.from(nodes.right),
    negatives: Uint32Array.from(nodes.negatives),
    positives: Uint32Array.from(nodes.positives),
    value: Float64Array.from(nodes.positives, (positives, i) => positives / (positives + (nodes.negatives[i] ?? 0))),
  };
}

function within(label: string, value: number, maximum: number): void {
  if (!Number.isInteger(value) || value < 1 || value > maximum)
    throw new RangeError(`${label} must be an integer from 1 to ${maximum}, got ${value}`);
}
