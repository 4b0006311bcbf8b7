import { EVIDENCE_KEPT, type Evidence } from "@habitus/core";
import type { Assessment } from "@habitus/wire";
import { knownSystem } from "./known-systems.ts";

export interface TrustPoint {
  readonly at: number;
  readonly trust: number;
}

/**
 * Returns how trust came to be what it is, one point per window, by the trust model that the service runs. Where older
 * windows are no longer in the assessment, what the model remembers of them is missing: only the points for which as many
 * scores are there as a decision needs are kept, and only the newest where even that does not come to the trust that was told.
 */
export function trustPoints({ evidence, system, trust, at }: Assessment): TrustPoint[] {
  if (trust === null) return [];
  const newest = { at: evidence.at(-1)?.at ?? at, trust };
  const found = knownSystem(system);
  if (found === undefined) return [newest];
  const fewest = evidence.length < EVIDENCE_KEPT ? 1 : found.policy.minimumScores;
  const points: TrustPoint[] = [];
  let state = found.trust.initial();
  for (const one of evidence) {
    state = found.trust.update(state, toEvidence(one, system));
    const { value, scores } = found.trust.read(state);
    if (value !== undefined && scores >= fewest) points.push({ at: one.at, trust: value });
  }
  const last = points.at(-1);
  return last !== undefined && Math.abs(last.trust - trust) < 1e-9 ? points : [newest];
}

function toEvidence({ sittingLlr, ...one }: Assessment["evidence"][number], system: string): Evidence {
  return { ...one, ...(sittingLlr !== null && { sittingLlr }), kind: "evidence", source: system, startedAt: one.at };
}
