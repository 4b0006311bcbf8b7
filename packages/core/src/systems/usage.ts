import { compareUsage, followUsage, type UsageSitting } from "../comparison/usage/follow-usage.ts";
import type { UsageModel } from "../comparison/usage/usage-model.ts";
import { learnUsage, USAGE_COMPARATOR } from "../comparison/usage/usage-reference.ts";
import { loudestFirst } from "../evidence/contributions.ts";
import type { Contribution, Evidence, NoEvidence } from "../evidence/evidence.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { type Circumstances, factsOf } from "../features/usage/circumstances.ts";
import { FACETS } from "../features/usage/facets.ts";
import { emptyPending, readFacts, type UsagePending } from "../features/usage/read-facts.ts";
import {
  factsOfSet,
  isUsageSet,
  USAGE_EXTRACTOR,
  USAGE_VALUES,
  USAGE_WINDOW,
  usageSet,
} from "../features/usage/usage-set.ts";
import { shippedUsage } from "../models/shipped-usage.ts";
import { enrolSupporting, type SupportingPart, supportingEvidence } from "./supporting.ts";

const ABOUT = { name: "habitus-usage", version: 1, modality: "usage" } as const;
/** Before so many windows nobody has habits. */
const OWN = { isOwn: isUsageSet, minimumSamples: 6 };
const NAMED = 4;

/** A part that judges usage; it reads circumstances too. */
export interface UsagePart extends SupportingPart<UsagePending> {
  readonly open: (circumstances: Circumstances, at: number) => FeatureSet | undefined;
}

/** How a device is used: from where, when, which pages in which order, and by what means. It supports, and decides nothing by itself. */
export function createUsage(model: () => UsageModel): UsagePart {
  return {
    ...ABOUT,
    ...OWN,
    extractor: USAGE_EXTRACTOR,
    values: USAGE_VALUES,
    comparator: USAGE_COMPARATOR,
    initial: emptyPending,
    push: readFacts,
    open(circumstances, at) {
      const facts = factsOf(circumstances);
      return facts.length === 0 ? undefined : usageSet(facts, at, at);
    },
    enrol: (samples, { now }) => enrolSupporting(OWN, samples, (own) => learnUsage(own, now)),
    compare(reference, probe) {
      const { llr, facets } = compareUsage(model(), reference, probe);
      return evidenceOf(probe, { llr, alone: llr, facets });
    },
    follow(reference, probe, sitting) {
      const before = sitting as UsageSitting | undefined; // it checks that the state is of this reference
      const followed = followUsage(model(), reference, { probe, before });
      return { evidence: evidenceOf(probe, followed), sitting: followed.sitting };
    },
  };
}

function evidenceOf(
  probe: FeatureSet,
  { llr, alone, facets }: { readonly llr: number; readonly alone: number; readonly facets: readonly number[] },
): Evidence | NoEvidence {
  const facts = factsOfSet(probe).length;
  if (facts === 0) return { kind: "noEvidence", reason: "failureToAcquire", at: probe.endedAt };
  const quality = Math.min(1, facts / USAGE_WINDOW);
  return supportingEvidence(ABOUT, probe, { llr, alone, quality, contributions: explainFacets(facets) });
}

const FACET_NAMES = FACETS.map(({ name }) => name);
function explainFacets(facets: readonly number[]): Contribution[] {
  return loudestFirst(FACET_NAMES, facets)
    .filter(({ share }) => share !== 0)
    .slice(0, NAMED);
}

/** With the background that comes with Habitus. */
export const usage = createUsage(() => shippedUsage().model);
