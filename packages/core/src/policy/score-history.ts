import { CoreError } from "../error.ts";
import { binOf, quantileOf, rankOf, SCORE_BINS } from "./score-bins.ts";

/** The lowest trust of a stretch of active use, as log-odds. `confirmed`: the lowest that two looks in a row agreed on. */
export interface Lows {
  readonly activeMs: number;
  readonly fast: number | null;
  readonly confirmed: number | null;
}

/**
 * How low trust got, hour by hour of genuine active use: two histograms of 50 counts each and an hour that is not full yet. Plain
 * data; about 500 bytes as JSON. Older hours fade, so that a subject who changed is judged by how they are now.
 */
export interface ScoreHistory {
  readonly layout: 1;
  /** Hours counted, less what has faded. */
  readonly hours: number;
  readonly fast: readonly number[];
  readonly confirmed: readonly number[];
  readonly open: Lows;
}

export const HOUR_MS = 3_600_000;
/** What an hour still counts after another one: half after about 280 hours of use. */
const KEPT = 1 - 1 / 400;
const NO_USE: Lows = { activeMs: 0, fast: null, confirmed: null };

export function emptyHistory(): ScoreHistory {
  return { layout: 1, hours: 0, fast: zeros(), confirmed: zeros(), open: NO_USE };
}

/** Returns the history with a stretch of genuine use of at most an hour in it. */
export function addUse(history: ScoreHistory, use: Lows): ScoreHistory {
  if (!(use.activeMs >= 0 && use.activeMs <= 2 * HOUR_MS))
    throw new RangeError(`activeMs must lie in 0 to ${2 * HOUR_MS}, got ${use.activeMs}`);
  const open: Lows = {
    activeMs: history.open.activeMs + use.activeMs,
    fast: lower(history.open.fast, use.fast),
    confirmed: lower(history.open.confirmed, use.confirmed),
  };
  if (open.activeMs < HOUR_MS) return { ...history, open };
  return {
    layout: 1,
    hours: KEPT * history.hours + 1,
    fast: count(history.fast, open.fast),
    confirmed: count(history.confirmed, open.confirmed),
    open: NO_USE,
  };
}

/** Returns the histories as one, each hour counted once, however many are somebody's. */
export function joinHistories(histories: readonly ScoreHistory[]): ScoreHistory {
  const sum = (of: (one: ScoreHistory) => readonly number[]): number[] =>
    zeros().map((_, i) => histories.reduce((all, one) => all + (of(one)[i] ?? 0), 0));
  return {
    layout: 1,
    hours: histories.reduce((all, { hours }) => all + hours, 0),
    fast: sum(({ fast }) => fast),
    confirmed: sum(({ confirmed }) => confirmed),
    open: NO_USE,
  };
}

export type Speed = "fast" | "confirmed";

/** Returns the share of hours in which trust fell below these log-odds; 0 for no hours. */
export function shareBelow(history: ScoreHistory, speed: Speed, logOdds: number): number {
  return rankOf(history[speed], logOdds);
}

/** Returns the log-odds that trust fell below in this share of hours; undefined for no hours. */
export function lowQuantile(history: ScoreHistory, speed: Speed, share: number): number | undefined {
  return quantileOf(history[speed], share);
}

/** Returns a stored history; throws a `CoreError` for one of another layout. */
export function readHistory(stored: unknown): ScoreHistory {
  const one = stored as Partial<ScoreHistory> | null; // looked at, not trusted
  if (one?.layout !== 1)
    throw new CoreError("versionMismatch", `a score history of layout ${one?.layout} is not of layout 1`);
  const isFull = (list: unknown): boolean =>
    Array.isArray(list) && list.length === SCORE_BINS && list.every((n) => Number.isFinite(n) && n >= 0);
  if (!isFull(one.fast) || !isFull(one.confirmed) || !Number.isFinite(one.hours) || one.open === undefined)
    throw new CoreError("malformedState", "the score history does not hold counts: start from emptyHistory()");
  return one as ScoreHistory; // safe: its fields were just looked at
}

function count(counts: readonly number[], low: number | null): number[] {
  // An hour without a single look says that trust never fell.
  const bin = low === null ? SCORE_BINS - 1 : binOf(low);
  return counts.map((n, i) => KEPT * n + (i === bin ? 1 : 0));
}

function lower(left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right;
  return Math.min(left, right);
}

function zeros(): number[] {
  return new Array<number>(SCORE_BINS).fill(0);
}
