import type { Enrolment, EnrolOptions, FailureToEnrol, Reference } from "../comparison/comparator.ts";
import type { PhraseModel } from "../comparison/fixed-text/phrase-model.ts";
import type { Event } from "../events/event.ts";
import type { FailureToAcquire, Modality, Sample } from "../events/segment.ts";
import type { CrossModel } from "../evidence/cross-check.ts";
import type { Evidence, NoEvidence } from "../evidence/evidence.ts";
import type { Extractor, FeatureSet } from "../features/extractor.ts";
import type { Policy } from "../policy/policy.ts";
import type { TrustModel } from "../trust/trust.ts";
import type { SupportingPart } from "./supporting.ts";

/** What a sitting has shown so far. Nobody but the system reads it. */
export type Sitting = Readonly<Record<string, unknown>>;

export type Doubt = "anotherWay" | "changeOfHands";

/** How references are stored so that whoever reads them without the key learns nothing of the person (ISO/IEC 24745). */
export interface ReferenceProtection {
  /** As `System.comparator`, of what is stored. */
  readonly comparator: () => string;
  /** Returns the reference as it may be stored. The key, 32 bytes, belongs to one subject in one application. */
  readonly protect: (reference: Reference, key: Uint8Array) => Reference;
  /** Returns what may be compared in memory, a reference of the system itself. Throws a `CoreError` for another key or another form. */
  readonly open: (reference: Reference, key: Uint8Array) => Reference;
}

/** Cuts an event stream into windows. State is plain data so that a service can keep it between batches. */
export interface Segmenter<State> {
  readonly initial: () => State;
  /** Events must be in time order. Returns the windows that closed, in order. */
  readonly push: (
    state: State,
    events: readonly Event[],
    quantumMs: number,
  ) => { readonly state: State; readonly windows: readonly (Sample | FailureToAcquire)[] };
}

/**
 * A named, versioned composition of the road's stations. Server and lab run the same ones,
 * so what is evaluated is what runs.
 */
// The two states differ from system to system and nobody but the system reads them.
export interface System<Pending = unknown, Trust = unknown> {
  readonly name: string;
  readonly version: number;
  readonly modalities: readonly Modality[];
  readonly segmenter: Segmenter<Pending>;
  readonly extractor: Extractor;
  /**
   * `name@version` of the comparator whose references it compares, the background it was made with included; a reference of
   * another one must be made anew from stored feature sets. Missing where the system's own version says it all.
   */
  readonly comparator?: () => string;
  /** Samples needed before `enrol` can succeed. */
  readonly minimumSamples: number;
  /** Enough samples that more would hardly help: enrolment progress is measured against it. */
  readonly sufficientSamples: number;
  readonly enrol: (samples: readonly FeatureSet[], options: EnrolOptions) => Enrolment | FailureToEnrol;
  readonly compare: (reference: Reference, probe: FeatureSet) => Evidence | NoEvidence;
  /**
   * Judges a window in the light of the sitting it belongs to: windows of one sitting are not independent, so its llr is what
   * it adds to those before, and `sittingLlr` asks whether it is still the same person. `sitting` is what the last call
   * returned, undefined for the first window after a sign-in; plain data, at most 2 kB.
   */
  readonly follow?: (
    reference: Reference,
    probe: FeatureSet,
    sitting: Sitting | undefined,
  ) => { readonly evidence: Evidence | NoEvidence; readonly sitting: Sitting | undefined };
  /**
   * Returns the sitting after a passed step-up proved its subject to be there; undefined where it had better begin anew. Without it, a
   * passed step-up always begins a sitting anew.
   */
  readonly confirm?: (sitting: Sitting) => Sitting | undefined;
  /**
   * Returns what a sitting is doubted for: `anotherWay`, it was unlike all profiles of the subject from its start, and is another way of
   * typing if its subject now proves to be there; or a `changeOfHands` in it. Missing where there are no profiles.
   */
  readonly doubt?: (sitting: Sitting) => Doubt | undefined;
  /**
   * Returns the feature set marked with the profile that it is of, as far as its sitting tells; undefined where that is not clear,
   * and nothing had better be learnt from it.
   */
  readonly assign?: (reference: Reference, set: FeatureSet, sitting: Sitting | undefined) => FeatureSet | undefined;
  /** What it judges beside its windows: each reads events into feature sets of its own, which this system enrols and compares too. */
  readonly supporting?: readonly SupportingPart[];
  /**
   * Returns the reference with what supports it learnt anew from these feature sets, and the rest as it was; undefined where they are too
   * few. Habits fade, so this is needed now and then.
   */
  readonly renew?: (
    reference: Reference,
    samples: readonly FeatureSet[],
    options: Pick<EnrolOptions, "now">,
  ) => Reference | undefined;
  /** How its references can be stored protected; missing where they cannot. */
  readonly protection?: ReferenceProtection;
  /** How keyboard and pointer of one person go together, where windows of either are judged by calibrated scores of their own. */
  readonly cross?: CrossModel;
  /** Feature sets of people who are nobody in particular, for a service that knows too few of its own. */
  readonly background: (count: number, seed: number) => readonly FeatureSet[];
  /** How a phrase typed at sign-in is weighed; missing where trust does not take likelihood ratios, and phrases count for nothing. */
  readonly phrases?: PhraseModel;
  readonly trust: TrustModel<Trust>;
  readonly policy: Policy;
}
