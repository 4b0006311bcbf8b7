import { randomUUID } from "node:crypto";
import {
  type Circumstances,
  type CrossState,
  type FeatureSet,
  SUPPORT_KEPT,
  SUPPORT_OF_SESSION,
  type SupportingPart,
} from "@habitus/core";
import type { CoreDeps } from "../deps.ts";
import { inForce } from "./accommodation.ts";
import type { LiveSession } from "./live-session.ts";
import type { Seen } from "./read-events.ts";
import { encodeFeatureSet } from "./records.ts";

/** What a session knows, between two batches, of what supports its windows. Plain data, under 1 kB. */
export interface Supported {
  /** The circumstances that the session was opened in were looked at: they come with the first batch. */
  readonly isOpened: boolean;
  /** Windows of each that were kept to learn from. */
  readonly kept: Readonly<Partial<Record<SupportingPart["modality"], number>>>;
  /** Whether keyboard and pointer agree, over the minutes that are not over yet. */
  readonly cross?: CrossState | undefined;
}
export const NOT_SUPPORTED: Supported = { isOpened: false, kept: {} };

/**
 * Returns the feature sets of what supports the windows of a batch (usage, touch), with the first one that of the circumstances which
 * the application told; what is learnt from waits for the next snapshot. What the subject has switched off is passed over.
 */
export function takeSupport(
  { system }: Pick<CoreDeps, "system">,
  live: LiveSession,
  { readings, startedAt }: Pick<Seen, "readings" | "startedAt">,
  now: number,
): readonly FeatureSet[] {
  const { state, subject, circumstances } = live;
  if (state.remoteDesktop) return [];
  const { withdrawn = [], without = [] } = inForce(subject.accommodation, now) ?? {};
  const { isOpened } = state.supported;
  state.supported = { ...state.supported, isOpened: true };
  return (system.supporting ?? []).flatMap((part) => {
    const { modality } = part;
    if (withdrawn.includes(modality) || without.includes(modality)) return [];
    const opening = isOpened ? undefined : part.open?.(circumstances, startedAt);
    const sets = readings.flatMap((one) => (one.kind === "support" && one.modality === modality ? [one.set] : []));
    const all = opening === undefined ? sets : [opening, ...sets];
    for (const set of all) keepWindow(live, { modality, set, now });
    return all;
  });
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
  if (!trusted || !state.signedIn || kept >= SUPPORT_OF_SESSION) return;
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
