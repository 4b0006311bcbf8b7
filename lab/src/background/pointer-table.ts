import { type FeatureSet, strokesExtractor, windowSize } from "@habitus/core";
import { POINTER_UNIT, type WindowsTable, WindowsTableBuilder } from "@habitus/core/fit";

/** One person's feature sets, sitting by sitting. */
export type Sittings = readonly (readonly FeatureSet[])[];

/** Returns the windows of these people as a table; windows too small to learn from are left out. */
export function pointerTable(populations: readonly (readonly Sittings[])[]): WindowsTable {
  const table = new WindowsTableBuilder(strokesExtractor.featureNames.length);
  let [subject, sitting] = [0, 0];
  populations.forEach((people, population) => {
    for (const sittings of people) {
      for (const sets of sittings) {
        for (const set of sets) {
          if (set.pointerEvents < POINTER_UNIT / 4) continue;
          table.add(set.values, { subject, sitting, population, size: windowSize({ unit: POINTER_UNIT }, set) });
        }
        sitting += 1;
      }
      subject += 1;
    }
  });
  return table.build();
}
