import type { Reference } from "../comparison/comparator.ts";
import { type CrossState, crossCheck } from "../evidence/cross-check.ts";
import type { Evidence, NoEvidence } from "../evidence/evidence.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { type LookMemory, lookAt } from "../policy/look-memory.ts";
import type { DecisionKind, Policy } from "../policy/policy.ts";
import type { Sitting, System } from "./system.ts";

/** What a session has shown of its subject so far. Plain data. */
export interface Followed {
  readonly sitting: Sitting | undefined;
  /** Whether keyboard and pointer agree, over the minutes that are not over yet. */
  readonly cross: CrossState | undefined;
}

export interface JudgedSet extends Followed {
  readonly found: Evidence | NoEvidence;
  /** What is to be put to trust, in this order. */
  readonly said: readonly Evidence[];
}

/** Judges a feature set in the light of the session that it is of. One that supports others is not asked whether two modalities agree. */
export function judgeSet(
  system: System,
  reference: Reference,
  { sitting, cross }: Followed,
  { set, supports }: { readonly set: FeatureSet; readonly supports: boolean },
): JudgedSet {
  const next = system.follow?.(reference, set, sitting) ?? { evidence: system.compare(reference, set), sitting };
  const found = next.evidence;
  if (found.kind === "noEvidence") return { found, said: [], sitting: next.sitting, cross };
  if (supports || system.cross === undefined) return { found, said: [found], sitting: next.sitting, cross };
  const checked = crossCheck(system.cross, cross, found);
  const said = checked.evidence === undefined ? [found] : [checked.evidence, found];
  return { found, said, sitting: next.sitting, cross: checked.state };
}

/** Trust, and what its looks are remembered for. */
export interface Trusted {
  readonly trust: unknown;
  readonly looks: LookMemory;
}

export interface Look {
  readonly at: number;
  /** The decision that stands. */
  readonly previous: DecisionKind;
  readonly thresholds: Policy;
}

/** Returns trust after this evidence. What only supports is no look of its own. */
export function putToTrust(
  { trust: model }: Pick<System, "trust">,
  { trust, looks }: Trusted,
  evidence: Evidence,
  { at, previous, thresholds }: Look,
): Trusted {
  const after = model.update(trust, evidence);
  if (evidence.supporting === true) return { trust: after, looks };
  return { trust: after, looks: lookAt(thresholds, looks, { at, previous, reading: model.read(after) }) };
}

/** Returns trust as a number from 0 to 1; null while nothing can be said. */
export function trustNow({ trust: model }: Pick<System, "trust">, trust: unknown): number | null {
  return model.read(trust).value ?? null;
}
