import { ServiceError } from "../error.ts";
import type { LiveState, StreamState } from "./live-state.ts";
import type { BatchRead } from "./read-batch.ts";

const DIGESTS_KEPT = 32;
const STREAMS_KEPT = 16;
const RETIRED_KEPT = 4096;
const PRESS_SPACE = 10_000_000;
/** A page's monotonic clock and its batches may disagree by this much. */
const BACKWARDS_MS = 1_000;
/** A clock that was set, and the wait of a first batch, stay below this. */
const CLOCK_SLACK_MS = 10 * 60_000;

type Placed = Pick<BatchRead, "stream" | "seq" | "lost">;

export type Place =
  | { readonly kind: "next"; readonly stream: StreamState | undefined }
  | { readonly kind: "repeated"; readonly nextSeq: number };

/** Says where the batch belongs in its stream. Throws a problem for a gap or a conflict; changes nothing. */
export function placeBatch(state: LiveState, batch: Placed, digest: string): Place {
  const stream = state.streams.find(({ id }) => id === batch.stream);
  if (stream === undefined && state.retired.includes(batch.stream))
    throw new ServiceError("sequence-conflict", "This stream ended long ago: start a new one.");
  if (stream === undefined && state.retired.length >= RETIRED_KEPT)
    throw new ServiceError("rate-limited", "The session has had too many streams: open a new session.");
  const next = stream?.next ?? 0;
  if (batch.seq > next)
    throw new ServiceError("sequence-gap", `Batch ${next} of this stream is missing.`, {
      extras: { expectedSeq: next },
    });
  if (batch.seq === next) return { kind: "next", stream };
  const known = stream?.digests.at(batch.seq - next);
  if (batch.seq < next - DIGESTS_KEPT || known !== digest) throw new ServiceError("sequence-conflict");
  return { kind: "repeated", nextSeq: next };
}

export interface Timing {
  /** Client's clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly now: number;
  readonly openedAt: number;
  /** No events, hence no times. */
  readonly isEmpty: boolean;
}

/**
 * Throws `time-travel` for times that cannot be: before what the stream already told, before the session, or in the
 * future. Clocks may be wrong, so all is seen through the offset that the first batch fixed. A batch may be late by any
 * time: pages go offline and come back.
 */
export function checkTiming(state: LiveState, stream: StreamState | undefined, timing: Timing): void {
  const { startedAt, endedAt, now, openedAt, isEmpty } = timing;
  if (isEmpty) return; // it has no times
  if (stream !== undefined && stream.lastAt !== null && startedAt < stream.lastAt - BACKWARDS_MS)
    throw new ServiceError("time-travel", "The batch begins before the events that its stream already sent.");
  const offset = state.clockOffset ?? now - endedAt;
  if (endedAt + offset > now + CLOCK_SLACK_MS) throw new ServiceError("time-travel", "The batch ends in the future.");
  if (startedAt + offset < openedAt - CLOCK_SLACK_MS)
    throw new ServiceError("time-travel", "The batch begins before the session was opened.");
}

/** Advances the sequence. The batch was placed and checked. */
export function acceptBatch(state: LiveState, batch: Placed, digest: string, timing: Timing): StreamState {
  let stream = state.streams.find(({ id }) => id === batch.stream);
  if (stream === undefined) {
    const pressBase = ((state.streams.length + state.retired.length) * PRESS_SPACE) >>> 0;
    stream = { id: batch.stream, next: 0, digests: [], lastAt: null, lost: 0, pressBase };
    state.streams.push(stream);
    const oldest = state.streams.length > STREAMS_KEPT ? state.streams.shift() : undefined;
    if (oldest !== undefined) {
      state.retired.push(oldest.id);
      state.sideCuts = state.sideCuts.filter(([id]) => id !== oldest.id);
    }
  }
  stream.next = batch.seq + 1;
  stream.digests.push(digest);
  if (stream.digests.length > DIGESTS_KEPT) stream.digests.shift();
  state.seen.lost += Math.max(0, batch.lost - stream.lost);
  stream.lost = Math.max(stream.lost, batch.lost);
  if (timing.isEmpty) return stream;
  stream.lastAt = Math.max(stream.lastAt ?? timing.endedAt, timing.endedAt);
  state.clockOffset ??= timing.now - timing.endedAt;
  return stream;
}
