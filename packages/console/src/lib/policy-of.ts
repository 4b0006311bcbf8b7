import { findSystem, type Policy } from "@habitus/core";

/** Returns the policy of a system (`name@version`); undefined for one that this console does not know. */
export function policyOf(system: string): Policy | undefined {
  return findSystem(system.split("@")[0] ?? "")?.policy;
}
