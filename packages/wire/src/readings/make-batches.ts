import type { Event, Reader, ReaderState } from "@habitus/core/reader";
import type { WireBatch } from "../batch.ts";
import { encodeBatch, roundEvents, roundQuantum } from "../encode-batch.ts";
import type { Tier } from "../tiers.ts";
import { encodeReadings } from "./encode-readings.ts";
import type { WireReadings } from "./readings-batch.ts";

export interface BatchOf {
  readonly stream: number;
  readonly seq: number;
  readonly quantumMs: number;
  readonly lost: number;
  /** Of one stream, in time order. */
  readonly events: readonly Event[];
  /** A phrase that is being typed ends with this batch; `ifSent`: if it was sent with Enter. */
  readonly endsPhrase?: "always" | "ifSent";
}

export interface BatchMaker {
  readonly make: (batch: BatchOf) => WireBatch | WireReadings;
  /** What is not finished yet, where the page reads for itself. */
  readonly pending: () => ReaderState | undefined;
}

/**
 * Returns what turns the events of one stream into the batches of a tier, in order: their events, or what is read of them. `pending` is
 * what an earlier maker left unfinished. Throws a `TypeError` where readings are wanted and there is no reader.
 */
export function createBatchMaker({
  tier,
  reader,
  pending,
}: {
  readonly tier: Exclude<Tier, "device">;
  readonly reader: Reader | undefined;
  readonly pending?: ReaderState | undefined;
}): BatchMaker {
  if (tier === "events") return { make: encodeBatch, pending: () => undefined };
  if (reader === undefined)
    throw new TypeError("the service reads behaviour with another version than this page: load the one that it serves");
  let state = pending ?? reader.initial();
  return {
    pending: () => state,
    make({ endsPhrase, ...batch }) {
      const events = roundEvents(batch.events);
      const quantumMs = roundQuantum(batch.quantumMs);
      const read = reader.read(state, events, quantumMs);
      state = read.state;
      const readings = [...read.readings];
      if (endsPhrase !== undefined) {
        const { state: after, typed } = reader.endPhrase(state, quantumMs, { ifSent: endsPhrase === "ifSent" });
        state = after;
        if (typed !== undefined) readings.push({ kind: "phrase", typed });
      }
      const startedAt = events[0]?.at ?? 0;
      const endedAt = events.at(-1)?.at ?? startedAt;
      return encodeReadings({ ...batch, ...read, readings, reader: reader.id, startedAt, endedAt });
    },
  };
}
