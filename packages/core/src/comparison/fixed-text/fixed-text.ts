import type { KeyZone } from "../../events/key-zone.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import { alignPhrase, logTimings, type Phrase, type PhraseAbsence } from "../../features/fixed-text/phrase.ts";
import type { FailureToEnrol, Reference } from "../comparator.ts";
import { distanceOf } from "./metric.ts";
import { type PhraseModel, traitNames, weigh } from "./phrase-model.ts";
import { populationMetric, populationTraits } from "./population.ts";
import { deviate, readReference, referenceOf } from "./read-reference.ts";
import { fitTemplate } from "./template.ts";
import { traitsOf } from "./traits.ts";

export const FIXED_TEXT_SYSTEM = "habitus-fixed-text@1";
/** Repetitions needed. Ten, spread over days, are much better. */
export const FEWEST_REPETITIONS = 3;

export interface EnrolledPhrase {
  readonly kind: "enrolledPhrase";
  readonly reference: Reference;
  /** Repetitions that were used, and those that were other keys than most. */
  readonly used: number;
  readonly left: number;
}

/**
 * Makes a reference of repetitions of one phrase, oldest first: at least three with the same keys. What most repetitions have in common is
 * the phrase; the others are left out. `FailureToEnrol` says how many are missing.
 */
export function enrolPhrase(
  phrases: readonly Phrase[],
  { now }: { readonly now: number },
): EnrolledPhrase | FailureToEnrol {
  const zones = commonest(phrases);
  const rows: Float64Array[] = [];
  const attempts: number[] = [];
  phrases.forEach((phrase, i) => {
    const aligned = alignPhrase(phrase, zones);
    if (aligned.kind === "phraseAbsence") return;
    rows.push(logTimings(aligned));
    attempts.push(i + 1);
  });
  const have = rows.length;
  if (have < FEWEST_REPETITIONS)
    return {
      kind: "failureToEnrol",
      reason: "tooFewSamples",
      have,
      need: FEWEST_REPETITIONS,
      missing: FEWEST_REPETITIONS - have,
    };
  const template = { ...fitTemplate(rows, zones, attempts), attempts: phrases.length };
  return { kind: "enrolledPhrase", reference: referenceOf(template, now), used: have, left: phrases.length - have };
}

/** How a probe is held against a reference. */
export interface CompareOptions {
  /** Number of the attempt that is judged, from 1; the next one where it is not said. */
  readonly attempt?: number;
}

/**
 * Returns what one repetition says: a calibrated log-likelihood ratio with the traits that spoke loudest, or why it is no repetition of
 * this phrase. `score` is minus the distance of recipe FT1. Throws a `CoreError` for a reference of another version.
 */
export function comparePhrase(
  model: PhraseModel,
  reference: Reference,
  phrase: Phrase,
  options: CompareOptions = {},
): Evidence | PhraseAbsence {
  const found = examine(model, reference, phrase, options);
  if (found.kind === "phraseAbsence") return found;
  const { llr, shares } = weigh(model, found.traits, found.samples);
  const names = traitNames(model);
  return {
    kind: "evidence",
    llr,
    score: -found.distance,
    source: FIXED_TEXT_SYSTEM,
    modalities: ["keystroke"],
    quality: found.known,
    startedAt: phrase.startedAt,
    at: phrase.endedAt,
    keystrokes: phrase.zones.length,
    pointerEvents: 0,
    contributions: shares
      .map((share, k) => ({ feature: names[k] ?? "", share }))
      .sort((a, b) => Math.abs(b.share) - Math.abs(a.share)),
  };
}

export interface Examined {
  readonly kind: "examined";
  readonly traits: Float64Array;
  /** Of recipe FT1: 0 = exactly as usual. */
  readonly distance: number;
  /** Share of the times that could be compared. */
  readonly known: number;
  readonly samples: number;
}

/** Returns the traits of a comparison before they are weighed: what a model is learnt from. */
export function examine(
  model: Pick<PhraseModel, "practice" | "population">,
  reference: Reference,
  phrase: Phrase,
  { attempt }: CompareOptions = {},
): Examined | PhraseAbsence {
  const { template, metric, populations } = readReference(reference);
  const aligned = alignPhrase(phrase, template.zones);
  if (aligned.kind === "phraseAbsence") return aligned;
  const row = logTimings(aligned);
  const { centre, found } = deviate({ template, metric }, row, { attempt, practice: model.practice });
  if (found.known === 0) return { ...aligned, kind: "phraseAbsence", reason: "timesMissing" };
  const traits = traitsOf(metric, { centre, row }, found);
  let all = traits;
  if (model.population !== undefined) {
    const { population } = model;
    if (!populations.has(population)) populations.set(population, populationMetric(population, template));
    const own = populations.get(population);
    if (own === undefined) return { ...aligned, kind: "phraseAbsence", reason: "otherKeys" };
    all = Float64Array.of(...traits, ...populationTraits(own, row));
  }
  const { known } = found;
  return {
    kind: "examined",
    traits: all,
    distance: distanceOf(found),
    known: known / row.length,
    samples: template.samples,
  };
}

/** The keys that most repetitions have; of equally many, those that came first. */
function commonest(phrases: readonly Phrase[]): readonly KeyZone[] {
  const counts = new Map<string, { readonly zones: readonly KeyZone[]; count: number }>();
  for (const { zones } of phrases) {
    const name = zones.join();
    const entry = counts.get(name) ?? { zones, count: 0 };
    entry.count += 1;
    counts.set(name, entry);
  }
  return [...counts.values()].reduce((best, one) => (one.count > best.count ? one : best), {
    zones: [] as readonly KeyZone[],
    count: 0,
  }).zones;
}
