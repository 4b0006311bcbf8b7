import type { Reference } from "../comparison/comparator.ts";
import { windowSize } from "../comparison/plda/plda-comparator.ts";
import { explainStrokes } from "../comparison/pointer/explain-strokes.ts";
import {
  type ArmsSitting,
  armsId,
  compareArms,
  confirmArms,
  enrolArms,
  followArms,
} from "../comparison/pointer/pointer-arms.ts";
import type { Evidence, NoEvidence } from "../evidence/evidence.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { strokesExtractor } from "../features/pointer/strokes/strokes-extractor.ts";
import type { PointerBackground } from "../models/pointer-background.ts";
import { shippedPointer } from "../models/shipped-pointer.ts";
import { habitusPolicy } from "../policy/presets.ts";
import { type PersonAndChange, personAndChange } from "../trust/person-and-change.ts";
import type { System } from "./system.ts";
import { createWindowSegmenter, type WindowOptions, type WindowState } from "./window-segmenter.ts";

/** Windows of 128 moves, which are two or three strokes, none of them in two. Keystrokes are cut as ever and passed over. */
export const POINTING_WINDOWS: WindowOptions = {
  keystrokes: 50,
  keystrokeStride: 50,
  pointerEvents: 128,
  pointerStride: 128,
};

const NAME = "habitus-pointing";
const VERSION = 1;
/** About ten seconds of movement. */
const MINIMUM_WINDOWS = 4;
const SUFFICIENT_SAMPLES = 20;

/**
 * Strokes of a mouse against what a background knows of people in general: calibrated likelihood ratios from a window on, the
 * owner with the known device or, rarely, with another one. Pens and fingers are no evidence.
 */
export function createPointing(
  background: () => PointerBackground,
): System<WindowState, PersonAndChange> & { readonly comparator: () => string } {
  const arms = () => background().arms;
  return {
    name: NAME,
    version: VERSION,
    modalities: ["pointer"],
    segmenter: createWindowSegmenter(POINTING_WINDOWS),
    extractor: strokesExtractor,
    comparator: () => armsId(arms()),
    minimumSamples: MINIMUM_WINDOWS,
    sufficientSamples: SUFFICIENT_SAMPLES,
    enrol: (samples, { now }) =>
      enrolArms(
        arms(),
        samples.filter(({ pointerEvents }) => pointerEvents > 0),
        { minimum: MINIMUM_WINDOWS, now },
      ),
    compare(reference, probe) {
      const llr = compareArms(arms(), reference, probe);
      return llr === undefined ? none(probe) : evidence(reference, probe, { llr, alone: llr });
    },
    follow(reference, probe, sitting) {
      const before = sitting as ArmsSitting | undefined; // either part checks that its state is of its own background
      const followed = followArms(arms(), reference, { probe, before });
      if (followed === undefined) return { evidence: none(probe), sitting };
      return { evidence: evidence(reference, probe, followed), sitting: followed.sitting };
    },
    confirm: (sitting) => confirmArms(sitting as ArmsSitting), // safe: only `follow` makes one
    background: () => [],
    trust: personAndChange,
    policy: habitusPolicy,
  };

  function evidence(
    reference: Reference,
    probe: FeatureSet,
    said: { readonly llr: number; readonly sittingLlr?: number | undefined; readonly alone: number },
  ): Evidence {
    return {
      kind: "evidence",
      llr: said.llr,
      ...(said.sittingLlr !== undefined && { sittingLlr: said.sittingLlr }),
      score: 1 / (1 + Math.exp(-said.alone)),
      source: `${NAME}@${VERSION}`,
      modalities: ["pointer"],
      quality: Math.min(1, windowSize(arms().full, probe)),
      startedAt: probe.startedAt,
      at: probe.endedAt,
      keystrokes: 0,
      pointerEvents: probe.pointerEvents,
      contributions: explainStrokes(arms(), reference, probe),
    };
  }
}

function none({ endedAt }: FeatureSet): NoEvidence {
  return { kind: "noEvidence", reason: "failureToAcquire", at: endedAt };
}

/** With the background that comes with Habitus. */
export const pointing = createPointing(shippedPointer);
