import {
  type Decision,
  type Event,
  type Evidence,
  emptyTrace,
  emptyUsage,
  type LookMemory,
  type Lows,
  NO_LOOKS,
  type ReaderState,
  readerOf,
  type Sitting,
  type StepUpState,
  type System,
  type UsageState,
  type UseTrace,
} from "@habitus/core";
import type { WireAssertion } from "@habitus/wire/schemas";
import type { SessionState } from "../storage/storage.ts";
import { noPhrases, type SessionPhrases } from "./phrases.ts";
import type { Opening } from "./profiles.ts";
import type { Rules, Shadow } from "./rules.ts";
import { NOT_SUPPORTED, type Supported } from "./support.ts";

/** One running collector of the session (a page load, a tab). */
export interface StreamState {
  readonly id: number;
  next: number;
  /** Digests of the newest accepted batches, oldest first; the last is that of `next - 1`. */
  digests: string[];
  /** Instant of the newest event, the client's clock; null before the first. */
  lastAt: number | null;
  lost: number;
  /** Added to the numbers of key presses, so that those of two streams differ. */
  readonly pressBase: number;
}

export interface Cut {
  /** The reader's own state. */
  pending: ReaderState;
  lastAt: number;
  /** Of the clock of its newest events; missing before them. */
  quantumMs?: number;
}

/** What a page said of its own judgement. */
export interface PageAssertion extends Pick<WireAssertion, "d" | "b" | "n" | "k" | "x"> {
  /** When it came, server's clock. */
  readonly at: number;
}

/** What a session is between two batches. Plain data: its JSON is the sealed snapshot. */
export interface LiveState {
  readonly layout: 1;
  /** `name@version`: what another system left in `cut`, `trust` and `evidence` is not read. */
  system: string;
  state: SessionState;
  /** The common stream of windows of the whole session, across page loads. */
  cut: Cut;
  /** Streams that overlap with it in time (two tabs at once) have their own. */
  sideCuts: [stream: number, cut: Cut][];
  trust: unknown;
  /** What this sitting has shown since the last sign-in, passed step-ups counted; the system's own. */
  sitting: Sitting | undefined;
  /** The way of typing that a passed step-up opened in this sitting. */
  opening: Opening | undefined;
  usage: UsageState;
  supported: Supported;
  stepUp: StepUpState;
  /** What a page that judges by itself said last; missing where none does. */
  asserted?: PageAssertion | undefined;
  /** The application has accepted a sign-in: before that nothing is learnt. */
  signedIn: boolean;
  phrases: SessionPhrases;
  /** The thresholds in force. */
  rules: Rules;
  looks: LookMemory;
  shadow: Shadow | undefined;
  /** The application says that input comes through a remote desktop. */
  remoteDesktop: boolean;
  /** How high trust was in the hour of use that is not full yet; and how low it got in those before. */
  trace: UseTrace;
  hours: readonly Lows[];
  decision: Decision;
  /** Oldest first. */
  evidence: Evidence[];
  seen: {
    events: number;
    keystrokes: number;
    pointerEvents: number;
    windows: number;
    failuresToAcquire: number;
    lost: number;
    /** Keystrokes that wait for a window. */
    pendingKeystrokes: number;
  };
  streams: StreamState[];
  /** Streams that made way: nothing more is taken of them. */
  retired: number[];
  /** Server's clock minus client's, milliseconds. */
  clockOffset: number | undefined;
  lastEventAt: number | null;
}

export function systemId({ name, version }: Pick<System, "name" | "version">): string {
  return `${name}@${version}`;
}

export interface Beginning extends Pick<LiveState, "decision" | "rules"> {
  readonly remoteDesktop?: boolean;
  readonly signedIn?: boolean;
}

export function initialState(
  system: System,
  { decision, rules, remoteDesktop = false, signedIn = true }: Beginning,
): LiveState {
  return {
    layout: 1,
    system: systemId(system),
    state: "open",
    cut: { pending: readerOf(system).initial(), lastAt: 0 },
    sideCuts: [],
    trust: system.trust.initial(),
    sitting: undefined,
    opening: undefined,
    usage: emptyUsage(),
    supported: NOT_SUPPORTED,
    stepUp: "none",
    signedIn,
    phrases: noPhrases(),
    rules,
    looks: NO_LOOKS,
    shadow: undefined,
    remoteDesktop,
    trace: emptyTrace(),
    hours: [],
    decision,
    evidence: [],
    seen: {
      events: 0,
      keystrokes: 0,
      pointerEvents: 0,
      windows: 0,
      failuresToAcquire: 0,
      lost: 0,
      pendingKeystrokes: 0,
    },
    streams: [],
    retired: [],
    clockOffset: undefined,
    lastEventAt: null,
  };
}

export function encodeState(state: LiveState): Buffer {
  return Buffer.from(JSON.stringify(state));
}

/** Returns the state; what an older system left half done starts anew, the sequence goes on. What older snapshots lack is as in `fresh`. */
export function decodeState(record: Buffer, system: System, fresh: LiveState): LiveState {
  const { rules, looks, shadow, remoteDesktop, signedIn, phrases, supported, trace, hours } = fresh;
  const stored = JSON.parse(record.toString()) as Partial<LiveState>; // it was sealed: we wrote it
  const missing = { rules, looks, shadow, remoteDesktop, signedIn, phrases, supported, trace, hours };
  const state = { ...missing, ...stored } as LiveState; // an older one lacks just these
  if (state.system === systemId(system)) return state;
  return forgetBehaviour(state, system);
}

/** Drops what is read of windows that are not finished. */
export function dropUnfinished(state: LiveState, system: System): LiveState {
  const seen = { ...state.seen, pendingKeystrokes: 0 };
  return { ...state, cut: { pending: readerOf(system).initial(), lastAt: 0 }, sideCuts: [], seen };
}

/** Drops everything that came from behaviour and is not decided yet. */
export function forgetBehaviour(state: LiveState, system: System): LiveState {
  return {
    ...dropUnfinished(state, system),
    system: systemId(system),
    trust: system.trust.initial(),
    sitting: undefined,
    opening: undefined,
    usage: emptyUsage(),
    supported: NOT_SUPPORTED,
    phrases: noPhrases(),
    evidence: [],
    asserted: undefined,
    looks: { ...state.looks, lowLooks: 0 },
    trace: emptyTrace(),
    hours: [],
  };
}

/** Numbers of key presses count from 0 in each stream; pairs must not cross streams. */
export function separatePresses(events: readonly Event[], base: number): readonly Event[] {
  if (base === 0) return events;
  return events.map((event) => (event.kind === "key" ? { ...event, press: (event.press + base) >>> 0 } : event));
}
