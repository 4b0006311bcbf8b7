import { type Bag, bagOf, countFacts } from "../comparison/usage/bag.ts";
import { compareFacet } from "../comparison/usage/compare-bag.ts";
import type { FacetModel, UsageModel } from "../comparison/usage/usage-model.ts";
import { habitsAt, learnUsage } from "../comparison/usage/usage-reference.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { FACETS, type Facet, type FacetName } from "../features/usage/facets.ts";
import { factsOfSet } from "../features/usage/usage-set.ts";
import { fitFusion } from "./fit-fusion.ts";

/** Windows of usage of one background person, by sitting, oldest first. */
export interface UsagePerson {
  readonly sittings: readonly (readonly FeatureSet[])[];
}

const CONCENTRATIONS = [0.5, 2, 8, 32];
const WORTHS = [0.03, 0.1, 0.3, 1];
const NOVELTIES = [0.3, 1, 3, 10];
/** The later sittings of each person are compared, with the earlier ones and with so many other people's. */
const PROBES = 3;
const OTHERS = 4;
/** What a facet weighs that these people do not tell of: none of their ratios is more than this from 0. */
const TELLS = 0.1;
const UNKNOWN_WEIGHT = 0.2;
const UNKNOWN: FacetModel = { concentration: 2, worth: 0.3, novelty: 1, weight: UNKNOWN_WEIGHT };

interface Trial {
  readonly habits: Bag;
  readonly seen: Bag;
  readonly mated: boolean;
}

/**
 * Learns how people in general use a device: how common the values of closed facets are, for each facet how quickly a habit is believed
 * (the settings with the least Cllr on a grid), and what facets weigh beside each other (logistic fusion). Throws
 * RangeError for fewer than 20 people with 4 sittings.
 */
export function fitUsage(people: readonly UsagePerson[], id: string): UsageModel {
  const enough = people.filter(({ sittings }) => sittings.length > PROBES);
  if (enough.length < 20)
    throw new RangeError(`a background of usage needs 20 people with ${PROBES + 1} sittings, got ${enough.length}`);
  const trials = trialsOf(enough);
  const facets = Object.fromEntries(
    FACETS.map((facet, code) => [facet.name, fitFacet(facet, code, { trials, shares: sharesOf(facet, enough) })]),
  ) as Record<FacetName, FacetModel>; // safe: each facet gets its entry in this very line
  return { id, facets: weigh({ id, facets }, trials) };
}

function trialsOf(people: readonly UsagePerson[]): Trial[] {
  const known = people.map(({ sittings }) => {
    const sets = sittings.slice(0, -PROBES).flat();
    const now = sittings.at(-PROBES)?.[0]?.startedAt ?? 0;
    return habitsAt(learnUsage(sets, now), now);
  });
  return people.flatMap(({ sittings }, i) =>
    sittings.slice(-PROBES).flatMap((sets) => {
      const seen = bagOf(countFacts(sets.flatMap(factsOfSet)));
      return Array.from({ length: 1 + OTHERS }, (_, step): Trial => {
        const habits = known[(i + step * 7) % people.length] ?? { facets: [] };
        return { habits, seen, mated: step === 0 };
      });
    }),
  );
}

/** Mean over people, so that nobody counts for more than another who does more. */
function sharesOf({ name, kind, values = 0 }: Facet, people: readonly UsagePerson[]): readonly number[] | undefined {
  if (kind === "open" || kind === "ordered") return undefined;
  const shares = new Array<number>(values).fill(0);
  for (const { sittings } of people) {
    const own = sittings
      .flat()
      .flatMap(factsOfSet)
      .filter(({ facet }) => facet === name);
    for (let value = 0; value < values; value += 1) {
      const times = own.filter((fact) => fact.value === value).length;
      shares[value] = (shares[value] ?? 0) + (times + 0.5 / values) / (own.length + 0.5) / people.length;
    }
  }
  return shares.map((share) => Math.round(share * 1e4) / 1e4);
}

function fitFacet(
  { name, kind }: (typeof FACETS)[number],
  code: number,
  { trials, shares }: { readonly trials: readonly Trial[]; readonly shares: readonly number[] | undefined },
): FacetModel {
  const told = trials.filter(
    ({ seen, habits }) => (seen.facets[code]?.size ?? 0) > 0 && (habits.facets[code]?.size ?? 0) > 0,
  );
  const base = shares === undefined ? {} : { shares };
  if (told.length < trials.length / 20) return shares === undefined ? UNKNOWN : { ...UNKNOWN, ...base };
  let best: FacetModel | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const concentration of CONCENTRATIONS)
    for (const worth of WORTHS)
      for (const novelty of kind === "open" || kind === "ordered" ? NOVELTIES : [1]) {
        const model: FacetModel = {
          concentration,
          worth,
          ...base,
          ...(shares === undefined && { novelty }),
          weight: 1,
        };
        const cost = cllr(told, (trial) => compareFacet({ id: "", facets: only(name, model) }, code, trial));
        if (cost < least) [best, least] = [model, cost];
      }
  return best ?? UNKNOWN;
}

function only(name: FacetName, model: FacetModel): Record<FacetName, FacetModel> {
  return { ...NOTHING, [name]: model };
}
const NOTHING = Object.fromEntries(FACETS.map(({ name }) => [name, UNKNOWN])) as Record<FacetName, FacetModel>; // safe: all names

function cllr(trials: readonly Trial[], llrOf: (trial: Trial) => number): number {
  const cost = [0, 0];
  const count = [0, 0];
  for (const trial of trials) {
    const kind = trial.mated ? 1 : 0;
    cost[kind] = (cost[kind] ?? 0) + Math.log2(1 + Math.exp(trial.mated ? -llrOf(trial) : llrOf(trial)));
    count[kind] = (count[kind] ?? 0) + 1;
  }
  return ((cost[0] ?? 0) / Math.max(1, count[0] ?? 0) + (cost[1] ?? 0) / Math.max(1, count[1] ?? 0)) / 2;
}

/** What no person of the background tells of keeps its small weight. */
function weigh(model: UsageModel, trials: readonly Trial[]): UsageModel["facets"] {
  const all = trials.map((trial) => ({
    mated: trial.mated,
    llrs: FACETS.map((_, code) => compareFacet(model, code, trial)),
  }));
  const { weights } = fitFusion(all);
  return Object.fromEntries(
    FACETS.map(({ name }, code) => {
      const facet = model.facets[name];
      const told = all.some(({ llrs }) => Math.abs(llrs[code] ?? 0) > TELLS);
      return [name, { ...facet, weight: told ? Math.round((weights[code] ?? 0) * 100) / 100 : UNKNOWN_WEIGHT }];
    }),
  ) as Record<FacetName, FacetModel>; // safe: each facet gets its entry in this very line
}
