import { type FeatureSet, latentOf, type PldaModel } from "@habitus/core";
import { fitPlda, WindowsTableBuilder } from "@habitus/core/fit";

/** One typing of a known sentence; `sentence` is a number of no meaning beyond being the same. */
export interface Typed {
  readonly subject: string;
  readonly sentence: number;
  readonly zones: Uint8Array;
  readonly set: FeatureSet;
}

/** Says how well each sentence fits what was seen of a typing, by place in `sentences`. */
export type Guesser = (seen: Typed) => Float64Array;

/** Returns a guesser that has the order of zones: the least edit distance to what others typed of each sentence. */
export function guessByZones(known: readonly Typed[], sentences: readonly number[]): Guesser {
  const place = new Map(sentences.map((sentence, i) => [sentence, i]));
  return ({ zones }) => {
    const scores = new Float64Array(sentences.length).fill(Number.NEGATIVE_INFINITY);
    for (const one of known) {
      const i = place.get(one.sentence) ?? 0;
      const length = Math.max(zones.length, one.zones.length);
      scores[i] = Math.max(scores[i] ?? 0, -editDistance(zones, one.zones) / length);
    }
    return scores;
  };
}

/**
 * Returns a guesser that has the feature set alone: which regions and pairs of them occur at all (naive Bayes on what is missing, softened because features
 * repeat each other; not where `seesMissing` is no), and the values themselves by the very model that recognises people, learnt of sentences instead.
 */
export function guessBySets(
  known: readonly Typed[],
  sentences: readonly number[],
  { seesMissing = "yes" }: { readonly seesMissing?: "yes" | "no" } = {},
): Guesser {
  const model = modelOfSentences(known);
  const place = new Map(sentences.map((sentence, i) => [sentence, i]));
  const columns = known[0]?.set.values.length ?? 0;
  const present = sentences.map(() => new Float64Array(columns));
  const sums = sentences.map(() => new Float64Array(model.scale.length));
  const counts = new Float64Array(sentences.length);
  for (const { sentence, set } of known) {
    const i = place.get(sentence) ?? 0;
    counts[i] = (counts[i] ?? 0) + 1;
    const own = present[i] ?? new Float64Array(columns);
    set.values.forEach((value, f) => {
      if (!Number.isNaN(value)) own[f] = (own[f] ?? 0) + 1;
    });
    const sum = sums[i] ?? new Float64Array(0);
    latentOf(model, set.values).forEach((value, k) => {
      sum[k] = (sum[k] ?? 0) + value;
    });
  }
  return ({ set }) => {
    const latent = latentOf(model, set.values);
    return Float64Array.from(sentences, (_, i) => {
      const count = counts[i] ?? 0;
      const own = present[i];
      let missing = 0;
      set.values.forEach((value, f) => {
        const share = ((own?.[f] ?? 0) + 0.5) / (count + 1);
        missing += Math.log(Number.isNaN(value) ? 1 - share : share);
      });
      return (seesMissing === "yes" ? missing * REPEATED : 0) + likelihood(model, sums[i] ?? latent, { count, latent });
    });
  };
}

/** About one in so many features says something of its own. */
const REPEATED = 0.1;

function modelOfSentences(known: readonly Typed[]): PldaModel {
  const table = new WindowsTableBuilder(known[0]?.set.values.length ?? 0);
  for (const { sentence, set } of known)
    table.add(set.values, { subject: sentence, sitting: sentence, population: 0, size: 1 });
  return fitPlda(table.build(), { id: "sentences", extractor: "rhythm@1", unit: 50, dimensions: 144, features: 760 });
}

/** Log-likelihood of a window under a sentence that was seen so often. */
function likelihood(
  { between, sitting }: PldaModel,
  sum: Float64Array,
  { count, latent }: { readonly count: number; readonly latent: Float64Array },
): number {
  let total = 0;
  for (let k = 0; k < latent.length; k += 1) {
    const apart = (between[k] ?? 0) + (sitting[k] ?? 0);
    const noise = 1 - (sitting[k] ?? 0);
    const known = apart / (apart + noise / count);
    const variance = apart * (1 - known) + noise;
    const off = (latent[k] ?? 0) - known * ((sum[k] ?? 0) / count);
    total -= (off * off) / variance + Math.log(variance);
  }
  return total / 2;
}

/** Levenshtein 1966, in O(length of one) memory. */
export function editDistance(left: Uint8Array, right: Uint8Array): number {
  let before = Uint16Array.from({ length: right.length + 1 }, (_, j) => j);
  let row = new Uint16Array(right.length + 1);
  for (let i = 1; i <= left.length; i += 1) {
    row[0] = i;
    const own = left[i - 1];
    for (let j = 1; j <= right.length; j += 1) {
      const changed = (before[j - 1] as number) + (own === right[j - 1] ? 0 : 1); // within the rows
      const removed = (before[j] as number) + 1;
      const added = (row[j - 1] as number) + 1;
      row[j] = Math.min(changed, removed, added);
    }
    [before, row] = [row, before];
  }
  return before[right.length] ?? 0;
}
