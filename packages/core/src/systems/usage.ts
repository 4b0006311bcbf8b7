import type { Enrolment, EnrolOptions, FailureToEnrol, Reference } from "../comparison/comparator.ts";
import { compareUsage, followUsage, type UsageSitting } from "../comparison/usage/follow-usage.ts";
import type { UsageModel } from "../comparison/usage/usage-model.ts";
import { learnUsage, USAGE_COMPARATOR } from "../comparison/usage/usage-reference.ts";
import type { Event } from "../events/event.ts";
import type { Contribution, Evidence, NoEvidence } from "../evidence/evidence.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { type Circumstances, factsOf } from "../features/usage/circumstances.ts";
import { FACETS } from "../features/usage/facets.ts";
import { emptyPending, readFacts, type UsagePending } from "../features/usage/read-facts.ts";
import { factsOfSet, isUsageSet, USAGE_EXTRACTOR, USAGE_WINDOW, usageSet } from "../features/usage/usage-set.ts";
import { shippedUsage } from "../models/shipped-usage.ts";
import type { Sitting } from "./system.ts";

const NAME = "habitus-usage";
const VERSION = 1;
/** Before so many windows nobody has habits. */
const MINIMUM_WINDOWS = 6;
const NAMED = 4;

/**
 * How a device is used: from where, when, which pages in which order, and by what means. A part of a system: it reads events and
 * circumstances into feature sets of its own, and judges those. Its evidence supports: it weighs little, and by itself it
 * is never enough for a decision.
 */
export interface UsagePart {
  readonly name: string;
  readonly version: number;
  /** `name@version` of its feature sets. */
  readonly extractor: string;
  readonly comparator: string;
  readonly minimumSamples: number;
  readonly initial: () => UsagePending;
  /** Events must be in time order. Returns the feature sets of the windows that closed, in order. */
  readonly push: (
    pending: UsagePending,
    events: readonly Event[],
  ) => { readonly pending: UsagePending; readonly sets: readonly FeatureSet[] };
  /** Returns the feature set of the circumstances that a session was opened in; undefined where none was told. */
  readonly open: (circumstances: Circumstances, at: number) => FeatureSet | undefined;
  readonly isOwn: (set: FeatureSet) => boolean;
  readonly enrol: (samples: readonly FeatureSet[], options: Pick<EnrolOptions, "now">) => Enrolment | FailureToEnrol;
  readonly compare: (reference: Reference, probe: FeatureSet) => Evidence | NoEvidence;
  readonly follow: (
    reference: Reference,
    probe: FeatureSet,
    sitting: Sitting | undefined,
  ) => { readonly evidence: Evidence | NoEvidence; readonly sitting: Sitting | undefined };
}

export function createUsage(model: () => UsageModel): UsagePart {
  return {
    name: NAME,
    version: VERSION,
    extractor: USAGE_EXTRACTOR,
    comparator: USAGE_COMPARATOR,
    minimumSamples: MINIMUM_WINDOWS,
    initial: emptyPending,
    push: readFacts,
    open(circumstances, at) {
      const facts = factsOf(circumstances);
      return facts.length === 0 ? undefined : usageSet(facts, at, at);
    },
    isOwn: isUsageSet,
    enrol(samples, { now }) {
      const own = samples.filter(isUsageSet);
      const missing = MINIMUM_WINDOWS - own.length;
      if (missing > 0)
        return { kind: "failureToEnrol", reason: "tooFewSamples", have: own.length, need: MINIMUM_WINDOWS, missing };
      const report = { mated: own.length, nonMated: 0, heldOutAccuracy: undefined, heldOut: 0, importances: [] };
      return { kind: "enrolment", reference: learnUsage(own, now), report: { ...report, featureNames: [] } };
    },
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
  return {
    kind: "evidence",
    llr,
    supporting: true,
    score: 1 / (1 + Math.exp(-alone)),
    source: `${NAME}@${VERSION}`,
    modalities: ["usage"],
    quality: Math.min(1, facts / USAGE_WINDOW),
    startedAt: probe.startedAt,
    at: probe.endedAt,
    keystrokes: 0,
    pointerEvents: 0,
    contributions: explainFacets(facets),
  };
}

function explainFacets(facets: readonly number[]): Contribution[] {
  const total = facets.reduce((sum, one) => sum + Math.abs(one), 0);
  if (total === 0) return [];
  return FACETS.map(({ name }, code) => ({ feature: name, share: (facets[code] ?? 0) / total }))
    .filter(({ share }) => share !== 0)
    .sort((left, right) => Math.abs(right.share) - Math.abs(left.share))
    .slice(0, NAMED);
}

/** With the background that comes with Habitus. */
export const usage = createUsage(shippedUsage);
