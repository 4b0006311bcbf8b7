import type { FeatureSet } from "../extractor.ts";
import { codeOf, FACET_NAMES, type UsageFact } from "./facets.ts";

export const USAGE_EXTRACTOR = "usage@1";
/** A window of usage holds so many facts at most. */
export const USAGE_WINDOW = 12;
const SLOT = 3;
/** Numbers in a feature set of usage. */
export const USAGE_VALUES = SLOT * USAGE_WINDOW;

/** Returns facts as a feature set of their own extractor: for each its facet, row and value, all of them exact in single precision. */
export function usageSet(facts: readonly UsageFact[], startedAt: number, endedAt: number): FeatureSet {
  const values = new Float64Array(USAGE_VALUES).fill(Number.NaN);
  facts
    .slice(0, USAGE_WINDOW)
    .forEach(({ facet, row, value }, i) => void values.set([codeOf(facet), row, value], SLOT * i));
  return {
    kind: "featureSet",
    extractor: USAGE_EXTRACTOR,
    values,
    startedAt,
    endedAt,
    keystrokes: 0,
    pointerEvents: 0,
  };
}

/** Whether a feature set is of usage, and of this version. */
export function isUsageSet({ extractor }: Pick<FeatureSet, "extractor">): boolean {
  return extractor === USAGE_EXTRACTOR;
}

/** Returns the facts of a feature set; what is none (a damaged record) is left out. */
export function factsOfSet({ values }: Pick<FeatureSet, "values">): UsageFact[] {
  const facts: UsageFact[] = [];
  for (let i = 0; i + SLOT <= values.length; i += SLOT) {
    const [code = Number.NaN, row = Number.NaN, value = Number.NaN] = values.subarray(i, i + SLOT);
    const facet = FACET_NAMES[code];
    if (facet === undefined || !isCode(row, 0xffff) || !isCode(value, 0xffffff)) continue;
    facts.push({ facet, row, value });
  }
  return facts;
}

function isCode(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
