import type { Reader, ReaderState } from "@habitus/core/reader";
import type { WireBatch } from "../batch.ts";
import { encodeBatch } from "../encode-batch.ts";
import type { Tier } from "../tiers.ts";
import { encodeReadings } from "./encode-readings.ts";
import { type Captured, createBatchReader } from "./read-batches.ts";
import type { WireReadings } from "./readings-batch.ts";

export interface BatchOf extends Captured {
  readonly stream: number;
  readonly seq: number;
  readonly lost: number;
}

export interface BatchMaker {
  readonly make: (batch: BatchOf) => WireBatch | WireReadings;
  /** What is not finished yet, where the page reads for itself. */
  readonly pending: () => ReaderState | undefined;
}

/** The page has no reader of the version that the service wants. */
export class UnknownReader extends TypeError {
  constructor() {
    super("the service reads behaviour with another version than this page: load the one that it serves");
    this.name = "UnknownReader";
  }
}

/**
 * Returns what turns the events of one stream into the batches of a tier, in order: their events, or what is read of them. `pending` is
 * what an earlier maker left unfinished. Throws an `UnknownReader` where readings are wanted and there is no reader.
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
  if (reader === undefined) throw new UnknownReader();
  const own = createBatchReader(reader, pending);
  return {
    pending: own.pending,
    make: (batch) => encodeReadings({ ...batch, ...own.read(batch), reader: reader.id }),
  };
}
