import { codeOf, FACETS, type UsageFact } from "../../features/usage/facets.ts";

/** How often each value was seen, by facet and row. Counts need not be whole: habits fade. */
export interface Bag {
  /** By facet code, then row, then value. */
  readonly facets: readonly ReadonlyMap<number, ReadonlyMap<number, number>>[];
}

export interface BagEntry {
  readonly facet: number;
  readonly row: number;
  readonly value: number;
  readonly count: number;
}

/** Returns the bag of these entries; the same facet, row and value twice add up. */
export function bagOf(entries: Iterable<BagEntry>): Bag {
  const facets = FACETS.map(() => new Map<number, Map<number, number>>());
  for (const { facet, row, value, count } of entries) {
    const rows = facets[facet];
    if (rows === undefined || !(count > 0)) continue;
    const counts = rows.get(row) ?? new Map<number, number>();
    counts.set(value, (counts.get(value) ?? 0) + count);
    rows.set(row, counts);
  }
  return { facets };
}

/** Returns the entries, in the order of facet, row and value. */
export function entriesOf({ facets }: Bag): BagEntry[] {
  return facets
    .flatMap((rows, facet) =>
      [...rows].flatMap(([row, counts]) => [...counts].map(([value, count]) => ({ facet, row, value, count }))),
    )
    .sort((left, right) => left.facet - right.facet || left.row - right.row || left.value - right.value);
}

/** Returns facts as entries that each count so much. */
export function countFacts(facts: readonly UsageFact[], count = 1): BagEntry[] {
  return facts.map(({ facet, row, value }) => ({ facet: codeOf(facet), row, value, count }));
}
