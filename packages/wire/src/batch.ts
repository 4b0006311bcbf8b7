import type { Event } from "@habitus/core/collector";

/** One message of the collector: events in time order, relative to the first. */
export interface EventBatch {
  /** Identifies one running collector (one page load, one tab) of the session; unsigned 32-bit. */
  readonly stream: number;
  /** Counts the batches of the stream from 0. With the stream it is the idempotency key. */
  readonly seq: number;
  /** Estimated resolution of the page's clock in milliseconds. */
  readonly quantumMs: number;
  /** Events lost since the stream began, because the buffer was full. */
  readonly lost: number;
  readonly events: readonly Event[];
}

/**
 * The batch as it crosses the network. `e` is one flat list of integers, so that a batch is small and quick to check:
 * for each event its kind, the time since the event before in tenths of a millisecond, then its fields.
 */
export interface WireBatch {
  readonly v: 1;
  readonly stream: number;
  readonly seq: number;
  /** Instant of the first event in tenths of an epoch millisecond. */
  readonly t: number;
  /** Clock quantum in microseconds. */
  readonly q: number;
  readonly lost: number;
  readonly e: readonly number[];
}

export * from "./decode-batch.ts";
export * from "./encode-batch.ts";
