import fc from "fast-check";
import { describe, expect, test } from "vitest";
import vectors from "../../../vectors/forest.json" with { type: "json" };
import { CoreError } from "../../error.ts";
import { createRandom, gaussian } from "../../math/random.ts";
import { decodeForest, encodeForest } from "./encode-forest.ts";
import { type Forest, trainForest } from "./forest.ts";
import { attributeForest, forestImportances, predictForest } from "./predict-forest.ts";

interface Spec {
  readonly rows: number;
  readonly features: number;
  readonly informative: number;
  readonly shift: number;
  readonly seed: number;
}

/** The same formula as `table` in vectors/forest.py. */
function table({ rows, features, informative, shift, seed }: Spec) {
  let state = seed;
  const data = Array.from({ length: rows }, (_, i) =>
    Float64Array.from({ length: features }, (_, j) => {
      let total = 0;
      for (let k = 0; k < 4; k += 1) {
        state = (Math.imul(1664525, state) + 1013904223) >>> 0;
        total += state / 2 ** 32;
      }
      return (total - 2) * 3 ** 0.5 + (j < informative ? shift * (i % 2) : 0);
    }),
  );
  return { data, labels: data.map((_, i) => i % 2) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Area under the ROC curve, ties counted half (Mann & Whitney 1947). */
function areaUnderRoc(scores: readonly number[], labels: readonly number[]): number {
  const own = scores.filter((_, i) => labels[i] === 1);
  const other = scores.filter((_, i) => labels[i] === 0);
  let wins = 0;
  for (const a of own) for (const b of other) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (own.length * other.length);
}

function depthOf(forest: Forest, node: number): number {
  if ((forest.feature[node] ?? -1) < 0) return 0;
  return 1 + Math.max(depthOf(forest, node + 1), depthOf(forest, forest.right[node] ?? 0));
}

const allFeatures = { trees: 1, rows: "all", random: createRandom(1) } as const;

describe("as scikit-learn does", () => {
  const { data, labels } = table(vectors.tree.train);
  const features = vectors.tree.train.features;

  test("a single tree has the same splits, thresholds and counts, node by node", () => {
    const { maximumDepth, nodes } = vectors.tree.shallow;
    const tree = trainForest(data, labels, { ...allFeatures, featuresPerSplit: features, maximumDepth });
    expect(tree.feature).toHaveLength(nodes.length);
    nodes.forEach(([feature, threshold, negatives, positives], node) => {
      expect([tree.feature[node], tree.negatives[node], tree.positives[node]]).toEqual([feature, negatives, positives]);
      expect(tree.threshold[node]).toBeCloseTo(threshold ?? Number.NaN, 5);
    });
  });

  test("a tree of depth 10 predicts the same wherever scikit-learn's own trees agree", () => {
    const { maximumDepth, agreed } = vectors.tree.deep;
    const tree = trainForest(data, labels, { ...allFeatures, featuresPerSplit: features, maximumDepth });
    const probes = table(vectors.tree.probes).data;
    expect(agreed.length).toBeGreaterThan(100);
    for (const [i, probability] of agreed)
      expect(predictForest(tree, probes[i ?? -1] ?? [])).toBeCloseTo(probability ?? Number.NaN, 5);
  });

  test("forests have the same statistics, probabilities and importances over many seeds", () => {
    const expected = vectors.forest;
    const { data: rows, labels: classes } = table(expected.train);
    const { data: probes, labels: truth } = table(expected.test);
    const seeds = Array.from({ length: expected.seeds }, (_, seed) => seed);
    const forests = seeds.map((seed) => trainForest(rows, classes, { random: createRandom(seed) }));
    const perTree = (count: (forest: Forest) => number): number => mean(forests.map((forest) => count(forest) / 100));
    const scores = forests.map((forest) => probes.map((probe) => predictForest(forest, probe)));

    const nodes = perTree((forest) => forest.feature.length);
    const leaves = perTree((forest) => forest.feature.filter((feature) => feature < 0).length);
    const depth = perTree((forest) => forest.roots.reduce((sum, root) => sum + depthOf(forest, root), 0));
    const auc = mean(scores.map((one) => areaUnderRoc(one, truth)));
    expect(Math.abs(nodes / expected.perTree.nodes - 1)).toBeLessThan(0.02);
    expect(Math.abs(leaves / expected.perTree.leaves - 1)).toBeLessThan(0.02);
    expect(Math.abs(depth / expected.perTree.depth - 1)).toBeLessThan(0.02);
    expect(Math.abs(auc - expected.perTree.auc)).toBeLessThan(0.01);

    // 2,000 trees on each side: a leaf's share differs by about 0.4, so a mean by 0.4 * sqrt(2 / 2000) = 0.013.
    const errors = expected.probabilities.map((p, i) => Math.abs(mean(scores.map((one) => one[i] ?? 0)) - p));
    expect(mean(errors)).toBeLessThan(0.015);
    expect(Math.max(...errors)).toBeLessThan(0.05);
    const importances = forests.map(forestImportances);
    expected.importances.forEach((importance, f) => {
      expect(Math.abs(mean(importances.map((one) => one[f] ?? 0)) - importance)).toBeLessThan(0.006);
    });
  });
});

describe("forest", () => {
  const random = createRandom(5);
  const rows = Array.from({ length: 400 }, (_, i) =>
    Float64Array.from({ length: 31 }, () => gaussian(random) + (i % 2) / 3),
  );
  const labels = rows.map((_, i) => i % 2);
  const forest = trainForest(rows, labels, { random: createRandom(7) });

  test("the same seed gives the same forest, another seed another one", () => {
    expect(trainForest(rows, labels, { random: createRandom(7) })).toEqual(forest);
    expect(trainForest(rows, labels, { random: createRandom(8) })).not.toEqual(forest);
  });

  test("a forest of 100 trees on 400 rows of 31 features is stored in at most 150 kB, whatever the labels", () => {
    const coins = rows.map(() => (random() < 0.5 ? 0 : 1)); // nothing to learn: the largest trees
    const largest = encodeForest(trainForest(rows, coins, { random: createRandom(7) }));
    expect(encodeForest(forest).length).toBeLessThanOrEqual(150_000);
    expect(largest.length).toBeLessThanOrEqual(150_000);
  });

  test("a stored forest comes back exactly", () => {
    expect(decodeForest(encodeForest(forest))).toEqual(forest);
  });

  test("damaged bytes are a malformedReference or a forest that predicts a probability", () => {
    const small = encodeForest(trainForest(rows.slice(0, 40), labels.slice(0, 40), { random, trees: 5 }));
    const damage = fc.record({
      cut: fc.nat(small.length),
      at: fc.nat(small.length - 1),
      flip: fc.integer({ min: 1, max: 255 }),
    });
    fc.assert(
      fc.property(damage, ({ cut, at, flip }) => {
        const bytes = small.slice(0, cut < 20 ? cut : small.length);
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ flip;
        expectReadOrRefused(bytes);
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), expectReadOrRefused), { numRuns: 500 });
  });

  test("bytes that nest without end are refused", () => {
    const header = encodeForest(trainForest([[0], [1]], [0, 1], { random, trees: 1 })).slice(0, 5);
    const splits = new Uint8Array(500_000).map((_, i) => (i % 5 === 0 ? 1 : 0));
    expect(() => decodeForest(Uint8Array.from([...header, ...splits]))).toThrow(CoreError);
  });

  test("the parts of a probability and the mean share at the roots sum to it", () => {
    const base = mean(Array.from(forest.roots, (root) => forest.value[root] ?? 0));
    for (const row of rows.slice(0, 20)) {
      const { probability, parts } = attributeForest(forest, row);
      expect(probability).toBe(predictForest(forest, row));
      expect(base + parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(probability, 10);
    }
  });

  test("what cannot tell the classes apart has no importance, and importances sum to 1", () => {
    const data = labels.map((label, i) => [label + (i % 7) / 10, 3, (i * 37) % 11]);
    const importances = forestImportances(trainForest(data, labels, { random: createRandom(2) }));
    expect(mean(importances) * 3).toBeCloseTo(1, 10);
    expect(importances[1]).toBe(0);
    expect(importances[0]).toBeGreaterThan(0.8);
  });

  test("rows that are all alike give leaves and the share of label 1", () => {
    const alike = trainForest(
      [
        [1, 2],
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      [0, 1, 1, 1],
      { ...allFeatures },
    );
    expect(predictForest(alike, [1, 2])).toBe(0.75);
    expect(forestImportances(alike)).toEqual([0, 0]);
  });

  test("values closer than single precision can tell are still divided between a pair of neighbours", () => {
    const low = Math.fround(1);
    const high = Math.fround(1 + 2 ** -23);
    const tree = trainForest([[low], [high]], [0, 1], allFeatures);
    expect([predictForest(tree, [low]), predictForest(tree, [high])]).toEqual([0, 1]);
  });

  test("wrong arguments are named", () => {
    expect(() => trainForest([], [], { random })).toThrow(/rows .* got 0/);
    expect(() => trainForest([[1], [Number.NaN]], [0, 1], { random })).toThrow(/row 1, value 0 must be finite/);
    expect(() => trainForest([[1], [1e300]], [0, 1], { random })).toThrow(/must be finite/);
    expect(() => trainForest([[1], [2, 3]], [0, 1], { random })).toThrow(/row 1 must have 1 values, got 2/);
    expect(() => trainForest([[1], [2]], [0, 2], { random })).toThrow(/labels must be 0 or 1/);
    expect(() => trainForest([[1], [2]], [0], { random })).toThrow(/labels must be as many/);
    expect(() => predictForest(forest, [1])).toThrow(/31 values, got 1/);
  });
});

function expectReadOrRefused(bytes: Uint8Array): void {
  let forest: Forest;
  try {
    forest = decodeForest(bytes);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(CoreError);
    expect(thrown).toHaveProperty("code", "malformedReference");
    return;
  }
  const probability = predictForest(forest, new Float64Array(forest.features));
  expect(probability >= 0 && probability <= 1).toBe(true);
}
