/**
 * What is looked at when somebody uses a device, one after the other; the position is the facet's code in what is stored: append,
 * never reorder.
 * - `closed`: one of a few values that everybody has; how common each is in people is known.
 * - `open`: values nobody knows beforehand (pages, networks); where two people agree in one it says more, the rarer it is.
 * - `ordered`: an open value after another one, its row.
 * - `circular`: an hour of the day; neighbours are alike.
 */
export const FACETS = [
  { name: "page", kind: "open" },
  { name: "pageOrder", kind: "ordered" },
  { name: "fieldOrder", kind: "ordered" },
  { name: "hour", kind: "circular", values: 24 },
  { name: "weekday", kind: "closed", values: 7 },
  { name: "timeZone", kind: "open" },
  { name: "language", kind: "open" },
  { name: "country", kind: "open" },
  { name: "network", kind: "open" },
  { name: "screen", kind: "open" },
  { name: "pointerType", kind: "closed", values: 3 },
  { name: "scrollDevice", kind: "closed", values: 3 },
  { name: "act", kind: "closed", values: 7 },
  { name: "shortcut", kind: "closed", values: 2 },
  { name: "fieldReached", kind: "closed", values: 2 },
  { name: "pauseLength", kind: "closed", values: 10 },
  { name: "correction", kind: "closed", values: 5 },
] as const satisfies readonly Facet[];

export interface Facet {
  readonly name: string;
  readonly kind: "closed" | "open" | "ordered" | "circular";
  readonly values?: number;
}
export type FacetName = (typeof FACETS)[number]["name"];
export const FACET_NAMES: readonly FacetName[] = FACETS.map(({ name }) => name);

/** What somebody did now and then, in the order of their codes. */
export const ACTS = ["page", "leave", "scroll", "paste", "copy", "correct", "undo"] as const;
export type Act = (typeof ACTS)[number];

/** One thing seen once. `value` is a code below 2^24, `row` (below 2^16) what it came after, 0 where the order does not matter. */
export interface UsageFact {
  readonly facet: FacetName;
  readonly row: number;
  readonly value: number;
}

const CODES = new Map(FACET_NAMES.map((name, code) => [name, code]));

/** Returns the position of a facet in {@link FACETS}. */
export function codeOf(name: FacetName): number {
  return CODES.get(name) ?? 0;
}

/** Returns the code of a hashed name: its lower 24 bits. */
export function valueOfHash(hash: number): number {
  return hash & 0xffffff;
}

/** Returns the code of what came before: 16 bits of the hash. */
export function rowOfHash(hash: number): number {
  return (hash ^ (hash >>> 16)) & 0xffff;
}

/** Returns the code of a word (FNV-1a, 32 bits, folded to 24); capitals do not matter. */
export function valueOfWord(word: string): number {
  let hash = 0x811c9dc5;
  for (const letter of word.toLowerCase()) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return (hash ^ (hash >>> 24)) & 0xffffff;
}
