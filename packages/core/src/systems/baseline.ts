import type { Reference } from "../comparison/comparator.ts";
import { attributeForest } from "../comparison/forest/predict-forest.ts";
import {
  createRandomForest,
  fillMissing,
  knowsPattern,
  RANDOM_FOREST_MINIMUM_SAMPLES,
  readForestReference,
} from "../comparison/random-forest.ts";
import type { Modality } from "../events/segment.ts";
import type { Contribution, Evidence, NoEvidence } from "../evidence/evidence.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { TUTORIAL_FEATURES, tutorialExtractor } from "../features/tutorial.ts";
import { logit } from "../math/stats.ts";
import { drawBackground } from "../models/baseline-background.ts";
import { baselinePolicy } from "../policy/presets.ts";
import { type MeanOfLastTen, meanOfLastTen } from "../trust/mean-of-last-ten.ts";
import { BASELINE_WINDOWS } from "./baseline-windows.ts";
import type { System } from "./system.ts";
import { createWindowSegmenter, type WindowState } from "./window-segmenter.ts";

const TREES = 100;
const NAMED_CONTRIBUTIONS = 3;
const comparator = createRandomForest(tutorialExtractor);

/**
 * The classic tutorial pipeline, so that everything after it has a yardstick: twelve features, one random forest per subject,
 * trust as the mean of the last ten scores against 0.7.
 *
 * The score is the probability of the enrolled subject. The tutorial instead printed a confidence, the larger of the two class
 * probabilities, and compared that with 0.7: a certain impostor (probability of the subject 0) had confidence 1.0 and was
 * authenticated. `baseline-printed` keeps that mistake to measure it.
 *
 * `background(count, seed)` gives keystroke windows, pointer windows and both in turn, and enrolment pairs like with like: ask
 * for at least three times as many as the subject has samples.
 *
 * The llr is the log-odds of the score, smoothed as if each tree had one vote and two votes were added (Laplace): both classes
 * are equally many in training, so odds are a likelihood ratio if the forest's probabilities are. It is assumed, not calibrated.
 */
export const baseline: System<WindowState, MeanOfLastTen> = {
  name: "baseline",
  version: 1,
  modalities: ["keystroke", "pointer"],
  segmenter: createWindowSegmenter(BASELINE_WINDOWS),
  extractor: tutorialExtractor,
  minimumSamples: RANDOM_FOREST_MINIMUM_SAMPLES,
  sufficientSamples: 60,
  enrol: comparator.enrol,
  compare: (reference, probe) => compareForest(reference, probe, "baseline@1"),
  background: (count, seed) => drawBackground(count, seed),
  trust: meanOfLastTen,
  policy: baselinePolicy,
};

/** Returns the smoothed log-odds of a forest's score: natural log, finite for 0 and 1 too. */
export function forestLlr(score: number): number {
  return logit((score * TREES + 1) / (TREES + 2));
}

/** Compares with a random-forest reference. A presence pattern that the reference has seen fewer than five times gives no evidence. */
export function compareForest(reference: Reference, probe: FeatureSet, source: string): Evidence | NoEvidence {
  const known = readForestReference(reference, probe);
  if (!knowsPattern(known, probe)) return { kind: "noEvidence", reason: "notEnrolled", at: probe.endedAt };
  const { probability, parts } = attributeForest(known.forest, fillMissing(probe));
  return {
    kind: "evidence",
    llr: forestLlr(probability),
    score: probability,
    source,
    modalities: modalitiesOf(probe),
    quality: qualityOf(probe),
    startedAt: probe.startedAt,
    at: probe.endedAt,
    keystrokes: probe.keystrokes,
    pointerEvents: probe.pointerEvents,
    contributions: contributionsOf(parts, probe),
  };
}

function modalitiesOf({ keystrokes, pointerEvents }: FeatureSet): Modality[] {
  return [...(keystrokes > 0 ? ["keystroke" as const] : []), ...(pointerEvents > 0 ? ["pointer" as const] : [])];
}

/** How full the fuller of the two windows was. */
function qualityOf({ keystrokes, pointerEvents }: FeatureSet): number {
  const { keystrokes: keys, pointerEvents: moves } = BASELINE_WINDOWS;
  return Math.min(1, Math.max(keystrokes / keys, pointerEvents / moves));
}

/** The loudest of the features that are there: a missing one says nothing about the person, though a tree may have asked for it. */
function contributionsOf(parts: Float64Array, { values }: FeatureSet): Contribution[] {
  let total = 0;
  for (const part of parts) total += Math.abs(part);
  const loudest: Contribution[] = [];
  const named = new Set<number>();
  while (total > 0 && loudest.length < NAMED_CONTRIBUTIONS) {
    let best = -1;
    for (let i = 0; i < parts.length; i += 1) {
      if (Number.isNaN(values[i]) || named.has(i)) continue;
      if (best < 0 || Math.abs(parts[i] ?? 0) > Math.abs(parts[best] ?? 0)) best = i;
    }
    const feature = TUTORIAL_FEATURES[best];
    if (feature === undefined) break;
    named.add(best);
    loudest.push({ feature, share: (parts[best] ?? 0) / total });
  }
  return loudest;
}
