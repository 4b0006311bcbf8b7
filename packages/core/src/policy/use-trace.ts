import { logit } from "../math/stats.ts";
import type { Lows } from "./score-history.ts";

/** Some seconds of active use: twenty, or one window where that takes longer. */
export interface TracedSpan {
  /** When trust was lowest in it, seconds since the trace began. */
  readonly atS: number;
  /** The lowest log-odds of trust of one look, and of two looks in a row; hundredths are kept. */
  readonly fast: number;
  readonly confirmed: number;
  /** Keystrokes of all its windows. */
  readonly keystrokes: number;
}

type PackedSpan = readonly [atS: number, fast: number, confirmed: number, keystrokes: number];

/** How trust went over up to twenty minutes of active use, span by span: about a kilobyte as JSON. Plain data. */
export interface UseTrace {
  readonly layout: 1;
  /** When it began, epoch milliseconds of whoever made the events; null before the first look. */
  readonly startedAt: number | null;
  readonly activeMs: number;
  readonly lastAt: number | null;
  readonly previous: number | null;
  readonly spans: readonly PackedSpan[];
  /** Active time up to which the last of `spans` reaches. */
  readonly spanEndsAtMs: number;
}

export const TRACE_MS = 1_200_000;
const SPAN_MS = 20_000;
/** Between two looks that are further apart nobody was active all the time. */
const LONGEST_GAP_MS = 60_000;
/** Trust is never so sure that its log-odds would not fit. */
const SUREST = 12;

export function emptyTrace(): UseTrace {
  return { layout: 1, startedAt: null, activeMs: 0, lastAt: null, previous: null, spans: [], spanEndsAtMs: 0 };
}

export interface TracedLook {
  readonly startedAt: number;
  readonly at: number;
  /** Trust, 0 to 1. */
  readonly value: number;
  readonly keystrokes: number;
}

/**
 * Returns the trace with a look in it. Time counts only while somebody is active and only forwards: a suspended laptop, a clock that
 * jumps, evidence that comes late or twice adds no time that was not there.
 */
export function traceLook(trace: UseTrace, { startedAt, at, value, keystrokes }: TracedLook): UseTrace {
  const own = clamp(at - startedAt, 0, LONGEST_GAP_MS);
  const gap = trace.lastAt === null ? own : at - trace.lastAt;
  const activeMs = trace.activeMs + (gap > LONGEST_GAP_MS ? own : Math.max(0, gap));
  const fast = round(logOddsOf(value));
  const confirmed = Math.max(fast, trace.previous ?? fast);
  const began = trace.startedAt ?? startedAt;
  const last = trace.spans.at(-1);
  const goesOn = last !== undefined && activeMs <= trace.spanEndsAtMs;
  const atS = Math.max(0, Math.round((at - began) / 1000));
  const span: PackedSpan = goesOn
    ? [fast < last[1] ? atS : last[0], Math.min(last[1], fast), Math.min(last[2], confirmed), last[3] + keystrokes]
    : [atS, fast, confirmed, keystrokes];
  return {
    layout: 1,
    startedAt: began,
    activeMs,
    lastAt: Math.max(at, trace.lastAt ?? at),
    previous: fast,
    spans: goesOn ? [...trace.spans.slice(0, -1), span] : [...trace.spans, span],
    spanEndsAtMs: goesOn ? trace.spanEndsAtMs : activeMs + SPAN_MS,
  };
}

/** Whether it is full: then it is kept and a new one begun. */
export function isTraceFull({ activeMs }: UseTrace): boolean {
  return activeMs >= TRACE_MS;
}

/** Returns an empty trace that goes on where this one ends. */
export function goOnTracing({ lastAt, previous }: UseTrace): UseTrace {
  return { ...emptyTrace(), lastAt, previous };
}

/** Returns how low trust got in it. */
export function lowsOf(trace: UseTrace): Lows {
  const spans = spansOf(trace);
  const least = (of: (span: TracedSpan) => number): number | null =>
    spans.length === 0 ? null : Math.min(...spans.map(of));
  return { activeMs: trace.activeMs, fast: least(({ fast }) => fast), confirmed: least(({ confirmed }) => confirmed) };
}

/** Returns its spans in order, with `atS` counted from an instant of the same clock. */
export function spansOf({ spans, startedAt }: UseTrace, from = startedAt): readonly TracedSpan[] {
  const shift = startedAt === null || from === null ? 0 : Math.round((startedAt - from) / 1000);
  return spans.map(([atS, fast, confirmed, keystrokes]) => ({ atS: atS + shift, fast, confirmed, keystrokes }));
}

/** Returns the log-odds of a trust value, bounded where it is 0 or 1. */
export function logOddsOf(value: number): number {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`trust must lie in 0 to 1, got ${value}`);
  if (value === 0) return -SUREST;
  return value === 1 ? SUREST : clamp(logit(value), -SUREST, SUREST);
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
