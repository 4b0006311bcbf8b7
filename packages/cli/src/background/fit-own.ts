import { createHash } from "node:crypto";
import { type Background, encodeBackground, type FeatureSet, HABITUS_WINDOWS, rhythmExtractor } from "@habitus/core";
import { fitPlda, WindowsTableBuilder } from "@habitus/core/fit";

export interface FitOwn {
  /** Whose people they are. */
  readonly application: string;
  /** ISO 8601 date. */
  readonly date: string;
  readonly onProgress: (share: number) => void;
}

/** The values of typing come first in the feature sets of `habitus`. */
const TYPING_VALUES = rhythmExtractor.featureNames.length;
const UNIT = HABITUS_WINDOWS.keystrokes;
const SITTING_PAUSE_MS = 30 * 60_000;
/** As many as `habitus background fit` keeps. */
const DIMENSIONS = 144;
const FEATURES = 760;

/**
 * Returns what these people in general type like. Each is a list of feature sets, oldest first; of windows that overlap only those
 * are taken that share no keystroke. Deterministic. Throws a `RangeError` for fewer than 8 people with two windows each.
 */
export function fitOwn(
  people: readonly (readonly FeatureSet[])[],
  { application, date, onProgress }: FitOwn,
): Background {
  const table = new WindowsTableBuilder(TYPING_VALUES);
  let sitting = 0;
  for (const [subject, sets] of people.entries()) {
    let until = Number.NEGATIVE_INFINITY;
    for (const { values, keystrokes, startedAt, endedAt } of sets) {
      if (keystrokes === 0 || startedAt < until) continue; // pointing has a background of its own
      if (startedAt - until > SITTING_PAUSE_MS) sitting += 1;
      until = endedAt;
      table.add(values.subarray(0, TYPING_VALUES), { subject, sitting, population: 0, size: keystrokes / UNIT });
    }
  }
  const built = table.build();
  const model = fitPlda(built, {
    id: "unnamed",
    extractor: `${rhythmExtractor.name}@${rhythmExtractor.version}`,
    unit: UNIT,
    dimensions: DIMENSIONS,
    features: FEATURES,
    onProgress,
  });
  const provenance = {
    data: [{ name: `subjects of ${application}`, terms: "the consent of each" }],
    people: people.length,
    windows: built.subject.length,
    furtherSittings: sitting - people.length,
    fittedAt: date,
    software: "habitus 0.1.0",
    note: "Learnt from the stored feature sets of a service's own people.",
  };
  const digest = createHash("sha256").update(encodeBackground({ provenance, model })).digest("hex").slice(0, 8);
  return { provenance, model: { ...model, id: `own-${people.length}-${digest}` } };
}
