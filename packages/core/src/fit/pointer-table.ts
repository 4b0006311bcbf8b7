import { windowSize } from "../comparison/plda/plda-comparator.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { strokesExtractor } from "../features/pointer/strokes/strokes-extractor.ts";
import { POINTER_UNIT } from "./fit-pointer-arms.ts";
import { type WindowsTable, WindowsTableBuilder } from "./windows-table.ts";

/** One person's feature sets, sitting by sitting. */
export type Sittings = readonly (readonly FeatureSet[])[];

/** Whether a window of a pointer is large enough to learn from. */
export function isPointerWindow({ pointerEvents }: Pick<FeatureSet, "pointerEvents">): boolean {
  return pointerEvents >= POINTER_UNIT / 4;
}

/** Returns the windows of these people as a table, as `fitPointerArms` learns from it; what is too small is left out. */
export function pointerTable(populations: readonly (readonly Sittings[])[]): WindowsTable {
  const table = new WindowsTableBuilder(strokesExtractor.featureNames.length);
  let [subject, sitting] = [0, 0];
  populations.forEach((people, population) => {
    for (const sittings of people) {
      for (const sets of sittings) {
        for (const set of sets.filter(isPointerWindow))
          table.add(set.values, { subject, sitting, population, size: windowSize({ unit: POINTER_UNIT }, set) });
        sitting += 1;
      }
      subject += 1;
    }
  });
  return table.build();
}
