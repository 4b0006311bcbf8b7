import type { EnrolmentReport, EnrolOptions, FailureToEnrol, Reference } from "../comparison/comparator.ts";
import { type JoinedBy, joinedId, joinReferences, partWeights, splitReference } from "../comparison/join-references.ts";
import type { Evidence, NoEvidence } from "../evidence/evidence.ts";
import {
  composeExtractors,
  type ExtractedModality,
  type Extractors,
  modalityOf,
  partSet,
} from "../features/compose-extractors.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { SITTING_PAUSE_MS } from "../features/sittings.ts";
import { protectJoined } from "./protect-joined.ts";
import { reliabilityOf } from "./reliability.ts";
import type { SupportingPart } from "./supporting.ts";
import type { Sitting, System } from "./system.ts";

type OfPart = "extractor" | "enrol" | "compare" | "follow" | "confirm" | "doubt" | "assign" | "protection";
/** One modality of a composed system. */
export interface Part {
  readonly system: Pick<System, OfPart> & { readonly comparator: () => string };
  /** What its evidence weighs beside the other's, above 0 and at most 1: less than 1 where they may say the same thing twice. */
  readonly weight: () => number;
  /** Feature sets without which it is not enrolled yet. */
  readonly minimumSamples: number;
}
export type Parts = Readonly<Record<ExtractedModality, Part>>;

/** What supports the parts: never enough by itself, and its evidence weighs so much, above 0 and at most 1. */
export interface Support {
  readonly part: SupportingPart;
  readonly weight: number;
}

/** What each part has seen of a sitting, and when one of them last saw something. */
interface ComposedSitting extends Readonly<Record<string, unknown>> {
  readonly kind: "composed";
  /** When the reference was made: with a newer one a sitting begins anew. */
  readonly enrolledAt: number;
  readonly until: number;
  readonly keystroke: Sitting | null;
  readonly pointer: Sitting | null;
  /** Missing in a sitting that began before these were judged. */
  readonly usage?: Sitting | null;
  readonly touch?: Sitting | null;
}
/** Who judges a feature set, and how. */
interface Judge {
  readonly modality: ExtractedModality | SupportingPart["modality"];
  /** Where its reference lies among those that were joined. */
  readonly place: number;
  readonly judge: Pick<System, "compare" | "follow">;
  readonly weight: number;
  readonly set: FeatureSet;
}
const ORDER: readonly ExtractedModality[] = ["keystroke", "pointer"];

/**
 * Returns one system of typing and pointing. A window is of one of them and only that part judges it; what each finds is one more
 * log-likelihood ratio about the same person, weighted. Whoever only types is enrolled for typing alone, and pointing is then
 * no evidence. A reference that one part made by itself is read too. What supports them has feature
 * sets of its own, is enrolled together with a part, never alone, and a reference made without it stays what it was.
 */
export function composeSystems<State, Trust>(
  whole: Pick<System<State, Trust>, "name" | "version" | "segmenter" | "trust" | "policy" | "sufficientSamples">,
  parts: Parts,
  support: readonly Support[] = [],
): System<State, Trust> & { readonly comparator: () => string } {
  const extractors: Extractors = {
    keystroke: parts.keystroke.system.extractor,
    pointer: parts.pointer.system.extractor,
  };
  const extractor = composeExtractors(`${whole.name}-features`, 1, extractors);
  const source = `${whole.name}@${whole.version}`;
  const joinedBy = (): JoinedBy => ({
    parts: ORDER.map((modality) => {
      const { system } = parts[modality];
      return { comparator: system.comparator(), extractor: `${system.extractor.name}@${system.extractor.version}` };
    }),
    extractor: `${extractor.name}@${extractor.version}`,
    supporting: support.map(({ part }) => part),
  });
  const judgeOf = (probe: FeatureSet): Judge | undefined => {
    const place = support.findIndex(({ part }) => part.isOwn(probe));
    const found = support[place];
    if (found !== undefined) {
      const { part: judge, weight } = found;
      return { modality: judge.modality, place: ORDER.length + place, judge, weight, set: probe };
    }
    const modality = modalityOf(probe);
    if (modality === undefined) return undefined;
    const { system: judge, weight } = parts[modality];
    return { modality, place: ORDER.indexOf(modality), judge, weight: weight(), set: partSet(extractors, probe) };
  };
  const find = (reference: Reference, probe: FeatureSet) => {
    const found = judgeOf(probe);
    if (found === undefined) return none(probe, "failureToAcquire");
    const by = joinedBy();
    const known = splitReference(by, reference)[found.place];
    if (known === undefined) return none(probe, "notEnrolled");
    const weight = found.weight * (partWeights(by, reference)[found.place] ?? 1);
    return { kind: "found" as const, ...found, known, weight };
  };
  return {
    ...whole,
    modalities: [...ORDER, ...support.map(({ part }) => part.modality)],
    extractor,
    comparator: () => joinedId(joinedBy()),
    minimumSamples: Math.min(parts.keystroke.minimumSamples, parts.pointer.minimumSamples),
    enrol: (samples, options) => enrolParts(parts, { samples, options, joinedBy: joinedBy(), extractors, support }),
    compare(reference, probe) {
      const found = find(reference, probe);
      if (found.kind === "noEvidence") return found;
      const { judge, known, set, weight } = found;
      return weigh(judge.compare(known, set), { source, weight, goesOn: false });
    },
    follow(reference, probe, sitting) {
      const found = find(reference, probe);
      if (found.kind === "noEvidence") return { evidence: found, sitting };
      const { modality, judge, known, set, weight } = found;
      const before = goOn(sitting, reference);
      const own = before[modality] ?? undefined;
      const next = judge.follow?.(known, set, own) ?? { evidence: judge.compare(known, set), sitting: own };
      // The sitting goes on, though this part may see it for the first time: what the other knows of it is not forgotten.
      const goesOn = probe.startedAt - before.until <= SITTING_PAUSE_MS;
      const until = next.evidence.kind === "evidence" ? Math.max(before.until, probe.endedAt) : before.until;
      return {
        evidence: weigh(next.evidence, { source, weight, goesOn }),
        sitting: { ...before, until, [modality]: next.sitting ?? null },
      };
    },
    confirm(sitting) {
      if (sitting.kind !== "composed") return undefined;
      const composed = sitting as ComposedSitting; // safe: only `follow` makes one
      const confirmed = (modality: ExtractedModality): Sitting | null => {
        const own = composed[modality];
        return own === null ? null : (parts[modality].system.confirm?.(own) ?? null);
      };
      return { ...composed, keystroke: confirmed("keystroke"), pointer: confirmed("pointer") };
    },
    doubt(sitting) {
      if (sitting.kind !== "composed") return undefined;
      const composed = sitting as ComposedSitting; // safe: only `follow` makes one
      const doubts = ORDER.map((modality) => composed[modality] && parts[modality].system.doubt?.(composed[modality]));
      return doubts.find((doubt) => doubt != null) ?? undefined;
    },
    assign(reference, set, sitting) {
      const modality = modalityOf(set);
      const part = modality && parts[modality].system;
      const known = modality && splitReference(joinedBy(), reference)[ORDER.indexOf(modality)];
      if (part?.assign === undefined || known === undefined) return set;
      const own = goOn(sitting, reference)[modality ?? "keystroke"] ?? undefined;
      const marked = part.assign(known, partSet(extractors, set), own);
      return marked && (marked.profile === undefined ? set : { ...set, profile: marked.profile });
    },
    background: () => [],
    supporting: support.map(({ part }) => part),
    protection: protectJoined(joinedBy, () => ORDER.map((modality) => parts[modality].system.protection)),
    renew(reference, samples, options) {
      const learnt = learnSupport(support, samples, options);
      if (learnt.every((one) => one === undefined)) return undefined;
      const by = joinedBy();
      const known = splitReference(by, reference);
      const supporting = learnt.map((one, i) => one ?? known[ORDER.length + i]);
      const { enrolledAt, samples: counted } = reference;
      const weights = partWeights(by, reference);
      const references = known.slice(0, ORDER.length);
      return { ...joinReferences(by, { references, supporting, weights }), enrolledAt, samples: counted };
    },
  };
}

function goOn(sitting: Sitting | undefined, { enrolledAt }: Reference): ComposedSitting {
  if (sitting?.kind === "composed" && sitting.enrolledAt === enrolledAt) return sitting as ComposedSitting; // safe: only this file makes one
  return { kind: "composed", enrolledAt, until: Number.MIN_SAFE_INTEGER, keystroke: null, pointer: null };
}

function none({ endedAt }: FeatureSet, reason: NoEvidence["reason"]): NoEvidence {
  return { kind: "noEvidence", reason, at: endedAt };
}

function weigh(
  evidence: Evidence | NoEvidence,
  { source, weight, goesOn }: { readonly source: string; readonly weight: number; readonly goesOn: boolean },
): Evidence | NoEvidence {
  if (evidence.kind === "noEvidence") return evidence;
  const { sittingLlr = goesOn ? 0 : undefined } = evidence;
  const said = sittingLlr === undefined ? {} : { sittingLlr: weight * sittingLlr };
  return { ...evidence, ...said, source, llr: weight * evidence.llr };
}

interface Enrolling {
  readonly samples: readonly FeatureSet[];
  readonly options: EnrolOptions;
  readonly joinedBy: JoinedBy;
  readonly extractors: Extractors;
  readonly support: readonly Support[];
}

/** One part that can be enrolled is enough; where none can, the failure is of the part that misses least. */
function enrolParts(parts: Parts, enrolling: Enrolling): ReturnType<System["enrol"]> {
  const { options, joinedBy, extractors, support } = enrolling;
  const samples = enrolling.samples.filter((set) => !support.some(({ part }) => part.isOwn(set)));
  const failures: FailureToEnrol[] = [];
  let mated = 0;
  let profiles: EnrolmentReport["profiles"];
  const references = ORDER.map((modality): Reference | undefined => {
    const { system, minimumSamples: need } = parts[modality];
    const own = ownSets(modality, samples, extractors);
    const missing = need - own.length;
    const made =
      missing > 0
        ? ({ kind: "failureToEnrol", reason: "tooFewSamples", have: own.length, need, missing } as const)
        : system.enrol(own, options);
    if (made.kind === "enrolment") {
      mated += made.report.mated;
      profiles ??= made.report.profiles;
      return made.reference;
    }
    failures.push(made);
    return undefined;
  });
  const [first, second] = failures;
  if (first !== undefined && second !== undefined) return second.missing < first.missing ? second : first;
  const counts = { mated, nonMated: 0, heldOutAccuracy: undefined, heldOut: 0, importances: [], featureNames: [] };
  const report = profiles === undefined ? counts : { ...counts, profiles };
  const supporting = learnSupport(support, enrolling.samples, options);
  const weights = ORDER.map((modality, i) =>
    references[i] === undefined
      ? 1
      : reliabilityOf(parts[modality].system, ownSets(modality, samples, extractors), options),
  );
  return { kind: "enrolment", reference: joinReferences(joinedBy, { references, supporting, weights }), report };
}

function ownSets(modality: ExtractedModality, samples: readonly FeatureSet[], extractors: Extractors): FeatureSet[] {
  return samples.filter((set) => modalityOf(set) === modality).map((set) => partSet(extractors, set));
}

function learnSupport(
  support: readonly Support[],
  samples: readonly FeatureSet[],
  options: Pick<EnrolOptions, "now">,
): readonly (Reference | undefined)[] {
  return support.map(({ part }) => {
    const made = part.enrol(samples, options);
    return made.kind === "enrolment" ? made.reference : undefined;
  });
}
