import type { Event } from "../events/event.ts";
import type { FailureToAcquire } from "../events/segment.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { packPhrase, unpackPhrase } from "../features/fixed-text/pack-phrase.ts";
import { endMarked, type MarkedPhrase, type OpenPhrase, readMarked } from "../features/fixed-text/read-marked.ts";
import { addUsage, emptyUsage, type UsageState } from "../features/usage/usage.ts";
import type { SupportingPart } from "./supporting.ts";
import type { System } from "./system.ts";
import { pendingKeystrokes, type WindowState } from "./window-segmenter.ts";

/** What was read of behaviour: all that may be judged or kept, and nothing from which the events could be had back. */
export type Reading =
  | { readonly kind: "phrase"; readonly typed: MarkedPhrase }
  | { readonly kind: "window"; readonly set: FeatureSet }
  | { readonly kind: "failure"; readonly failure: FailureToAcquire }
  | { readonly kind: "support"; readonly modality: SupportingPart["modality"]; readonly set: FeatureSet };

/** What lies unfinished between two batches. Plain data; nobody but the reader looks inside. */
export interface ReaderState {
  readonly kind: "reader";
  readonly version: 1;
  readonly windows: unknown;
  readonly phrase: OpenPhrase | null;
  /** By modality. */
  readonly support: Readonly<Record<string, unknown>>;
  /** Where the counts of usage go on from. */
  readonly usage: Pick<UsageState, "last" | "turn">;
}

/** How much was seen. */
export interface SeenCounts {
  readonly events: number;
  readonly keystrokes: number;
  readonly pointerEvents: number;
}

export interface Read {
  readonly state: ReaderState;
  /** Phrases first, then windows, then what supports them; each in the order in which they ended. */
  readonly readings: readonly Reading[];
  /** Counts of these events alone: joined (`joinUsage`) they are what `addUsage` gives of all the events. */
  readonly usage: UsageState;
  readonly seen: SeenCounts;
  /** Keystrokes that wait for a window that is not closed yet. */
  readonly pendingKeystrokes: number;
}

/**
 * Events to readings: the road as far as `FeatureSet`. A service that gets events and a page that keeps them run the same one, so both come
 * to the same numbers. Values are rounded to single precision, which is more than any clock gives, and is what travels and is kept.
 */
export interface Reader {
  /** `name@version` of the system's extractor: readings of another one are not understood. */
  readonly id: string;
  readonly initial: () => ReaderState;
  /** Events are of one stream and in time order; `quantumMs` > 0. What another version left unfinished is dropped. */
  readonly read: (before: ReaderState, events: readonly Event[], quantumMs: number) => Read;
  /**
   * Ends the phrase that is being typed, though no event says so: it was sent, or the page is left. `ifSent`: only where it was sent
   * with Enter.
   */
  readonly endPhrase: (
    before: ReaderState,
    quantumMs: number,
    when?: { readonly ifSent: boolean },
  ) => { readonly state: ReaderState; readonly typed: MarkedPhrase | undefined };
}

export type ReadBy = Pick<System, "segmenter" | "extractor"> & {
  readonly supporting?: readonly Pick<SupportingPart, "modality" | "initial" | "push">[];
};

const known = new WeakMap<ReadBy, Reader>();

/** Returns the reader of a system, always the same one. */
export function readerOf(system: ReadBy): Reader {
  const found = known.get(system) ?? createReader(system);
  known.set(system, found);
  return found;
}

function createReader({ segmenter, extractor, supporting = [] }: ReadBy): Reader {
  const initial = (): ReaderState => {
    const { last, turn } = emptyUsage();
    const support = Object.fromEntries(supporting.map((part) => [part.modality, part.initial()]));
    return { kind: "reader", version: 1, windows: segmenter.initial(), phrase: null, support, usage: { last, turn } };
  };
  const own = (state: ReaderState): ReaderState =>
    state?.kind === "reader" && state.version === 1 ? state : initial();
  return {
    id: `${extractor.name}@${extractor.version}`,
    initial,
    read(given, events, quantumMs) {
      const before = own(given);
      const { open, typed, rest } = readMarked(before.phrase ?? undefined, events, quantumMs);
      const { state: windows, windows: closed } = segmenter.push(before.windows, rest, quantumMs);
      const readings: Reading[] = typed.map((phrase) => ({ kind: "phrase", typed: asItTravels(phrase) }));
      for (const window of closed)
        readings.push(
          window.kind === "sample"
            ? { kind: "window", set: inSinglePrecision(extractor.extract(window)) }
            : { kind: "failure", failure: window },
        );
      const support: Record<string, unknown> = {};
      for (const part of supporting) {
        const { modality } = part;
        const { pending, sets } = part.push(before.support[modality] ?? part.initial(), events);
        support[modality] = pending;
        for (const set of sets) readings.push({ kind: "support", modality, set: inSinglePrecision(set) });
      }
      const usage = addUsage({ ...emptyUsage(), ...before.usage }, events);
      const { last, turn } = usage;
      return {
        state: { kind: "reader", version: 1, windows, phrase: open ?? null, support, usage: { last, turn } },
        readings,
        usage,
        seen: countEvents(events),
        pendingKeystrokes: isWindowState(windows) ? pendingKeystrokes(windows) : 0,
      };
    },
    endPhrase(given, quantumMs, { ifSent } = { ifSent: false }) {
      const before = own(given);
      if (ifSent && before.phrase?.submitted !== true) return { state: before, typed: undefined };
      const typed = before.phrase === null ? undefined : endMarked(before.phrase, quantumMs);
      return { state: { ...before, phrase: null }, typed: typed && asItTravels(typed) };
    },
  };
}

/** Returns the feature set as it travels and is kept. */
export function inSinglePrecision(set: FeatureSet): FeatureSet {
  return { ...set, values: new Float64Array(new Float32Array(set.values)) };
}

/** A phrase to tenths of a millisecond, which is all that its events told. */
function asItTravels({ field, phrase }: MarkedPhrase): MarkedPhrase {
  return { field, phrase: phrase.kind === "phrase" ? (unpackPhrase(packPhrase(phrase)) ?? phrase) : phrase };
}

function isWindowState(state: unknown): state is WindowState {
  return typeof state === "object" && state !== null && "kind" in state && state.kind === "windows";
}

function countEvents(events: readonly Event[]): SeenCounts {
  let keystrokes = 0;
  let pointerEvents = 0;
  for (const event of events) {
    if (event.kind === "key" && event.phase === "down") keystrokes += 1;
    else if (event.kind === "pointer") pointerEvents += 1;
  }
  return { events: events.length, keystrokes, pointerEvents };
}
