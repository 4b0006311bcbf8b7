import { randomUUID } from "node:crypto";
import {
  type Circumstances,
  type CrossState,
  crossCheck,
  type Event,
  type Evidence,
  type FeatureSet,
  type NoEvidence,
  type SupportingPart,
} from "@habitus/core";
import type { CoreDeps } from "../deps.ts";
import { inForce } from "./accommodation.ts";
import type { LiveSession } from "./live-session.ts";
import { encodeFeatureSet } from "./records.ts";
import { SUPPORT_KEPT } from "./stored-samples.ts";

/** So many of one session are learnt from: what makes a habit is days, not hours. */
const KEPT_OF_SESSION = 10;

/** What a session knows, between two batches, of what supports its windows. Plain data, under 4 kB. */
export interface Supported {
  /** By modality; missing before the first batch: the circumstances come with it. */
  readonly pending: Readonly<Partial<Record<SupportingPart["modality"], unknown>>>;
  /** Windows of each that were kept to learn from. */
  readonly kept: Readonly<Partial<Record<SupportingPart["modality"], number>>>;
  /** Whether keyboard and pointer agree, over the minutes that are not over yet. */
  readonly cross?: CrossState | undefined;
}
export const NOT_SUPPORTED: Supported = { pending: {}, kept: {} };

export interface SupportStep {
  readonly events: readonly Event[];
  /** When the batch came, server's clock. */
  readonly now: number;
  readonly judge: (set: FeatureSet) => Evidence | NoEvidence | undefined;
}

/**
 * Reads from a batch what supports its windows (usage, touch), and with the first one the circumstances that the application told.
 * Returns the evidence in order; what is learnt from waits for the next snapshot. What the subject has switched off is passed over.
 */
export function takeSupport(
  { system, metrics }: Pick<CoreDeps, "system" | "metrics">,
  live: LiveSession,
  { events, now, judge }: SupportStep,
): readonly Evidence[] {
  const { state, subject, circumstances } = live;
  const [first] = events;
  if (first === undefined) return [];
  const accommodation = inForce(subject.accommodation, now);
  return (system.supporting ?? []).flatMap((part) => {
    const { modality } = part;
    const before = state.supported.pending[modality];
    const isOff = accommodation?.withdrawn.includes(modality) || accommodation?.without.includes(modality);
    if (state.remoteDesktop || isOff) {
      keepPending(live, modality, part.initial());
      return [];
    }
    const opening = before === undefined ? part.open?.(circumstances, first.at) : undefined;
    const { pending, sets } = part.push(before ?? part.initial(), events);
    keepPending(live, modality, pending);
    return [...(opening === undefined ? [] : [opening]), ...sets].flatMap((set) => {
      const found = judge(set);
      metrics.windows.inc({ result: found?.kind ?? "learning" });
      keepWindow(live, { modality, set, now });
      return found?.kind === "evidence" ? [found] : [];
    });
  });
}

function keepPending({ state }: LiveSession, modality: SupportingPart["modality"], pending: unknown): void {
  state.supported = { ...state.supported, pending: { ...state.supported.pending, [modality]: pending } };
}

/** Returns the evidence of whether keyboard and pointer agree, when two minutes that saw both are over. */
export function takeCross(
  { system }: Pick<CoreDeps, "system">,
  { state }: LiveSession,
  window: Evidence,
): Evidence | undefined {
  if (system.cross === undefined) return undefined;
  const { state: cross, evidence } = crossCheck(system.cross, state.supported.cross, window);
  state.supported = { ...state.supported, cross };
  return evidence;
}

/** As for other samples: while learning all, afterwards what is surely the owner's. */
function keepWindow(
  live: LiveSession,
  {
    modality,
    set,
    now,
  }: { readonly modality: SupportingPart["modality"]; readonly set: FeatureSet; readonly now: number },
): void {
  const { application, subject, state } = live;
  const trusted = subject.reference === undefined ? state.state === "open" : state.decision.kind === "continue";
  const kept = state.supported.kept[modality] ?? 0;
  if (!trusted || !state.signedIn || kept >= KEPT_OF_SESSION) return;
  state.supported = { ...state.supported, kept: { ...state.supported.kept, [modality]: kept + 1 } };
  const id = randomUUID();
  const { extractor } = set;
  const sealed = subject.seal("sample", id, encodeFeatureSet(set));
  const row = { application, subject: subject.subject };
  live.unsaved.push(
    { kind: "addSample", row: { ...row, id, at: now, extractor, sealed } },
    { kind: "keepSamples", row: { ...row, only: extractor, newest: SUPPORT_KEPT } },
  );
}

/** Returns the circumstances among what an application said when it opened the session. */
export function circumstancesOf({ timeZone, language, country, network }: Circumstances): Circumstances {
  return { timeZone, language, country, network };
}
