import type { Reference } from "../comparison/comparator.ts";
import { explainWindow } from "../comparison/plda/explain-window.ts";
import {
  compareProfiles,
  confirmProfiles,
  doubtOf,
  followProfiles,
  type ProfiledSitting,
  profileOf,
} from "../comparison/plda/follow-profiles.ts";
import { comparatorId, windowSize } from "../comparison/plda/plda-comparator.ts";
import { enrolProfiles, splitProfiles } from "../comparison/plda/profiles.ts";
import type { Evidence, NoEvidence } from "../evidence/evidence.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { isPlausibleTyping } from "../features/keystroke/rhythm/plausible-typing.ts";
import { rhythmExtractor } from "../features/keystroke/rhythm/rhythm-extractor.ts";
import type { Background } from "../models/background.ts";
import { habitusPolicy } from "../policy/presets.ts";
import { type PersonAndChange, personAndChange } from "../trust/person-and-change.ts";
import { HABITUS_WINDOWS } from "./habitus-windows.ts";
import { protectProfiles } from "./protect-profiles.ts";
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
    enrol: (samples, options) =>
      enrolProfiles(
        model(),
        samples.filter(({ values }) => isPlausibleTyping(values)),
        { ...options, minimum: TYPING_MINIMUM },
      ),
    compare(reference, probe) {
      if (!isPlausibleTyping(probe.values)) return none(probe);
      const found = compareProfiles(model(), splitProfiles(reference), probe);
      if (found === undefined) return none(probe);
      return evidence(found.best.reference, probe, { llr: found.llr, alone: found.llr });
    },
    follow(reference, probe, sitting) {
      const before = sitting as ProfiledSitting | undefined; // it checks that the state is of its own background
      if (!isPlausibleTyping(probe.values)) return { evidence: none(probe), sitting };
      const followed = followProfiles(model(), splitProfiles(reference), { probe, before });
      if (followed === undefined) return { evidence: none(probe), sitting };
      const { llr, sittingLlr, alone, best } = followed;
      return { evidence: evidence(best.reference, probe, { llr, sittingLlr, alone }), sitting: followed.sitting };
    },
    confirm: (sitting) => confirmProfiles(sitting as ProfiledSitting), // safe: only `follow` makes one
    doubt: (sitting) => doubtOf(sitting as ProfiledSitting), // safe for the same reason
    assign(reference, set, sitting) {
      const profile = profileOf(splitProfiles(reference), sitting as ProfiledSitting | undefined); // safe for the same reason
      if (profile === undefined) return undefined;
      return profile === 0 ? set : { ...set, profile };
    },
    background: () => [],
    protection: protectProfiles(model),
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
