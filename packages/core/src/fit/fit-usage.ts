import { type Bag, bagOf, countFacts } from "../comparison/usage/bag.ts";
import { compareFacet } from "../comparison/usage/compare-bag.ts";
import type { FacetModel, UsageModel } from "../comparison/usage/usage-model.ts";
import { habitsAt, learnUsage } from "../comparison/usage/usage-reference.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { FACETS, type Facet, type FacetName } from "../features/usage/facets.ts";
import { factsOfSet, USAGE_WINDOW } from "../features/usage/usage-set.ts";
import { fitLogistic } from "./fit-logistic.ts";

/** Windows of usage of one background person, by sitting, oldest first. */
export interface UsagePerson {
  readonly sittings: readonly (readonly FeatureSet[])[];
}

const CONCENTRATIONS = [0.5, 2, 8, 32];
const WORTHS = [0.03, 0.1, 0.3, 1];
const NOVELTIES = [0.3, 1, 3, 10];
/** The later sittings of each person are compared, with the earlier ones and with so many other people's. */
const PROBES = 4;
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
 * (the settings with the least Cllr on a grid), and what facets weigh beside each other (logistic regression). Throws
 * RangeError for fewer than 20 people with 5 sittings.
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
    sittings.slice(-PROBES).flatMap((sets, probe) => {
      // A sitting as a whole, then only its beginning: what facets weigh must be right for both.
      const facts = sets.flatMap(factsOfSet);
      const seen = bagOf(countFacts(probe % 2 === 0 ? facts : facts.slice(0, USAGE_WINDOW)));
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
  const told = FACETS.map((_, code) => all.some(({ llrs }) => Math.abs(llrs[code] ?? 0) > TELLS));
  const weights = fitWeights(all, told);
  return Object.fromEntries(
    FACETS.map(({ name }, code) => {
      const weight = told[code] ? Math.round((weights[code] ?? 0) * 100) / 100 : UNKNOWN_WEIGHT;
      return [name, { ...model.facets[name], weight }];
    }),
  ) as Record<FacetName, FacetModel>; // safe: each facet gets its entry in this very line
}

/**
 * Returns what each facet weighs, 0 to 1. As logistic fusion, but without a constant: where nothing was seen, nothing may be said,
 * so what facets say together must be right without one.
 */
function fitWeights(
  trials: readonly { readonly mated: boolean; readonly llrs: readonly number[] }[],
  told: readonly boolean[],
): number[] {
  const mated = trials.filter((trial) => trial.mated).length;
  const labels = trials.map((trial) => (trial.mated ? 1 : 0));
  const importance = trials.map((trial) => 0.5 / (trial.mated ? mated : trials.length - mated));
  const held = new Map<number, number>(told.flatMap((tells, code) => (tells ? [] : [[code, 0] as const])));
  for (;;) {
    const open = told.flatMap((_, code) => (held.has(code) ? [] : [code]));
    const rows = trials.map(({ llrs }) => open.map((code) => llrs[code] ?? 0));
    const fixed = trials.map(({ llrs }) => [...held].reduce((sum, [i, weight]) => sum + weight * (llrs[i] ?? 0), 0));
    const found = open.length === 0 ? [] : fitLogistic(rows, labels, importance, fixed);
    const outside = open.filter((_, k) => (found[k] ?? 0) < 0 || (found[k] ?? 0) > 1);
    if (outside.length === 0) return told.map((_, code) => held.get(code) ?? found[open.indexOf(code)] ?? 0);
    for (const code of outside) held.set(code, (found[open.indexOf(code)] ?? 0) < 0 ? 0 : 1);
  }
}
