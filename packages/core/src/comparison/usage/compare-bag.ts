import { FACETS, type FacetName } from "../../features/usage/facets.ts";
import type { Bag } from "./bag.ts";
import {
  type FacetModel,
  MOST_PER_FACET,
  MOST_PER_FACT,
  MOST_PER_PLACE,
  MOST_PER_SITTING,
  type UsageModel,
} from "./usage-model.ts";

type Counts = ReadonlyMap<number, number>;
const NOTHING: Counts = new Map();
const PLACE: ReadonlySet<FacetName> = new Set(["timeZone", "country", "network"]);

/** What the usage of a sitting says, in nats, facet by facet in the order of `FACETS`, weighed. Their sum is `llr`, bounded. */
export interface UsageLlr {
  readonly llr: number;
  readonly facets: readonly number[];
}

/**
 * Returns the log-likelihood ratio of a bag of facts for the person with these habits against anybody else: Bayes factors of
 * Dirichlet-multinomials, facet by facet, each with the facts before it as part of what is known. So the order of facts does not
 * matter, what is repeated in one sitting says less each time, and without facts or without habits it is exactly 0. Each
 * facet is bounded by the number of its facts and at most {@link MOST_PER_FACET}; a value never seen is surprising and no more.
 */
export function compareBag(model: UsageModel, habits: Bag, seen: Bag): UsageLlr {
  const facets = FACETS.map(
    ({ name }, code) => model.facets[name].weight * compareFacet(model, code, { habits, seen }),
  );
  boundTogether(facets, (code) => PLACE.has(FACETS[code]?.name ?? "page"), MOST_PER_PLACE);
  boundTogether(facets, () => true, MOST_PER_SITTING);
  return { llr: facets.reduce((sum, one) => sum + one, 0), facets };
}

/** Shrinks these facets alike until their sum lies within the bound. */
function boundTogether(facets: number[], belongs: (code: number) => boolean, most: number): void {
  const sum = facets.reduce((total, one, code) => (belongs(code) ? total + one : total), 0);
  if (Math.abs(sum) <= most) return;
  facets.forEach((one, code) => {
    if (belongs(code)) facets[code] = (one * most) / Math.abs(sum);
  });
}

/** Returns what one facet says, not weighed, bounded. */
export function compareFacet(
  model: UsageModel,
  code: number,
  { habits, seen }: { readonly habits: Bag; readonly seen: Bag },
): number {
  const facet = FACETS[code];
  const own = habits.facets[code];
  const now = seen.facets[code];
  if (facet === undefined || own === undefined || now === undefined || now.size === 0 || own.size === 0) return 0;
  const params = model.facets[facet.name];
  if (facet.kind === "circular") return bounded(compareHours(params, own.get(0) ?? NOTHING, now.get(0) ?? NOTHING), 1);
  const common = facet.kind === "closed" ? shareOf(params) : commonness(params, own);
  let llr = 0;
  let facts = 0;
  for (const [row, counts] of now) {
    const known = own.get(row) ?? NOTHING;
    facts += total(counts);
    llr += bayesFactor(params, { known, counts, common });
  }
  return bounded(llr, facts);
}

function bounded(llr: number, facts: number): number {
  const most = Math.min(MOST_PER_FACET, MOST_PER_FACT * facts);
  return Math.min(most, Math.max(-most, llr));
}

/** Polya's urn, once filled with what is known of the person and once with nothing but what is common. */
function bayesFactor(
  { concentration, worth }: FacetModel,
  {
    known,
    counts,
    common,
  }: { readonly known: Counts; readonly counts: Counts; readonly common: (value: number) => number },
): number {
  const all = worth * total(known);
  let llr = 0;
  for (const [value, count] of counts) {
    const own = worth * (known.get(value) ?? 0);
    if (own === 0) continue; // the urn holds nothing more of it: only the size of the urn tells
    const base = concentration * common(value);
    for (let drawn = 0; drawn < count; drawn += 1) llr += Math.log1p(own / (base + drawn));
  }
  const drawnInAll = total(counts);
  for (let drawn = 0; drawn < drawnInAll; drawn += 1) llr -= Math.log1p(all / (concentration + drawn));
  return llr;
}

function shareOf({ shares = [] }: FacetModel): (value: number) => number {
  const least = 0.05 / Math.max(1, shares.length);
  return (value) => Math.max(least, shares[value] ?? 0);
}

/**
 * How common a value is in other people, as far as one person's habits tell: names are hashed with a key of the person's own, so nobody
 * else's can be looked up. A value that a person has again and again is one that was drawn from all people's values a few
 * times only (the tables of a Chinese restaurant franchise, Teh et al. 2006).
 */
function commonness(
  { concentration, worth, novelty = 1 }: FacetModel,
  rows: ReadonlyMap<number, Counts>,
): (value: number) => number {
  const tables = new Map<number, number>();
  for (const counts of rows.values())
    for (const [value, count] of counts)
      tables.set(value, (tables.get(value) ?? 0) + concentration * Math.log1p((worth * count) / concentration));
  const all = total(tables) + novelty;
  return (value) => ((tables.get(value) ?? 0) + novelty / UNSEEN) / all;
}

/** Among how many values that this person never had the others are thought to choose. */
const UNSEEN = 10;

const HOURS = 24;
/** Width of a von Mises kernel about an hour wide to either side. */
const KAPPA = 1 / ((2 * Math.PI) / HOURS) ** 2;
const KERNEL = kernel();

/** The hours of one sitting hang together: they count as one observation, the mean of what each would say. */
function compareHours({ concentration, worth, shares = [] }: FacetModel, known: Counts, counts: Counts): number {
  const all = worth * total(known);
  const seen = total(counts);
  if (seen === 0) return 0;
  let llr = 0;
  for (const [hour, count] of counts) {
    const common = Math.max(0.2 / HOURS, shares[hour] ?? 0);
    let own = 0;
    for (const [other, times] of known) own += worth * times * (KERNEL[(hour - other + HOURS) % HOURS] ?? 0);
    llr += (count / seen) * Math.log((own + concentration * common) / ((all + concentration) * common));
  }
  return llr;
}

function kernel(): readonly number[] {
  const raw = Array.from({ length: HOURS }, (_, step) =>
    Math.exp(KAPPA * (Math.cos((2 * Math.PI * step) / HOURS) - 1)),
  );
  const sum = raw.reduce((whole, one) => whole + one, 0);
  return raw.map((one) => one / sum);
}

function total(counts: Counts): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
