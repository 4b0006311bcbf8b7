/** Occurrences by name. Plain JSON. */
export type Counts = Record<string, number>;

/**
 * Counts one more of this name, in place. When there are `most` names already, the one counted least makes way (among
 * equals the last in the alphabet): what is shown is never more than was seen, and a name that comes back starts again at 1.
 */
export function countOne(counts: Counts, name: string, most: number): void {
  const known = counts[name];
  if (known !== undefined) {
    counts[name] = known + 1;
    return;
  }
  const names = ranked(counts);
  const least = names[names.length - 1];
  if (least !== undefined && names.length >= most) delete counts[least.name];
  counts[name] = 1;
}

/** Returns names and counts, most first and then by the alphabet: however the counts were stored, the order is the same. */
export function ranked(counts: Readonly<Counts>): { readonly name: string; readonly count: number }[] {
  return Object.entries(counts)
    .map(([name, count]) => ({ name, count }))
    .sort((left, right) => right.count - left.count || (left.name < right.name ? -1 : 1));
}
