import type { Event, Reader, ReaderState } from "@habitus/core/reader";
import type { WireBatch } from "../batch.ts";
import { encodeBatch } from "../encode-batch.ts";
import type { Tier } from "../tiers.ts";
import { encodeReadings } from "./encode-readings.ts";
import type { WireReadings } from "./readings-batch.ts";

export interface BatchOf {
  readonly seq: number;
  readonly quantumMs: number;
  readonly lost: number;
  readonly events: readonly Event[];
}

/**
 * Returns what turns the events of one stream into the batches of a tier, in order: their events, or what is read of them. Throws a
 * `TypeError` for a tier that sends neither, and where readings are wanted and there is no reader.
 */
export function createBatchMaker(
  stream: number,
  { tier, reader }: { readonly tier: Tier; readonly reader: Reader | undefined },
): (batch: BatchOf) => WireBatch | WireReadings {
  if (tier === "events") return (batch) => encodeBatch({ ...batch, stream });
  if (tier !== "features" || reader === undefined)
    throw new TypeError(
      "the service reads behaviour with a version that is not known here: load the one that it serves",
    );
  let state: ReaderState = reader.initial();
  return ({ seq, lost, events, quantumMs }) => {
    const read = reader.read(state, events, quantumMs);
    state = read.state;
    const startedAt = events[0]?.at ?? 0;
    const endedAt = events.at(-1)?.at ?? startedAt;
    return encodeReadings({ ...read, reader: reader.id, stream, seq, lost, startedAt, endedAt });
  };
}
