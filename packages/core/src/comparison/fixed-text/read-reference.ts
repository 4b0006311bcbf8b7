import { CoreError } from "../../error.ts";
import { PHRASE_EXTRACTOR } from "../../features/fixed-text/phrase.ts";
import type { Reference } from "../comparator.ts";
import { decodeTemplate, encodeTemplate } from "./encode-template.ts";
import { type Deviations, deviations, type Metric, metricOf } from "./metric.ts";
import type { PopulationMetric } from "./population.ts";
import { practised } from "./practice.ts";
import type { PhraseTemplate } from "./template.ts";

export const FIXED_TEXT_COMPARATOR = "fixed-text@1";

/** A reference, decoded, with what follows from it. */
export interface Ready {
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

export function referenceOf(template: PhraseTemplate, now: number): Reference {
  return {
    kind: "reference",
    comparator: FIXED_TEXT_COMPARATOR,
    extractor: PHRASE_EXTRACTOR,
    samples: template.samples,
    enrolledAt: now,
    payload: encodeTemplate(template),
  };
}

/** Returns where the person's log times are expected to lie at that attempt (the next one if it is not said), and how far these lie from it. */
export function deviate(
  { template, metric }: Pick<Ready, "template" | "metric">,
  row: Float64Array,
  options: { readonly attempt: number | undefined; readonly practice: number },
): { readonly centre: Float64Array; readonly found: Deviations } {
  const { working, attempts } = template;
  const to = options.attempt ?? attempts + 1;
  const centre = practised(working.mean, metric.keys, { from: working.at, to, practice: options.practice });
  return { centre, found: deviations(metric, centre, row) };
}
