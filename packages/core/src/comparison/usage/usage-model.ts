import type { FacetName } from "../../features/usage/facets.ts";

/** How one facet is judged. */
export interface FacetModel {
  /** How much a person is like people in general, in observations: after so many of its own, a person's habit weighs half. */
  readonly concentration: number;
  /** What a fact among the habits counts, 0 to 1: facts of one sitting hang together, so many of them tell less than as many days. */
  readonly worth: number;
  /** Closed facets and hours: how common each value is in people; they sum to 1. */
  readonly shares?: readonly number[];
  /** Open facets: how readily other people come with a value that this person never has. Large: they share little. */
  readonly novelty?: number;
  /** What the facet weighs beside the others, 0 to 1: less than 1 where facets say the same thing twice, or sessions differ. */
  readonly weight: number;
}

/** How people in general use a device. */
export interface UsageModel {
  readonly id: string;
  readonly facets: Readonly<Record<FacetName, FacetModel>>;
}

/** A habit that was not seen for so long counts half. */
export const USAGE_HALF_LIFE_MS = 45 * 86_400_000;
/** So much may one fact say before it is weighed, and all facts of one facet in a sitting, nats. */
export const MOST_PER_FACT = 1;
export const MOST_PER_FACET = 3;
/** Where somebody is changes as a whole when travelling: time zone, country and network together say no more than this. */
export const MOST_PER_PLACE = 2;
/** All that the usage of a sitting may say, nats. */
export const MOST_PER_SITTING = 4;
