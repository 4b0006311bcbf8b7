import type { KeyZone } from "../../events/key-zone.ts";

/** Name and version of how phrases are read: references of another one are never compared. */
export const PHRASE_EXTRACTOR = "phrase@1";
/** Fewer keys than this have no rhythm to speak of. */
export const FEWEST_KEYS = 5;
/** A comparison takes the cube of the number of keys: this is six words. */
export const MOST_KEYS = 40;

/**
 * One repetition of a phrase typed into a field: positions and regions of keys, never letters. It is what stands in the field at the
 * end: keys that were deleted again are gone, and a time that spans a correction or an interruption is NaN.
 */
export interface Phrase {
  readonly kind: "phrase";
  readonly zones: readonly KeyZone[];
  /** Press to release of each key, ms; NaN = the release was not seen. */
  readonly holdMs: Float64Array;
  /** Press to press of neighbouring keys, ms: one fewer than keys. */
  readonly latencyMs: Float64Array;
  /** Keys that were deleted again. */
  readonly corrections: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

export const PHRASE_ABSENCES = [
  "nothingTyped",
  "tooFewKeys",
  "tooManyKeys",
  "pasted",
  "filledIn",
  "composed",
  "softKeyboard",
  "edited",
  "tooManyCorrections",
  "keyHeld",
  "timesMissing",
  "clockTooCoarse",
  "implausibleTiming",
  "otherNumberOfKeys",
  "otherKeys",
] as const;

/** No repetition that can be used, and why: a value of its own type, never a bad score. */
export interface PhraseAbsence {
  readonly kind: "phraseAbsence";
  readonly reason: (typeof PHRASE_ABSENCES)[number];
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Log times: this is added to the ms, so that a hold of nothing is no infinity and a key's bounce no outlier. */
const HOLD_OFFSET_MS = 10;
const LATENCY_OFFSET_MS = 30;

/** Returns how many numbers a phrase of that many keys has: a hold for each, a latency for each pair of neighbours. */
export function timingCount(keys: number): number {
  return 2 * keys - 1;
}

/** Returns natural logs of the times, holds first: ln(hold + 10 ms), ln(latency + 30 ms). What is missing is NaN. */
export function logTimings({ holdMs, latencyMs }: Pick<Phrase, "holdMs" | "latencyMs">): Float64Array {
  const values = new Float64Array(holdMs.length + latencyMs.length);
  for (let i = 0; i < holdMs.length; i += 1)
    values[i] = Math.log(Math.max(0, holdMs[i] ?? Number.NaN) + HOLD_OFFSET_MS);
  for (let i = 0; i < latencyMs.length; i += 1)
    values[holdMs.length + i] = Math.log(Math.max(0, latencyMs[i] ?? Number.NaN) + LATENCY_OFFSET_MS);
  return values;
}

/**
 * Returns the phrase on the keys of a reference, or why it is another one. An Enter or Tab at the end is no part of what was typed:
 * where only one side has it, it is left out or its times are missing.
 */
export function alignPhrase(phrase: Phrase, zones: readonly KeyZone[]): Phrase | PhraseAbsence {
  const { kind: _, ...rest } = phrase;
  const extra = phrase.zones.length - zones.length;
  const absent = (reason: PhraseAbsence["reason"]): PhraseAbsence => ({
    kind: "phraseAbsence",
    reason,
    startedAt: phrase.startedAt,
    endedAt: phrase.endedAt,
  });
  const keys = Math.min(phrase.zones.length, zones.length);
  const submitted = extra === 0 || (Math.abs(extra) === 1 && isSubmit((extra > 0 ? phrase.zones : zones)[keys]));
  if (!submitted) return absent("otherNumberOfKeys");
  for (let i = 0; i < keys; i += 1) if (phrase.zones[i] !== zones[i]) return absent("otherKeys");
  if (extra === 0) return phrase;
  return {
    ...rest,
    kind: "phrase",
    zones,
    holdMs: resize(phrase.holdMs, zones.length),
    latencyMs: resize(phrase.latencyMs, zones.length - 1),
  };
}

function isSubmit(zone: KeyZone | undefined): boolean {
  return zone === "enter" || zone === "tab";
}

function resize(values: Float64Array, length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => values[i] ?? Number.NaN);
}
