import { ACQUIRE_FAILURES, PHRASE_ABSENCES, packPhrase, type Reading, type UsageState } from "@habitus/core/reader";
import { packValues } from "./pack-values.ts";
import type { WireReading, WireReadings, WireUsage } from "./readings-batch.ts";

/** What a page read since its last batch. */
export interface ReadingsBatch {
  readonly stream: number;
  readonly seq: number;
  readonly reader: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly lost: number;
  readonly seen: { readonly events: number; readonly keystrokes: number; readonly pointerEvents: number };
  readonly pendingKeystrokes: number;
  readonly usage: UsageState;
  readonly readings: readonly Reading[];
}

/** Returns the batch as it crosses the network. */
export function encodeReadings(batch: ReadingsBatch): WireReadings {
  const { stream, seq, reader, startedAt, endedAt, lost, seen, pendingKeystrokes, usage, readings } = batch;
  return {
    v: 2,
    stream,
    seq,
    t: Math.max(0, Math.round(startedAt * 10)),
    u: Math.max(0, Math.round(endedAt * 10)),
    lost,
    x: reader,
    n: [seen.events, seen.keystrokes, seen.pointerEvents, pendingKeystrokes],
    g: packUsage(usage),
    r: readings.map(encodeReading),
  };
}

function encodeReading(reading: Reading): WireReading {
  switch (reading.kind) {
    case "window": {
      const { startedAt, endedAt, keystrokes, pointerEvents, values } = reading.set;
      return { k: "w", s: startedAt, e: endedAt, c: [keystrokes, pointerEvents], f: packValues(values) };
    }
    case "support": {
      const { startedAt, endedAt, values } = reading.set;
      return { k: "s", m: reading.modality, s: startedAt, e: endedAt, f: packValues(values) };
    }
    case "failure": {
      const { reason, startedAt, endedAt } = reading.failure;
      return { k: "f", y: ACQUIRE_FAILURES.indexOf(reason), s: startedAt, e: endedAt };
    }
    case "phrase": {
      const { field, phrase } = reading.typed;
      if (phrase.kind === "phrase") return { k: "p", h: field, p: packPhrase(phrase) };
      const { reason, startedAt, endedAt } = phrase;
      return { k: "a", h: field, y: PHRASE_ABSENCES.indexOf(reason), s: startedAt, e: endedAt };
    }
  }
}

/** Returns the counts without those that are 0; where they go on from stays in the page. */
function packUsage({ kind: _kind, version: _version, last: _last, turn: _turn, ...counts }: UsageState): WireUsage {
  const entries = Object.entries(counts).map(([name, count]): [string, WireUsage[string]] => [
    name,
    typeof count === "number" ? count : Object.fromEntries(Object.entries(count).filter(([, one]) => one > 0)),
  ]);
  return Object.fromEntries(
    entries.filter(([, count]) => (typeof count === "number" ? count > 0 : Object.keys(count ?? {}).length > 0)),
  );
}
