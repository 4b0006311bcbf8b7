import { type FeatureSet, SITTING_PAUSE_MS, type System } from "@habitus/core";
import type { LiveSession } from "./live-session.ts";
import type { SubjectState } from "./subjects.ts";

/** A way of typing that a passed step-up opened: from there on windows of the sitting are learnt as a profile of its own. */
export interface Opening {
  /** When, which names the profile; server's clock. */
  readonly since: number;
  /** Windows of it so far, and how many they were when a reference was last made of them. */
  windows: number;
  tried: number;
  /** End of the newest, client's clock. */
  until: number | null;
}

/** Returns what a step-up that is passed now opens: nothing but where the sitting was doubted as a whole, from its start. */
export function openingAt(system: System, { state }: LiveSession, at: number): Opening | undefined {
  const { sitting, decision } = state;
  if (sitting === undefined || decision.kind !== "stepUp" || system.doubt?.(sitting) !== "anotherWay") return undefined;
  return { since: Math.round(at), windows: 0, tried: 0, until: null };
}

/** There are enough windows to learn from, and since the last time twice as many. */
export function isOpeningDue({ sufficientSamples }: System, { windows, tried }: Opening): boolean {
  return windows >= Math.max(sufficientSamples, 2 * tried);
}

/**
 * Returns the window marked with the profile that it is of; undefined where that is not clear, and it is not kept. A sitting that
 * ended takes its opening with it.
 */
export function markWindow(system: System, { state, subject }: LiveSession, set: FeatureSet): FeatureSet | undefined {
  const { opening } = state;
  if (opening !== undefined && set.startedAt - (opening.until ?? set.startedAt) > SITTING_PAUSE_MS)
    state.opening = undefined;
  if (state.opening !== undefined && set.keystrokes > 0) {
    state.opening.windows += 1;
    state.opening.until = set.endedAt;
    return { ...set, profile: state.opening.since };
  }
  if (subject.reference === undefined || system.assign === undefined) return set;
  return system.assign(subject.reference.reference, set, state.sitting);
}

/** Returns the profiles that a reference may be made of: those there are, with one more or less. */
export function profilesOf(
  { profiles }: SubjectState,
  { opens, closes }: { readonly opens?: number | undefined; readonly closes?: number | undefined } = {},
): readonly number[] {
  const known = profiles.length === 0 ? [0] : profiles.map(({ since }) => since);
  return [...known, ...(opens === undefined ? [] : [opens])].filter((since) => since !== closes);
}
