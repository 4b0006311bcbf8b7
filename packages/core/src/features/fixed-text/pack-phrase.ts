import { KEY_ZONES } from "../../events/key-zone.ts";
import { FEWEST_KEYS, MOST_KEYS, type Phrase } from "./phrase.ts";

/** Number of keys, corrections, start and end; then zones, holds and latencies. Times in tenths of a millisecond, -1 where missing. */
const HEAD = 4;
const MISSING = -1;

/** Returns the phrase as a short list of whole numbers, for a session or a store to keep: 3 numbers a key. */
export function packPhrase({ zones, holdMs, latencyMs, corrections, startedAt, endedAt }: Phrase): number[] {
  return [
    zones.length,
    corrections,
    tenths(startedAt),
    tenths(endedAt),
    ...zones.map((zone) => KEY_ZONES.indexOf(zone)),
    ...Array.from(holdMs, tenths),
    ...Array.from(latencyMs, tenths),
  ];
}

/** Reads what `packPhrase` wrote; undefined where it makes no sense. */
export function unpackPhrase(packed: readonly number[]): Phrase | undefined {
  const [keys = 0, corrections = 0, startedAt = 0, endedAt = 0] = packed;
  if (!(keys >= FEWEST_KEYS && keys <= MOST_KEYS) || packed.length !== HEAD + 3 * keys - 1) return undefined;
  const zones = packed.slice(HEAD, HEAD + keys).map((index) => KEY_ZONES[index] ?? "other");
  const times = Float64Array.from(packed.slice(HEAD + keys), (time) => (time === MISSING ? Number.NaN : time / 10));
  return {
    kind: "phrase",
    zones,
    holdMs: times.slice(0, keys),
    latencyMs: times.slice(keys),
    corrections,
    startedAt: startedAt / 10,
    endedAt: endedAt / 10,
  };
}

function tenths(timeMs: number): number {
  return Number.isNaN(timeMs) ? MISSING : Math.round(timeMs * 10);
}
