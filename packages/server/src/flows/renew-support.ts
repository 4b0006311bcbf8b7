import type { Deps } from "../deps.ts";
import { mayKeep } from "../live/consent.ts";
import { keepReference } from "../live/keep-reference.ts";
import { readSamples } from "../live/stored-samples.ts";
import type { SubjectState } from "../live/subjects.ts";
import { enrolSubject } from "./enrol.ts";
import { saveSessionsOf } from "./save-sessions.ts";

/** Habits fade: what supports a reference is learnt anew when the reference is so old. */
const RENEW_AFTER_MS = 3 * 86_400_000;

/** When it was last tried, whether or not there was enough to learn from. */
const tried = new WeakMap<SubjectState, number>();

export function isRenewalDue({ system, now }: Deps, state: SubjectState): boolean {
  if (system.renew === undefined || state.reference === undefined || state.erased) return false;
  return now() - Math.max(state.reference.enrolledAt, tried.get(state) ?? 0) >= RENEW_AFTER_MS;
}

/**
 * Learns anew what supports the subject's reference (usage, touch), from stored windows; typing and pointing stay as they are. Where there
 * are several ways of typing all is learnt anew: a new one grows, and one out of use is closed.
 */
export async function renewSupport(deps: Deps, state: SubjectState): Promise<void> {
  tried.set(state, deps.now());
  if (state.profiles.length > 1) {
    await enrolSubject(deps, state, { actor: "habitus" });
    return;
  }
  await saveSessionsOf(deps, state); // windows may still wait for their snapshot
  await state.turn.run(async () => {
    const { reference } = state;
    if (state.erased || !mayKeep(state) || reference === undefined) return;
    const samples = await readSamples(deps, state);
    const renewed = deps.system.renew?.(reference.reference, samples, { now: deps.now() });
    if (renewed === undefined) return;
    const report = { mated: renewed.samples, nonMated: 0, heldOutAccuracy: undefined, heldOut: 0, importances: [] };
    const { profiles } = state;
    const enrolment = {
      kind: "enrolment",
      reference: renewed,
      report: { ...report, featureNames: [], profiles },
    } as const;
    await keepReference(deps, state, enrolment, { actor: "habitus" });
  });
}
