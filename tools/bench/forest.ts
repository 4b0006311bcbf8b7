import { createRandom, predictForest, trainForest } from "@habitus/core";
import { RandomForestClassifier } from "ml-random-forest";
import { auc, drawClasses } from "./classes.ts";
import { startSklearn } from "./peer-forest.ts";
import { fasterThan, median, type Row, time } from "./row.ts";

const SEED = 20;
const TRAINING = 400;
const PROBES = 4000;
const ROUNDS = 9;
/** ml-random-forest takes seconds. */
const SLOW_ROUNDS = 3;
/**
 * Forests of another seed differ by about 0.003 in the area under the curve on these rows (one standard deviation), means of
 * three by 0.002: 0.01 is five of those.
 */
const SAME_AUC = 0.01;

/** Training 100 trees of depth 10 on 400 rows of 31 features, and whether all three forests know as much afterwards. */
export async function benchForest(): Promise<Row[]> {
  const random = createRandom(SEED);
  const training = drawClasses(TRAINING, random);
  const probes = drawClasses(PROBES, random);
  const sklearn = await startSklearn({ ...training, probes: probes.rows });
  const areaOf = (scores: readonly number[]) => auc(scores, probes.labels);

  const ours: { ms: number[]; area: number[] } = { ms: [], area: [] };
  const theirs: { ms: number[]; area: number[] } = { ms: [], area: [] };
  const slow: { ms: number[]; area: number[] } = { ms: [], area: [] };
  const warmUp = 2;
  for (let seed = 0; seed < ROUNDS + warmUp; seed += 1) {
    let forest = trainForest([[0], [1]], [0, 1], { random, trees: 1 });
    const ms = time(() => {
      forest = trainForest(training.rows, training.labels, { random: createRandom(seed) });
    });
    const fitted = await sklearn?.fit(seed);
    if (seed < warmUp) continue;
    ours.ms.push(ms);
    ours.area.push(areaOf(probes.rows.map((row) => predictForest(forest, row))));
    if (fitted !== undefined) {
      theirs.ms.push(fitted.ms);
      theirs.area.push(areaOf(fitted.scores));
    }
    if (seed >= warmUp + SLOW_ROUNDS) continue;
    const other = createSlow(seed);
    slow.ms.push(time(() => other.train(training.rows, training.labels)));
    // One vote per tree: its own `predictProbability` loses the first one.
    slow.area.push(areaOf(other.predictionValues(probes.rows).to2DArray().map(mean)));
  }
  sklearn?.close();

  const what = `train a forest, ${TRAINING} x 31 x 100 trees`;
  const size = { what, unit: "ms", ours: median(ours.ms) };
  const sklearnName = `scikit-learn ${sklearn?.version ?? ""}`.trim();
  const peer = sklearn && median(theirs.ms);
  return [
    fasterThan(`${sklearnName}, n_jobs=1`, { ...size, peer }, 1),
    fasterThan("ml-random-forest 2.1.0", { ...size, peer: median(slow.ms) }, 30),
    sameArea(`${sklearnName}, n_jobs=1`, mean(ours.area), sklearn && mean(theirs.area)),
    sameArea("ml-random-forest 2.1.0", mean(ours.area), mean(slow.area)),
  ];
}

/** As many trees, the same depth and impurity; out-of-bag estimates off, which the others do not make either. It draws six features per tree, not per split. */
function createSlow(seed: number): RandomForestClassifier {
  return new RandomForestClassifier({
    seed,
    nEstimators: 100,
    maxFeatures: 6,
    noOOB: true,
    treeOptions: { maxDepth: 10, gainFunction: "gini" },
  });
}

function sameArea(name: string, ours: number, value: number | undefined): Row {
  const what = `area under the ROC curve, the same ${PROBES} test rows`;
  const goal = `not below ${name.split(",")[0]} by more than ${SAME_AUC}`;
  if (value === undefined) return { what, unit: "", ours, goal, note: "peer absent" };
  return { what, unit: "", ours, peer: { name, value }, ratio: ours / value, goal, met: ours >= value - SAME_AUC };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
