import { randomUUID } from "node:crypto";
import {
  addUse,
  type Evidence,
  emptyTrace,
  goOnTracing,
  isTraceFull,
  type Lows,
  lowsOf,
  type ScoreHistory,
  traceLook,
  type UseTrace,
} from "@habitus/core";
import type { CoreDeps } from "../deps.ts";
import type { Write } from "../storage/storage.ts";
import { mayLearnFrom } from "./consent.ts";
import type { LiveSession } from "./live-session.ts";
import { encodeHistory } from "./policies.ts";

/** How long traces are kept: a simulation looks back 90 days at most. */
const TRACE_KEPT_MS = 92 * 86_400_000;
/** The stretches of a session that are remembered until it ends: two days of use. */
const HOURS_KEPT = 144;

/** A trace with the system whose trust it is of. */
export interface StoredTrace extends UseTrace {
  readonly system: string;
}

type Step = Pick<CoreDeps, "system" | "metrics">;

/** Notes how high trust is after new evidence. */
export function traceUse({ system, metrics }: Step, live: LiveSession, evidence: Evidence, now: number): void {
  const { state } = live;
  const { value } = system.trust.read(state.trust);
  if (value === undefined) return;
  const before = state.trace.activeMs;
  const { startedAt, at, keystrokes } = evidence;
  state.trace = traceLook(state.trace, { startedAt, at, value, keystrokes });
  metrics.activeSeconds.inc((state.trace.activeMs - before) / 1000);
  if (isTraceFull(state.trace)) closeTrace(live, now);
}

/** Keeps the trace so far, sealed, with the next snapshot, and begins another. */
export function closeTrace(live: LiveSession, now: number): void {
  const { application, session, subject, state } = live;
  if (state.trace.spans.length > 0) {
    const id = randomUUID();
    // On the server's clock, as are the outcomes that it will be compared with.
    const offset = state.clockOffset ?? 0;
    const startedAt = (state.trace.startedAt ?? 0) + offset;
    const trace: StoredTrace = { ...state.trace, startedAt, system: state.system };
    const sealed = subject.seal("scores", id, Buffer.from(JSON.stringify(trace)));
    live.unsaved.push({
      kind: "addTrace",
      row: { application, subject: subject.subject, session, id, at: now, sealed },
    });
    state.hours = [...state.hours, lowsOf(state.trace)].slice(-HOURS_KEPT);
  }
  state.trace = state.trace.lastAt === null ? emptyTrace() : goOnTracing(state.trace);
}

/**
 * Returns what a session leaves behind when it ends. What was surely or probably the owner's counts for thresholds; a lock, a failed
 * or unanswered step-up or a reported take-over does not. `undo` takes it back out of memory where it could not be stored.
 */
export function closeUse(
  deps: Pick<CoreDeps, "system" | "policies" | "metrics">,
  live: LiveSession,
  now: number,
): ClosedUse {
  closeTrace(live, now);
  const { application, subject, state, policies } = live;
  const { hours } = state;
  const forget: Write = {
    kind: "forgetTraces",
    row: { application, subject: subject.subject, before: Math.max(0, Math.round(now - TRACE_KEPT_MS)) },
  };
  state.hours = [];
  const isOwners = state.stepUp === "none" || state.stepUp === "passed";
  if (!isOwners || hours.length === 0) return { writes: [forget], undo: () => undefined };
  const before = { subject: subject.history, population: policies.population };
  subject.history = addAll(before.subject, hours);
  if (mayLearnFrom(subject)) policies.population = addAll(before.population, hours);
  const sealed = subject.seal("scores", "history", encodeHistory(subject.history, deps.system));
  return {
    writes: [
      forget,
      { kind: "putScoreHistory", row: { application, subject: subject.subject, sealed } },
      deps.policies.sealPopulation(policies),
    ],
    undo() {
      subject.history = before.subject;
      policies.population = before.population;
    },
  };
}
export interface ClosedUse {
  readonly writes: readonly Write[];
  readonly undo: () => void;
}

function addAll(history: ScoreHistory, hours: readonly Lows[]): ScoreHistory {
  return hours.reduce(addUse, history);
}
