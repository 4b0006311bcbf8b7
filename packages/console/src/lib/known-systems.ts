import {
  baselinePolicy,
  habitusPolicy,
  meanOfLastTen,
  type Policy,
  personAndChange,
  type TrustModel,
} from "@habitus/core";

/** What this console draws of a system: it never compares, so it goes without backgrounds and extractors. */
export interface KnownSystem {
  readonly policy: Policy;
  readonly trust: TrustModel<unknown>;
}

export const KNOWN_SYSTEMS: Readonly<Record<string, KnownSystem>> = {
  habitus: { policy: habitusPolicy, trust: personAndChange as TrustModel<unknown> }, // safe: states stay with their model
  baseline: { policy: baselinePolicy, trust: meanOfLastTen as TrustModel<unknown> }, // safe: states stay with their model
};

/** Returns what to draw of a system (`name@version`); undefined for one that this console does not know. */
export function knownSystem(system: string): KnownSystem | undefined {
  const [name = ""] = system.split("@");
  return Object.hasOwn(KNOWN_SYSTEMS, name) ? KNOWN_SYSTEMS[name] : undefined;
}
