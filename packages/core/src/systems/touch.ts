import { compareTouch, followTouch, type TouchSitting } from "../comparison/touch/compare-touch.ts";
import type { TouchModel } from "../comparison/touch/touch-model.ts";
import { knownTouch, learnTouch, TOUCH_COMPARATOR } from "../comparison/touch/touch-reference.ts";
import { loudestFirst } from "../evidence/contributions.ts";
import type { Contribution, Evidence, NoEvidence } from "../evidence/evidence.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { noTouch, readTouch, type TouchPending } from "../features/touch/read-touch.ts";
import { isTouchSet, TOUCH_EXTRACTOR, TOUCH_FEATURES } from "../features/touch/touch-set.ts";
import { shippedTouch } from "../models/shipped-touch.ts";
import { enrolSupporting, type SupportingPart, supportingEvidence } from "./supporting.ts";

const ABOUT = { name: "habitus-touch", version: 1, modality: "touch" } as const;
const OWN = { isOwn: isTouchSet, minimumSamples: 4 };
/** Families of features, by the beginning of their names. */
const FAMILIES = ["tap", "swipe", "soft"] as const;

/** Taps, swipes and a soft keyboard. Its background is weak, so it supports, and decides nothing by itself. */
export function createTouch(model: () => TouchModel): SupportingPart<TouchPending> {
  return {
    ...ABOUT,
    ...OWN,
    extractor: TOUCH_EXTRACTOR,
    values: TOUCH_FEATURES.length,
    comparator: TOUCH_COMPARATOR,
    initial: noTouch,
    push: readTouch,
    enrol: (samples, { now }) => enrolSupporting(OWN, samples, (own) => learnTouch(own, now)),
    compare(reference, probe) {
      const seen = {
        sums: Array.from(probe.values, (value) => (Number.isFinite(value) ? value : 0)),
        counts: Array.from(probe.values, (value) => (Number.isFinite(value) ? 1 : 0)),
      };
      const { llr, features } = compareTouch(model(), knownTouch(reference), seen);
      return evidenceOf(probe, { llr, alone: llr, features });
    },
    follow(reference, probe, sitting) {
      const before = sitting as TouchSitting | undefined; // it checks that the state is of this reference
      const followed = followTouch(model(), reference, { probe, before });
      return { evidence: evidenceOf(probe, followed), sitting: followed.sitting };
    },
  };
}

function evidenceOf(
  probe: FeatureSet,
  { llr, alone, features }: { readonly llr: number; readonly alone: number; readonly features: readonly number[] },
): Evidence | NoEvidence {
  const there = probe.values.filter(Number.isFinite).length;
  if (there === 0) return { kind: "noEvidence", reason: "failureToAcquire", at: probe.endedAt };
  const quality = there / probe.values.length;
  return supportingEvidence(ABOUT, probe, { llr, alone, quality, contributions: explainFamilies(features) });
}

function explainFamilies(features: readonly number[]): Contribution[] {
  const sums = FAMILIES.map((family) =>
    features.reduce((sum, one, i) => (TOUCH_FEATURES[i]?.startsWith(`${family}_`) ? sum + one : sum), 0),
  );
  return loudestFirst(FAMILIES, sums).filter(({ share }) => share !== 0);
}

/** With the background that comes with Habitus. */
export const touch = createTouch(() => shippedTouch().model);
