import { type PhrasePopulation, POPULATION_TRAITS } from "./population.ts";
import { PHRASE_TRAITS } from "./traits.ts";

/** How the traits of a comparison weigh, learnt from people of whom nobody is compared. Works for each phrase. */
export interface PhraseModel {
  /** Name of what it was learnt from. */
  readonly id: string;
  /** Fall of the log latencies per ln(attempt). */
  readonly practice: number;
  /** Ascending by repetitions enrolled; in between, weights are interpolated over ln(repetitions). */
  readonly weightings: readonly Weighting[];
  /** Where one phrase is typed by everybody: what is known of it. The weights then include `POPULATION_TRAITS`. */
  readonly population?: PhrasePopulation;
}

/** llr = offset + sum of weight x (trait - usual). */
export interface Weighting {
  readonly samples: number;
  readonly offset: number;
  readonly weights: readonly number[];
  /** Midway between the person and others. */
  readonly usual: readonly number[];
}

/** Nothing that is typed once says more than this (nats): the weights were learnt from thousands of comparisons, not millions. */
const LARGEST_LLR = 8;

/** Returns the names of the traits that this model weighs. */
export function traitNames({ population }: Pick<PhraseModel, "population">): readonly string[] {
  return population === undefined ? PHRASE_TRAITS : [...PHRASE_TRAITS, ...POPULATION_TRAITS];
}

/** Returns the log-likelihood ratio of these traits and what each adds to it. */
export function weigh(
  { weightings }: PhraseModel,
  traits: Float64Array,
  samples: number,
): { readonly llr: number; readonly shares: readonly number[] } {
  const above = weightings.findIndex((weighting) => weighting.samples >= samples);
  const to = weightings[above < 0 ? weightings.length - 1 : above];
  const from = weightings[above < 0 ? weightings.length - 1 : Math.max(0, above - 1)];
  if (from === undefined || to === undefined) return { llr: 0, shares: [...traits].map(() => 0) };
  const span = Math.log(to.samples / from.samples);
  const share = span > 0 ? Math.max(0, Math.log(samples / from.samples) / span) : 0;
  const shares = [...traits].map((trait, k) => (1 - share) * term(from, trait, k) + share * term(to, trait, k));
  const offset = (1 - share) * from.offset + share * to.offset;
  const llr = shares.reduce((sum, one) => sum + one, offset);
  return { llr: Math.max(-LARGEST_LLR, Math.min(LARGEST_LLR, llr)), shares };
}

function term({ weights, usual }: Weighting, trait: number, k: number): number {
  return (weights[k] ?? 0) * (trait - (usual[k] ?? 0));
}
