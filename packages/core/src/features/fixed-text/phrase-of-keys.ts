import type { KeyZone } from "../../events/key-zone.ts";
import type { Keystroke } from "../../events/segment.ts";
import { FEWEST_KEYS, MOST_KEYS, type Phrase, type PhraseAbsence } from "./phrase.ts";

/** A pause of this long is an interruption, not rhythm. */
const INTERRUPTION_MS = 10_000;
/** Held this long, a key repeats itself: what stands in the field is not known any more. */
const HELD_MS = 2000;
/** At most this share of the keys may have been deleted again, and of the times be missing. */
const CORRECTED = 0.5;
const MISSING = 0.25;
/** Coarser clocks than 30 frames a second leave no rhythm in a dozen keys. */
const COARSEST_MS = 34;
/** No hands press keys this fast throughout (ms a key): it was inserted by a program. */
const FASTEST_MS = 5;
/** Keys that stand for nothing in the text: which Shift, when it went down and modifiers of layouts differ from time to time. */
const SILENT: ReadonlySet<KeyZone> = new Set(["shiftLeft", "shiftRight", "other"]);

/**
 * Returns what keystrokes (in the order of their presses) typed into an empty field, or why that cannot be told. Backspace takes away
 * the key before it; a latency over a gap so made is missing, because it is the time of a correction.
 */
export function phraseOfKeys(keystrokes: readonly Keystroke[], { quantumMs = 1 } = {}): Phrase | PhraseAbsence {
  const startedAt = keystrokes[0]?.pressAt ?? 0;
  const endedAt = keystrokes.reduce((end, { pressAt, releaseAt }) => Math.max(end, releaseAt ?? pressAt), startedAt);
  const absent = (reason: PhraseAbsence["reason"]): PhraseAbsence => ({
    kind: "phraseAbsence",
    reason,
    startedAt,
    endedAt,
  });
  if (keystrokes.length === 0) return absent("nothingTyped");
  if (quantumMs > COARSEST_MS) return absent("clockTooCoarse");
  if (keystrokes.some(({ zone }) => zone === "navigation")) return absent("edited");
  const { kept, corrections } = withoutDeleted(keystrokes);
  if (kept.length < FEWEST_KEYS) return absent("tooFewKeys");
  if (kept.length > MOST_KEYS) return absent("tooManyKeys");
  if (corrections > CORRECTED * kept.length) return absent("tooManyCorrections");
  const holdMs = Float64Array.from(kept, ({ keystroke: key }) => (key.releaseAt ?? Number.NaN) - key.pressAt);
  const latencyMs = Float64Array.from(kept.slice(1), (next, i) => latency(kept[i], next));
  if (holdMs.some((hold) => hold > HELD_MS)) return absent("keyHeld");
  const times = [...holdMs, ...latencyMs];
  if (times.some((time) => time < 0 || time === Infinity)) return absent("implausibleTiming");
  if (times.filter(Number.isNaN).length > MISSING * times.length) return absent("timesMissing");
  if (endedAt - startedAt < FASTEST_MS * kept.length || times.every((time) => time === times[0] || Number.isNaN(time)))
    return absent("implausibleTiming");
  return {
    kind: "phrase",
    zones: kept.map(({ keystroke }) => keystroke.zone),
    holdMs,
    latencyMs,
    corrections,
    startedAt,
    endedAt,
  };
}

interface Kept {
  readonly keystroke: Keystroke;
  /** Place among all keys that stand for something, the deleted ones and Backspace included. */
  readonly place: number;
}

function withoutDeleted(keystrokes: readonly Keystroke[]): {
  readonly kept: readonly Kept[];
  readonly corrections: number;
} {
  const kept: Kept[] = [];
  let corrections = 0;
  let place = 0;
  for (const key of keystrokes) {
    if (SILENT.has(key.zone)) continue;
    place += 1;
    if (key.zone !== "backspace") kept.push({ keystroke: key, place });
    else if (kept.pop() !== undefined) corrections += 1;
  }
  return { kept, corrections };
}

function latency(before: Kept | undefined, next: Kept): number {
  if (before === undefined || next.place !== before.place + 1) return Number.NaN;
  const time = next.keystroke.pressAt - before.keystroke.pressAt;
  return time > INTERRUPTION_MS ? Number.NaN : time;
}
