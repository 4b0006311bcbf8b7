import { randomUUID } from "node:crypto";
import {
  addUsage,
  type Event,
  type Evidence,
  type FailureToAcquire,
  type FeatureSet,
  lookAt,
  type NoEvidence,
  type Reference,
  type Sample,
} from "@habitus/core";
import type { CoreDeps } from "../deps.ts";
import { inForce, whyLeftAlone } from "./accommodation.ts";
import { adopt, type JudgeOptions, judge, type Unusable } from "./judge.ts";
import type { LiveSession } from "./live-session.ts";
import { type Cut, type LiveState, type StreamState, separatePresses } from "./live-state.ts";
import { settlePhrases, takePhrases } from "./phrases.ts";
import { markWindow } from "./profiles.ts";
import { encodeFeatureSet } from "./records.ts";
import { lookInShadow, refreshRules } from "./rules.ts";
import { SAMPLES_KEPT } from "./stored-samples.ts";
import { takeCross, takeSupport } from "./support.ts";
import { traceUse } from "./use.ts";

export const EVIDENCE_KEPT = 20;
const SIDE_CUTS_KEPT = 4;
/** The oldest samples go in lots of this many; once there are enough, only one window of so many is kept. */
const SAMPLES_BEYOND = 40;
const ONE_WINDOW_OF = 10;

export interface Arrival {
  readonly stream: StreamState;
  readonly quantumMs: number;
  /** When the batch came, server's clock. */
  readonly now: number;
}

type Step = Pick<CoreDeps, "system" | "metrics">;

/** Takes an accepted batch down the road: windows, then samples to learn from or evidence, trust and a decision. */
export function applyEvents(deps: Step, live: LiveSession, events: readonly Event[], arrival: Arrival): void {
  const { state } = live;
  live.dirty = true;
  count(state, events, arrival.now);
  state.usage = addUsage(state.usage, events);
  const { rest, evidence } = takePhrases(deps, live, events, arrival);
  if (evidence !== undefined) takeEvidence(deps, live, evidence, arrival.now);
  const windows = cutWindows(deps, state, rest, arrival);
  let unusable: Unusable;
  const accommodation = inForce(live.subject.accommodation, arrival.now);
  if (arrival.now >= (state.rules.until ?? Number.POSITIVE_INFINITY)) refreshRules(deps, live, { at: arrival.now });
  for (const window of windows) {
    const left = state.remoteDesktop ? "remoteDesktopSuspected" : whyLeftAlone(accommodation, window);
    if (left !== undefined) {
      deps.metrics.windows.inc({ result: left });
      unusable = left;
      continue;
    }
    if (window.kind === "failureToAcquire") {
      unusable = noteFailure(deps, state, window);
      continue;
    }
    unusable = undefined;
    state.seen.windows += 1;
    const set = deps.system.extractor.extract(window);
    compareWindow(deps, live, set, arrival.now);
    keepSample(deps, live, set, arrival.now);
  }
  const supported = compareSupport(deps, live, events, arrival.now);
  if (unusable !== undefined || evidence !== undefined || supported) redecide(deps, live, arrival.now, { unusable });
  settlePhrases(deps, live, arrival.now);
}

/**
 * Decides anew. A lock stands as it is, with its reasons. Reasons take longer to word than a decision to make: they are
 * worded for a change, and else when somebody asks (`explainNow`).
 */
export function redecide(
  deps: Step,
  live: LiveSession,
  now: number,
  { unusable, readAt }: Pick<JudgeOptions, "unusable" | "readAt"> = {},
): void {
  const { subject, state } = live;
  const previous = state.decision;
  if (previous.kind === "lock") return;
  const options = { at: now, previous, unusable, readAt };
  const decision = judge(deps.system, subject, state, options);
  if (decision.kind === previous.kind) adopt(deps, live, decision);
  else adopt(deps, live, judge(deps.system, subject, state, { ...options, evidence: state.evidence }));
}

/** Words the reasons of the standing decision anew if there is newer evidence. */
export function explainNow({ system }: Pick<Step, "system">, live: LiveSession): void {
  if (!live.reasonsAreOld) return;
  const { subject, state } = live;
  const { kind, at } = state.decision;
  const again = judge(system, subject, state, { at, previous: state.decision, evidence: state.evidence });
  if (again.kind === kind && again.reasons.length > 0) state.decision = again;
  live.reasonsAreOld = false;
}

function count(state: LiveState, events: readonly Event[], now: number): void {
  const { seen } = state;
  seen.events += events.length;
  for (const event of events) {
    if (event.kind === "key" && event.phase === "down") seen.keystrokes += 1;
    else if (event.kind === "pointer") seen.pointerEvents += 1;
  }
  const last = events.at(-1);
  if (last !== undefined)
    state.lastEventAt = Math.max(state.lastEventAt ?? 0, Math.min(now, Math.round(last.at + (state.clockOffset ?? 0))));
}

/**
 * A stream that goes on where another ended (the next page) goes on with its unfinished window; one that overlaps with it
 * (a second tab) has windows of its own, because events must be in time order.
 */
function cutWindows(
  { system }: Step,
  state: LiveState,
  events: readonly Event[],
  { stream, quantumMs }: Arrival,
): readonly (Sample | FailureToAcquire)[] {
  const [first] = events;
  if (first === undefined) return [];
  const cut = first.at >= state.cut.lastAt ? state.cut : sideCut(system, state, stream.id);
  const { state: pending, windows } = system.segmenter.push(
    cut.pending,
    separatePresses(events, stream.pressBase),
    quantumMs,
  );
  cut.pending = pending;
  cut.lastAt = events.at(-1)?.at ?? cut.lastAt;
  return windows;
}

function sideCut(system: CoreDeps["system"], state: LiveState, stream: number): Cut {
  const known = state.sideCuts.find(([id]) => id === stream);
  const cut = known?.[1] ?? { pending: system.segmenter.initial(), lastAt: 0 };
  if (known === undefined) state.sideCuts = [...state.sideCuts, [stream, cut] as [number, Cut]].slice(-SIDE_CUTS_KEPT);
  return cut;
}

function noteFailure({ metrics }: Step, state: LiveState, { reason }: FailureToAcquire): Unusable {
  state.seen.failuresToAcquire += 1;
  metrics.windows.inc({ result: reason });
  return reason === "autofillOnly" || reason === "clockTooCoarse" ? reason : undefined;
}

function compareWindow(deps: Step, live: LiveSession, set: FeatureSet, now: number): void {
  const { system, metrics } = deps;
  const { state, subject } = live;
  const found = subject.reference && judgeWindow(system, state, subject.reference.reference, set);
  if (found?.kind === "evidence") {
    const together = takeCross(deps, live, found);
    if (together !== undefined) takeEvidence(deps, live, together, now);
    takeEvidence(deps, live, found, now);
  }
  metrics.windows.inc({ result: found?.kind ?? "learning" });
  redecide(deps, live, now);
}

/** Returns whether what supports the windows of a batch said anything. */
function compareSupport(deps: Step, live: LiveSession, events: readonly Event[], now: number): boolean {
  const { state, subject } = live;
  const judge = (set: FeatureSet): Evidence | NoEvidence | undefined =>
    subject.reference && judgeWindow(deps.system, state, subject.reference.reference, set);
  const said = takeSupport(deps, live, { events, now, judge });
  for (const evidence of said) takeEvidence(deps, live, evidence, now);
  return said.length > 0;
}

/** Puts it to trust. The decision is taken anew by whoever calls. */
export function takeEvidence(deps: Step, live: LiveSession, evidence: Evidence, now: number): void {
  const { system } = deps;
  const { state } = live;
  state.trust = system.trust.update(state.trust, evidence);
  state.evidence.push(evidence);
  if (state.evidence.length > EVIDENCE_KEPT) state.evidence.shift();
  if (evidence.supporting === true) return; // it is no look of its own
  const look = { at: now, previous: state.decision.kind, reading: system.trust.read(state.trust) };
  state.looks = lookAt(state.rules.thresholds, state.looks, look);
  traceUse(deps, live, evidence, now);
  lookInShadow(deps, live, now);
}

function judgeWindow(
  system: CoreDeps["system"],
  state: LiveState,
  reference: Reference,
  set: FeatureSet,
): Evidence | NoEvidence {
  if (system.follow === undefined) return system.compare(reference, set);
  const { evidence, sitting } = system.follow(reference, set, state.sitting);
  state.sitting = sitting;
  return evidence;
}

/** While learning every sample counts; afterwards only one from a moment in which the session was surely the owner's. */
function keepSample({ system }: Step, live: LiveSession, set: FeatureSet, now: number): void {
  const { application, subject, state } = live;
  const trusted = subject.reference === undefined ? state.state === "open" : state.decision.kind === "continue";
  if (!trusted || !state.signedIn) return;
  const marked = markWindow(system, live, set);
  if (marked === undefined) return;
  const isOpening = marked.profile !== undefined && marked.profile === state.opening?.since;
  if (subject.samples >= SAMPLES_KEPT && state.seen.windows % ONE_WINDOW_OF !== 0 && !isOpening) return;
  const id = randomUUID();
  live.unsaved.push({
    kind: "addSample",
    row: {
      application,
      subject: subject.subject,
      id,
      at: now,
      extractor: `${system.extractor.name}@${system.extractor.version}`,
      sealed: subject.seal("sample", id, encodeFeatureSet(marked)),
    },
  });
  subject.samples += 1;
  if (subject.samples < SAMPLES_KEPT + SAMPLES_BEYOND) return;
  subject.samples = SAMPLES_KEPT;
  const row = { application, subject: subject.subject, newest: SAMPLES_KEPT };
  const except = (system.supporting ?? []).map((part) => part.extractor);
  live.unsaved.push({ kind: "keepSamples", row: { ...row, except } });
}
