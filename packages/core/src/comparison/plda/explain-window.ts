import { loudestFirst } from "../../evidence/contributions.ts";
import type { Contribution } from "../../evidence/evidence.ts";
import type { FeatureSet } from "../../features/extractor.ts";
import { RHYTHM_FAMILIES, RHYTHM_FAMILY_OF } from "../../features/keystroke/rhythm/rhythm-extractor.ts";
import type { Reference } from "../comparator.ts";
import { slopeTo } from "./compare-sitting.ts";
import { expectedAt, placeOf, readPerson, windowSize } from "./plda-comparator.ts";
import { attribute, type PldaModel } from "./plda-model.ts";

/**
 * Returns what each family of features says about a window, the loudest first. Shares have the sign of what they say (positive =
 * the enrolled person) and their absolute values sum to 1. What tells the window from an average one is shared out exactly
 * (integrated gradients of a quadratic, Sundararajan et al. 2017).
 */
export function explainWindow(model: PldaModel, reference: Reference, probe: FeatureSet): Contribution[] {
  const expected = expectedAt(readPerson(model, reference), probe.startedAt);
  const slope = slopeTo(model, expected, placeOf(model, probe), windowSize(model, probe));
  const byFeature = attribute(model, probe.values, slope);
  const families = new Float64Array(RHYTHM_FAMILIES.length);
  byFeature.forEach((nats, f) => {
    const family = RHYTHM_FAMILY_OF[model.features[f] ?? 0] ?? 0;
    families[family] = (families[family] ?? 0) + nats;
  });
  return loudestFirst(RHYTHM_FAMILIES, families);
}
