import { alignPhrase, logTimings, type Phrase, type PhraseAbsence } from "../../features/fixed-text/phrase.ts";
import type { Reference } from "../comparator.ts";
import { distanceOf, type Metric } from "./metric.ts";
import { NEW_PHRASE_PRACTICE } from "./practice.ts";
import { deviate, readReference, referenceOf } from "./read-reference.ts";
import type { PhraseTemplate } from "./template.ts";
import { follow, learn, withinReach } from "./update-template.ts";

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
