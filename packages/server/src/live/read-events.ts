import { type Event, type Read, type ReaderState, readerOf } from "@habitus/core";
import type { CoreDeps } from "../deps.ts";
import { type Cut, type LiveState, type StreamState, separatePresses } from "./live-state.ts";

const SIDE_CUTS_KEPT = 4;

/** What a batch said, read here or in the page. */
export interface Seen extends Pick<Read, "readings" | "usage" | "seen" | "pendingKeystrokes"> {
  /** Instants of its first and newest event, client's clock. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * Reads the events of a batch. A stream that goes on where another ended (the next page) goes on with what is unfinished; one that overlaps
 * with it (a second tab) has windows of its own, because events must be in time order.
 */
export function readEvents(
  { system }: Pick<CoreDeps, "system">,
  state: LiveState,
  events: readonly Event[],
  { stream, quantumMs }: { readonly stream: StreamState; readonly quantumMs: number },
): Seen | undefined {
  const [first] = events;
  if (first === undefined) return undefined;
  const reader = readerOf(system);
  const cut = first.at >= state.cut.lastAt ? state.cut : sideCut(state, reader.initial, stream.id);
  const read = reader.read(cut.pending, separatePresses(events, stream.pressBase), quantumMs);
  const endedAt = events.at(-1)?.at ?? first.at;
  cut.pending = read.state;
  cut.lastAt = endedAt;
  cut.quantumMs = quantumMs;
  return { ...read, startedAt: first.at, endedAt };
}

function sideCut(state: LiveState, initial: () => ReaderState, stream: number): Cut {
  const known = state.sideCuts.find(([id]) => id === stream);
  const cut = known?.[1] ?? { pending: initial(), lastAt: 0 };
  if (known === undefined) state.sideCuts = [...state.sideCuts, [stream, cut] as [number, Cut]].slice(-SIDE_CUTS_KEPT);
  return cut;
}
