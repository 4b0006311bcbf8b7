import type { Reference } from "../comparison/comparator.ts";
import { explainWindow } from "../comparison/plda/explain-window.ts";
import { confirmSitting, followSitting, type PldaSitting } from "../comparison/plda/follow-sitting.ts";
import { comparatorId, comparePerson, enrolPerson, windowSize } from "../comparison/plda/plda-comparator.ts";
import type { Evidence, NoEvidence } from "../evidence/evidence.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { isPlausibleTyping } from "../features/keystroke/rhythm/plausible-typing.ts";
import { rhythmExtractor } from "../features/keystroke/rhythm/rhythm-extractor.ts";
import type { Background } from "../models/background.ts";
import { habitusPolicy } from "../policy/presets.ts";
import { type PersonAndChange, personAndChange } from "../trust/person-and-change.ts";
import { HABITUS_WINDOWS } from "./habitus-windows.ts";
import type { System } from "./system.ts";
import { createWindowSegmenter, type WindowState } from "./window-segmenter.ts";

const NAME = "habitus-typing";
const VERSION = 1;
/** Two full windows, which is a hundred keystrokes: three windows that overlap by half. */
export const TYPING_MINIMUM = 2;
export const TYPING_SUFFICIENT = 3;

/**
 * Typing rhythm by key region against what a background knows of people in general: a person / sitting / window model (PLDA)
 * that gives calibrated likelihood ratios from the first hundred keystrokes on, and tells a change of hands inside a sitting.
 * The background is decoded when it is first needed.
 */
export function createTyping(
  background: () => Background,
): System<WindowState, PersonAndChange> & { readonly comparator: () => string } {
  const model = () => background().model;
  return {
    name: NAME,
    version: VERSION,
    modalities: ["keystroke"],
    segmenter: createWindowSegmenter(HABITUS_WINDOWS),
    extractor: rhythmExtractor,
    comparator: () => comparatorId(model()),
    minimumSamples: TYPING_MINIMUM,
    sufficientSamples: TYPING_SUFFICIENT,
    enrol: (samples, { now }) =>
      enrolPerson(
        model(),
        samples.filter(({ values }) => isPlausibleTyping(values)),
        { minimum: TYPING_MINIMUM, now },
      ),
    compare(reference, probe) {
      const llr = isPlausibleTyping(probe.values) ? comparePerson(model(), reference, probe) : undefined;
      return llr === undefined ? none(probe) : evidence(reference, probe, { llr, alone: llr });
    },
    follow(reference, probe, sitting) {
      const before = sitting as PldaSitting | undefined; // it checks that the state is of its own background
      if (!isPlausibleTyping(probe.values)) return { evidence: none(probe), sitting };
      const followed = followSitting(model(), reference, { probe, before });
      if (followed === undefined) return { evidence: none(probe), sitting };
      const { llr, sittingLlr, alone } = followed;
      return { evidence: evidence(reference, probe, { llr, sittingLlr, alone }), sitting: followed.sitting };
    },
    confirm: (sitting) => confirmSitting(sitting as PldaSitting), // safe: only `follow` makes one
    background: () => [],
    trust: personAndChange,
    policy: habitusPolicy,
  };

  function evidence(
    reference: Reference,
    probe: FeatureSet,
    {
      llr,
      sittingLlr,
      alone,
    }: { readonly llr: number; readonly sittingLlr?: number | undefined; readonly alone: number },
  ): Evidence {
    return {
      kind: "evidence",
      llr,
      ...(sittingLlr !== undefined && { sittingLlr }),
      score: 1 / (1 + Math.exp(-alone)),
      source: `${NAME}@${VERSION}`,
      modalities: ["keystroke"],
      quality: Math.min(1, windowSize(model(), probe)),
      startedAt: probe.startedAt,
      at: probe.endedAt,
      keystrokes: probe.keystrokes,
      pointerEvents: 0,
      contributions: explainWindow(model(), reference, probe),
    };
  }
}

function none({ endedAt }: FeatureSet): NoEvidence {
  return { kind: "noEvidence", reason: "failureToAcquire", at: endedAt };
}
