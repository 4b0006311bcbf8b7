import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Returns the fields of each line but the first of a table compressed with gzip. */
export function readTable(file: string, separator: string): string[][] {
  const lines = gunzipSync(readFileSync(file)).toString("utf8").trimEnd().split("\n");
  return lines.slice(1).map((line) => line.split(separator));
}

/** Returns the items of each person and section, in the order of the rows. */
export function groupRows<Item>(
  rows: Iterable<readonly [person: string, section: string, item: Item]>,
): ReadonlyMap<string, ReadonlyMap<string, Item[]>> {
  const people = new Map<string, Map<string, Item[]>>();
  for (const [person, section, item] of rows) {
    const own = people.get(person) ?? new Map<string, Item[]>();
    people.set(person, own);
    const items = own.get(section) ?? [];
    own.set(section, items);
    items.push(item);
  }
  return people;
}
