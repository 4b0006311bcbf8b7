import { CoreError } from "../../error.ts";
import type { KeyZone } from "../../events/key-zone.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import {
  alignPhrase,
  logTimings,
  PHRASE_EXTRACTOR,
  type Phrase,
  type PhraseAbsence,
} from "../../features/fixed-text/phrase.ts";
import type { FailureToEnrol, Reference } from "../comparator.ts";
import { decodeTemplate, encodeTemplate } from "./encode-template.ts";
import { type Deviations, deviations, distanceOf, type Metric, metricOf } from "./metric.ts";
import { type PhraseModel, traitNames, weigh } from "./phrase-model.ts";
import { type PopulationMetric, populationMetric, populationTraits } from "./population.ts";
import { NEW_PHRASE_PRACTICE, practised } from "./practice.ts";
import { fitTemplate, type PhraseTemplate } from "./template.ts";
import { traitsOf } from "./traits.ts";
import { follow, learn, withinReach } from "./update-template.ts";

export const FIXED_TEXT_COMPARATOR = "fixed-text@1";
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

function deviate(
  { template, metric }: Pick<Ready, "template" | "metric">,
  row: Float64Array,
  options: { readonly attempt: number | undefined; readonly practice: number },
): { readonly centre: Float64Array; readonly found: Deviations } {
  const { working, attempts } = template;
  const to = options.attempt ?? attempts + 1;
  const centre = practised(working.mean, metric.keys, { from: working.at, to, practice: options.practice });
  return { centre, found: deviations(metric, centre, row) };
}

export interface UpdatedPhrase {
  readonly kind: "updatedPhrase";
  readonly reference: Reference;
  /** Whether the repetition was taken in; where not, only the attempt was counted. */
  readonly learnt: boolean;
}

export interface UpdateOptions {
  readonly now: number;
  /** Of the model. */
  readonly practice?: number;
}

/** Distances up to which about 5 % of impostors' attempts come (recipe FT1), by how much the reference has learnt from. */
const GUARD = 0.72 + 0.18;
const GUARD_PER_LOG_SAMPLE = 0.07;

/**
 * Takes in a repetition of a session that nothing confirms: where it looks like the person, the working mean follows it, but never
 * further than a tenth of a spread from what was confirmed. So nobody can lead the reference away in small steps.
 */
export function adaptPhrase(
  reference: Reference,
  phrase: Phrase,
  options: UpdateOptions,
): UpdatedPhrase | PhraseAbsence {
  return update(reference, phrase, { ...options, rule: "adapt" });
}

/** Takes in a repetition of a session in which the person was confirmed (a step-up passed in that same session), whatever it looks like. */
export function confirmPhrase(
  reference: Reference,
  phrase: Phrase,
  options: UpdateOptions,
): UpdatedPhrase | PhraseAbsence {
  return update(reference, phrase, { ...options, rule: "confirm" });
}

/**
 * Takes in whatever looks like the person, without an anchor. The most accurate, and a patient impostor can lead it astray: for
 * devices on which nobody else can try.
 */
export function followPhrase(
  reference: Reference,
  phrase: Phrase,
  options: UpdateOptions,
): UpdatedPhrase | PhraseAbsence {
  return update(reference, phrase, { ...options, rule: "follow" });
}

function update(
  reference: Reference,
  phrase: Phrase,
  { now, practice = NEW_PHRASE_PRACTICE, rule }: UpdateOptions & { readonly rule: "adapt" | "confirm" | "follow" },
): UpdatedPhrase | PhraseAbsence {
  const { template, metric } = readReference(reference);
  const aligned = alignPhrase(phrase, template.zones);
  if (aligned.kind === "phraseAbsence") return aligned;
  const row = logTimings(aligned);
  const { found } = deviate({ template, metric }, row, { attempt: undefined, practice });
  const near = distanceOf(found) < GUARD + GUARD_PER_LOG_SAMPLE * Math.log(metric.effective);
  const learnt = near || rule === "confirm";
  const moved = learnt ? move(template, row, { metric, practice, rule }) : template;
  const attempts = template.attempts + 1;
  const working =
    rule === "follow"
      ? moved.working
      : withinReach({ ...moved.working, ...(learnt ? { at: attempts } : {}) }, moved.anchor, metric.keys, practice);
  return { kind: "updatedPhrase", learnt, reference: referenceOf({ ...moved, working, attempts }, now) };
}

function move(
  template: PhraseTemplate,
  row: Float64Array,
  {
    metric,
    practice,
    rule,
  }: { readonly metric: Metric; readonly practice: number; readonly rule: "adapt" | "confirm" | "follow" },
): PhraseTemplate {
  if (rule === "follow") {
    const followed = learn(template, row, { metric, practice, steps: 1 });
    return { ...followed, working: followed.anchor };
  }
  const at = template.attempts + 1;
  const working = follow(template.working, row, { metric, at, practice, steps: 1 });
  return rule === "adapt" ? { ...template, working } : { ...learn(template, row, { metric, practice }), working };
}

interface Ready {
  readonly template: PhraseTemplate;
  readonly metric: Metric;
  readonly populations: WeakMap<object, PopulationMetric | undefined>;
}

const ready = new WeakMap<Reference, Ready>();

/** The same object is decoded once. */
export function readReference(reference: Reference): Ready {
  const known = ready.get(reference);
  if (known !== undefined) return known;
  if (reference.comparator !== FIXED_TEXT_COMPARATOR || reference.extractor !== PHRASE_EXTRACTOR)
    throw new CoreError(
      "versionMismatch",
      `a reference of ${reference.comparator} on ${reference.extractor} cannot be compared by ${FIXED_TEXT_COMPARATOR} on ${PHRASE_EXTRACTOR}: enrol again`,
    );
  const template = decodeTemplate(reference.payload);
  const made = { template, metric: metricOf(template), populations: new WeakMap() };
  ready.set(reference, made);
  return made;
}

function referenceOf(template: PhraseTemplate, now: number): Reference {
  return {
    kind: "reference",
    comparator: FIXED_TEXT_COMPARATOR,
    extractor: PHRASE_EXTRACTOR,
    samples: template.samples,
    enrolledAt: now,
    payload: encodeTemplate(template),
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
