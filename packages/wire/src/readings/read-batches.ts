import type { Event, Read, Reader, ReaderState } from "@habitus/core/reader";
import { roundEvents, roundQuantum } from "../encode-batch.ts";

/** What was captured of one stream, in time order. */
export interface Captured {
  readonly quantumMs: number;
  readonly events: readonly Event[];
  /** A phrase that is being typed ends with this batch; `ifSent`: if it was sent with Enter. */
  readonly endsPhrase?: "always" | "ifSent";
}

export interface BatchRead extends Omit<Read, "state"> {
  /** Instants of the first and the newest event; 0 where there is none. */
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface BatchReader {
  /** Reads the next events of the stream, as they would arrive where events are sent. */
  readonly read: (captured: Captured) => BatchRead;
  /** What is not finished yet. */
  readonly pending: () => ReaderState;
}

/** Returns what reads one stream batch by batch; it goes on with `pending`, what an earlier one left unfinished. */
export function createBatchReader(reader: Reader, pending: ReaderState = reader.initial()): BatchReader {
  let state = pending;
  return {
    pending: () => state,
    read({ endsPhrase, ...captured }) {
      const events = roundEvents(captured.events);
      const quantumMs = roundQuantum(captured.quantumMs);
      const { state: after, ...said } = reader.read(state, events, quantumMs);
      state = after;
      const startedAt = events[0]?.at ?? 0;
      const read = { ...said, startedAt, endedAt: events.at(-1)?.at ?? startedAt };
      if (endsPhrase === undefined) return read;
      const ended = reader.endPhrase(state, quantumMs, { ifSent: endsPhrase === "ifSent" });
      state = ended.state;
      if (ended.typed === undefined) return read;
      return { ...read, readings: [...read.readings, { kind: "phrase", typed: ended.typed }] };
    },
  };
}
