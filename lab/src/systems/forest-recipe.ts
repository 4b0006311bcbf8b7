import {
  compareTogether,
  createRandom,
  type EnrolOptions,
  type FeatureSet,
  type Forest,
  latentOf,
  type PldaModel,
  predictForest,
  type Random,
  type Reference,
  trainForest,
} from "@habitus/core";
import { fitLogistic } from "@habitus/core/fit";
import type { Features } from "./lab-system.ts";
import type { Learnt, Person, Recipe } from "./learnt-system.ts";
import { enrolTyping, evidenceOf, learnModel, typingRecipe } from "./typing-recipe.ts";

/** Windows of one person from which on a forest is grown. */
const ENOUGH_WINDOWS = 20;
/** Windows of other people that a forest is grown against: this many per window of the person. */
const OTHERS_PER_WINDOW = 8;
/** People of the background on whom the weights of the two scores are learnt, each half by a model of the other half. */
const JUDGED = 10;
const STRANGERS = 6;

interface Grown {
  readonly forest: Forest | undefined;
}

/**
 * The individual model beside the group model: a random forest per person on the places of their windows in the model's space,
 * against windows of the background. `forest` alone, or `fused` with the likelihood ratio of the model by weights learnt on
 * people of the background. Not in the product: lab/RESULTS.md has what it adds.
 */
export function forestRecipe(name: string, says: "forest" | "fused"): Recipe {
  const typing = typingRecipe(name, () => neverShipped(), "people");
  return {
    ...typing,
    byDefault: () => false,
    applicable: ({ phrase, experiment }) => !phrase && experiment === "monaco-free",
    learn: (people, { seed }) => learn(people, { says, random: createRandom(seed) }),
  };
}

function neverShipped(): never {
  throw new RangeError("a forest needs windows of other people: the background that is shipped has none");
}

function learn(people: readonly Person[], { says, random }: { says: "forest" | "fused"; random: Random }): Learnt {
  const halves = [0, 1].map((half) => people.filter((_, i) => i % 2 === half));
  const rows: number[][] = [];
  const labels: number[] = [];
  for (const [half, own] of halves.entries()) {
    const others = halves[1 - half] ?? [];
    judgeBackground(own, { others, model: learnModel([others]), random }, (row, mated) => {
      rows.push(row);
      labels.push(mated ? 1 : 0);
    });
  }
  const mated = labels.filter((label) => label === 1).length;
  const used = says === "fused" ? rows : rows.map(([, logit = 0]) => [logit, 1]);
  const weigh = labels.map((label) => 0.5 / (label === 1 ? mated : labels.length - mated));
  const weights = fitLogistic(used, labels, weigh);
  const model = learnModel([people]);
  const grown = new WeakMap<Reference, Grown>();
  const compareAll: NonNullable<Learnt["compareAll"]> = (reference, probes) => {
    const llr = compareTogether(model, reference, { probes, same: false });
    if (llr === undefined) return undefined;
    const forest = grown.get(reference)?.forest;
    if (forest === undefined) return { llr, score: sigmoid(llr) };
    const logit = meanLogit(forest, model, probes);
    const row = says === "fused" ? [llr, logit, 1] : [logit, 1];
    const said = row.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);
    return { llr: said, score: sigmoid(said) };
  };
  return {
    enrol: (samples, options) => {
      const outcome = enrolTyping(model, samples, options);
      if (outcome.kind === "enrolment")
        grown.set(outcome.reference, { forest: grow(model, samples, { others: people, random: options.random }) });
      return outcome;
    },
    compare: (reference, probe) => evidenceOf(compareAll(reference, [probe])?.llr, probe),
    compareAll,
  };
}

interface Judging {
  readonly others: readonly Person[];
  readonly model: PldaModel;
  readonly random: Random;
}

/** Some people of the background enrolled from all but their last two recordings, and compared with those of each other. */
function judgeBackground(
  people: readonly Person[],
  { others, model, random }: Judging,
  add: (row: number[], mated: boolean) => void,
): void {
  const judged = people.slice(0, JUDGED);
  judged.forEach(({ recordings }, i) => {
    const samples = recordings.slice(0, -2).flat();
    const now = samples.at(-1)?.endedAt ?? 0;
    const options: EnrolOptions = { background: [], random, now };
    const outcome = enrolTyping(model, samples, options);
    const forest = grow(model, samples, { others, random });
    if (outcome.kind !== "enrolment" || forest === undefined) return;
    for (let k = 0; k <= STRANGERS; k += 1) {
      const probes = judged[(i + k) % judged.length]?.recordings.slice(-2).flat() ?? [];
      for (const probe of probes) {
        const llr = compareTogether(model, outcome.reference, { probes: [probe], same: false });
        if (llr !== undefined) add([llr, meanLogit(forest, model, [probe]), 1], k === 0);
      }
    }
  });
}

/** A forest of this person's windows against as many of the others' as the ratio says, drawn at random. */
function grow(
  model: PldaModel,
  samples: Features,
  { others, random }: { readonly others: readonly Person[]; readonly random: Random },
): Forest | undefined {
  if (samples.length < ENOUGH_WINDOWS) return undefined;
  const pool = others.flatMap(({ recordings }) => recordings.flat());
  const drawn = Array.from(
    { length: Math.min(pool.length, samples.length * OTHERS_PER_WINDOW) },
    () => pool[Math.floor(random() * pool.length)],
  ).filter((set): set is FeatureSet => set !== undefined);
  const own = samples.flatMap((set) => Array.from({ length: OTHERS_PER_WINDOW }, () => latentOf(model, set.values)));
  const rows = [...own, ...drawn.map((set) => latentOf(model, set.values))];
  return trainForest(
    rows,
    rows.map((_, i) => (i < own.length ? 1 : 0)),
    { random, trees: 100 },
  );
}

function meanLogit(forest: Forest, model: PldaModel, probes: Features): number {
  const total = probes.reduce((sum, set) => {
    const p = Math.min(0.995, Math.max(0.005, predictForest(forest, latentOf(model, set.values))));
    return sum + Math.log(p / (1 - p));
  }, 0);
  return total / Math.max(1, probes.length);
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
