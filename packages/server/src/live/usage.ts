import { randomUUID } from "node:crypto";
import {
  type Circumstances,
  type CrossState,
  crossCheck,
  type Event,
  type Evidence,
  type FeatureSet,
  type NoEvidence,
  type UsagePending,
} from "@habitus/core";
import type { CoreDeps } from "../deps.ts";
import { inForce } from "./accommodation.ts";
import type { LiveSession } from "./live-session.ts";
import { encodeFeatureSet } from "./records.ts";
import { USAGE_KEPT } from "./stored-samples.ts";

/** So many of one session are learnt from: what makes a habit is days, not hours. */
const KEPT_OF_SESSION = 10;

/** What a session knows of its usage between two batches. Plain data, under 2 kB. */
export interface SessionUsage {
  /** Missing before the first batch: the circumstances come with it. */
  readonly pending?: UsagePending | undefined;
  readonly kept: number;
  /** Whether keyboard and pointer agree, over the minutes that are not over yet. */
  readonly cross?: CrossState | undefined;
}
export const NO_USAGE: SessionUsage = { kept: 0 };

export interface UsageStep {
  readonly events: readonly Event[];
  /** When the batch came, server's clock. */
  readonly now: number;
  readonly judge: (set: FeatureSet) => Evidence | NoEvidence | undefined;
}

/**
 * Reads the usage that a batch shows, and with the first one the circumstances that the application told. Returns its evidence in
 * order; what is learnt from waits for the next snapshot. Nothing where the system does not judge usage, or the subject has switched it off.
 */
export function takeUsage(
  { system, metrics }: Pick<CoreDeps, "system" | "metrics">,
  live: LiveSession,
  { events, now, judge }: UsageStep,
): readonly Evidence[] {
  const { state, subject, circumstances } = live;
  const part = system.usage;
  const [first] = events;
  if (part === undefined || first === undefined) return [];
  const accommodation = inForce(subject.accommodation, now);
  if (state.remoteDesktop || accommodation?.withdrawn.includes("usage") || accommodation?.without.includes("usage")) {
    state.sessionUsage = { ...NO_USAGE, pending: part.initial() };
    return [];
  }
  const before = state.sessionUsage.pending;
  const opening = before === undefined ? part.open(circumstances, first.at) : undefined;
  const { pending, sets } = part.push(before ?? part.initial(), events);
  state.sessionUsage = { ...state.sessionUsage, pending };
  return [...(opening === undefined ? [] : [opening]), ...sets].flatMap((set) => {
    const found = judge(set);
    metrics.windows.inc({ result: found?.kind ?? "learning" });
    keepUsage(live, set, now);
    return found?.kind === "evidence" ? [found] : [];
  });
}

/** Returns the evidence of whether keyboard and pointer agree, when two minutes that saw both are over. */
export function takeCross(
  { system }: Pick<CoreDeps, "system">,
  { state }: LiveSession,
  window: Evidence,
): Evidence | undefined {
  if (system.cross === undefined) return undefined;
  const { state: cross, evidence } = crossCheck(system.cross, state.sessionUsage.cross, window);
  state.sessionUsage = { ...state.sessionUsage, cross };
  return evidence;
}

/** As for other samples: while learning all, afterwards what is surely the owner's. */
function keepUsage(live: LiveSession, set: FeatureSet, now: number): void {
  const { application, subject, state } = live;
  const trusted = subject.reference === undefined ? state.state === "open" : state.decision.kind === "continue";
  const { kept } = state.sessionUsage;
  // What a session is opened with comes before anything is decided; it is kept with the first window that is trusted.
  if (!trusted || !state.signedIn || kept >= KEPT_OF_SESSION) return;
  state.sessionUsage = { ...state.sessionUsage, kept: kept + 1 };
  const id = randomUUID();
  const { extractor } = set;
  const sealed = subject.seal("sample", id, encodeFeatureSet(set));
  const row = { application, subject: subject.subject };
  live.unsaved.push(
    { kind: "addSample", row: { ...row, id, at: now, extractor, sealed } },
    { kind: "keepSamples", row: { ...row, only: extractor, newest: USAGE_KEPT } },
  );
}

/** Returns the circumstances among what an application said when it opened the session. */
export function circumstancesOf({ timeZone, language, country, network }: Circumstances): Circumstances {
  return { timeZone, language, country, network };
}
