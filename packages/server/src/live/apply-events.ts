import { randomUUID } from "node:crypto";
import {
  EVIDENCE_KEPT,
  type Event,
  type Evidence,
  type FailureToAcquire,
  type FeatureSet,
  type JudgedSet,
  joinUsage,
  judgeSet,
  putToTrust,
  SAMPLES_KEPT,
} from "@habitus/core";
import type { CoreDeps } from "../deps.ts";
import { inForce, whyLeftAlone } from "./accommodation.ts";
import { adopt, type JudgeOptions, judge, type Unusable } from "./judge.ts";
import type { LiveSession } from "./live-session.ts";
import type { LiveState, StreamState } from "./live-state.ts";
import { settlePhrases, takePhrases } from "./phrases.ts";
import { markWindow } from "./profiles.ts";
import { readEvents, type Seen } from "./read-events.ts";
import { encodeFeatureSet } from "./records.ts";
import { lookInShadow, refreshRules } from "./rules.ts";
import { takeSupport } from "./support.ts";
import { traceUse } from "./use.ts";

/** The oldest samples go in lots of this many; once there are enough, only one window of so many is kept. */
const SAMPLES_BEYOND = 40;
const ONE_WINDOW_OF = 10;

export interface Arrival {
  readonly stream: StreamState;
  readonly quantumMs: number;
  /** When the batch came, server's clock. */
  readonly now: number;
}

export type Step = Pick<CoreDeps, "system" | "metrics">;

/** Takes the events of an accepted batch down the road. */
export function applyEvents(deps: Step, live: LiveSession, events: readonly Event[], arrival: Arrival): void {
  const seen = readEvents(deps, live.state, events, arrival);
  live.dirty = true;
  if (seen !== undefined) applyReadings(deps, live, seen, arrival.now);
}

/** Takes what was read of behaviour down the road: samples to learn from or evidence, trust and a decision. */
export function applyReadings(deps: Step, live: LiveSession, seen: Seen, now: number): void {
  const { state } = live;
  live.dirty = true;
  count(state, seen, now);
  state.usage = joinUsage(state.usage, seen.usage);
  const evidence = takePhrases(deps, live, seen.readings, now);
  if (evidence !== undefined) takeEvidence(deps, live, evidence, now);
  let unusable: Unusable;
  const accommodation = inForce(live.subject.accommodation, now);
  if (now >= (state.rules.until ?? Number.POSITIVE_INFINITY)) refreshRules(deps, live, { at: now });
  for (const reading of seen.readings) {
    if (reading.kind !== "window" && reading.kind !== "failure") continue;
    const window = reading.kind === "window" ? reading.set : reading.failure;
    const left = state.remoteDesktop ? "remoteDesktopSuspected" : whyLeftAlone(accommodation, window);
    if (left !== undefined) {
      deps.metrics.windows.inc({ result: left });
      unusable = left;
      continue;
    }
    if (reading.kind === "failure") {
      unusable = noteFailure(deps, state, reading.failure);
      continue;
    }
    unusable = undefined;
    state.seen.windows += 1;
    compareWindow(deps, live, reading.set, now);
    keepSample(deps, live, reading.set, now);
  }
  const supported = compareSupport(deps, live, seen, now);
  if (unusable !== undefined || evidence !== undefined || supported) redecide(deps, live, now, { unusable });
  settlePhrases(deps, live, now);
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

function count(state: LiveState, { seen, pendingKeystrokes, endedAt }: Seen, now: number): void {
  state.seen.events += seen.events;
  state.seen.keystrokes += seen.keystrokes;
  state.seen.pointerEvents += seen.pointerEvents;
  state.seen.pendingKeystrokes = pendingKeystrokes;
  state.lastEventAt = Math.max(state.lastEventAt ?? 0, Math.min(now, Math.round(endedAt + (state.clockOffset ?? 0))));
}

function noteFailure({ metrics }: Step, state: LiveState, { reason }: FailureToAcquire): Unusable {
  state.seen.failuresToAcquire += 1;
  metrics.windows.inc({ result: reason });
  return reason === "autofillOnly" || reason === "clockTooCoarse" ? reason : undefined;
}

function compareWindow(deps: Step, live: LiveSession, set: FeatureSet, now: number): void {
  deps.metrics.windows.inc({ result: takeSet(deps, live, { set, supports: false }, now)?.kind ?? "learning" });
  redecide(deps, live, now);
}

/** Returns whether what supports the windows of a batch said anything. */
function compareSupport(deps: Step, live: LiveSession, seen: Seen, now: number): boolean {
  let isSaid = false;
  for (const set of takeSupport(deps, live, seen, now)) {
    const found = takeSet(deps, live, { set, supports: true }, now);
    deps.metrics.windows.inc({ result: found?.kind ?? "learning" });
    isSaid ||= found?.kind === "evidence";
  }
  return isSaid;
}

/** Judges a feature set and puts what it says to trust; undefined before enrolment. */
function takeSet(
  deps: Step,
  live: LiveSession,
  judged: { readonly set: FeatureSet; readonly supports: boolean },
  now: number,
): JudgedSet["found"] | undefined {
  const { state, subject } = live;
  if (subject.reference === undefined) return undefined;
  const { sitting, supported } = state;
  const next = judgeSet(deps.system, subject.reference.reference, { sitting, cross: supported.cross }, judged);
  state.sitting = next.sitting;
  state.supported = { ...supported, cross: next.cross };
  for (const evidence of next.said) takeEvidence(deps, live, evidence, now);
  return next.found;
}

/** Puts it to trust. The decision is taken anew by whoever calls. */
export function takeEvidence(deps: Step, live: LiveSession, evidence: Evidence, now: number): void {
  const { state } = live;
  const { thresholds } = state.rules;
  Object.assign(
    state,
    putToTrust(deps.system, state, evidence, { at: now, previous: state.decision.kind, thresholds }),
  );
  state.evidence.push(evidence);
  if (state.evidence.length > EVIDENCE_KEPT) state.evidence.shift();
  if (evidence.supporting === true) return; // it is no look of its own
  traceUse(deps, live, evidence, now);
  lookInShadow(deps, live, now);
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
