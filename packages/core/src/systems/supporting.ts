import type { Enrolment, EnrolOptions, FailureToEnrol, Reference } from "../comparison/comparator.ts";
import type { Event } from "../events/event.ts";
import type { Modality } from "../events/segment.ts";
import type { Evidence, NoEvidence } from "../evidence/evidence.ts";
import type { FeatureSet } from "../features/extractor.ts";
import type { Circumstances } from "../features/usage/circumstances.ts";
import type { Sitting } from "./system.ts";

/**
 * A part of a system that reads events into feature sets of its own and judges those. Its evidence supports: it weighs little, and by
 * itself it is never enough for a decision.
 */
export interface SupportingPart<Pending = unknown> {
  readonly name: string;
  /** Of its evidence and of what it keeps, 0 to 255: what another version kept is not read. */
  readonly version: number;
  readonly modality: Extract<Modality, "touch" | "usage">;
  /** `name@version` of its feature sets. */
  readonly extractor: string;
  /** Numbers in each of them. */
  readonly values: number;
  readonly comparator: string;
  readonly minimumSamples: number;
  readonly initial: () => Pending;
  /** Events must be in time order. Returns the feature sets of the windows that closed, in order; what is pending is plain data. */
  readonly push: (
    pending: Pending,
    events: readonly Event[],
  ) => { readonly pending: Pending; readonly sets: readonly FeatureSet[] };
  /** Returns the feature set of the circumstances that a session was opened in; undefined where none was told. */
  readonly open?: (circumstances: Circumstances, at: number) => FeatureSet | undefined;
  readonly isOwn: (set: FeatureSet) => boolean;
  readonly enrol: (samples: readonly FeatureSet[], options: Pick<EnrolOptions, "now">) => Enrolment | FailureToEnrol;
  readonly compare: (reference: Reference, probe: FeatureSet) => Evidence | NoEvidence;
  readonly follow: (
    reference: Reference,
    probe: FeatureSet,
    sitting: Sitting | undefined,
  ) => { readonly evidence: Evidence | NoEvidence; readonly sitting: Sitting | undefined };
}

/** Returns the evidence of a window as such a part gives it. */
export function supportingEvidence(
  { name, version, modality }: Pick<SupportingPart, "name" | "version" | "modality">,
  probe: FeatureSet,
  said: Pick<Evidence, "llr" | "quality" | "contributions"> & { readonly alone: number },
): Evidence {
  const { llr, alone, quality, contributions } = said;
  return {
    kind: "evidence",
    llr,
    supporting: true,
    score: 1 / (1 + Math.exp(-alone)),
    source: `${name}@${version}`,
    modalities: [modality],
    quality,
    startedAt: probe.startedAt,
    at: probe.endedAt,
    keystrokes: 0,
    pointerEvents: 0,
    contributions,
  };
}

/** Returns what a part made of so many windows, or how many it misses. */
export function enrolSupporting(
  part: Pick<SupportingPart, "isOwn" | "minimumSamples">,
  samples: readonly FeatureSet[],
  learn: (own: readonly FeatureSet[]) => Reference,
): Enrolment | FailureToEnrol {
  const own = samples.filter(part.isOwn);
  const need = part.minimumSamples;
  const missing = need - own.length;
  if (missing > 0) return { kind: "failureToEnrol", reason: "tooFewSamples", have: own.length, need, missing };
  const report = { mated: own.length, nonMated: 0, heldOutAccuracy: undefined, heldOut: 0, importances: [] };
  return { kind: "enrolment", reference: learn(own), report: { ...report, featureNames: [] } };
}
