import { POLICY_CONTEXTS } from "@habitus/core";
import type { PolicyRecord } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { type ActivePolicy, type ApplicationPolicies, DEFAULT_POLICY } from "../live/policies.ts";
import { compileFor } from "../live/rules.ts";
import type { PolicyRow } from "../storage/storage.ts";

/** Returns the newest version of each policy of the application, the one that a service starts with among them. */
export async function listPolicies(deps: Deps, application: string): Promise<readonly PolicyRecord[]> {
  const policies = await deps.policies.load(application);
  const rows = await deps.storage.policies(application);
  const records = rows.map((row) => recordOf(deps, policies, row));
  const isReplaced = rows.some(({ id }) => id === DEFAULT_POLICY.id);
  return isReplaced ? records : [defaultRecord(deps, policies), ...records];
}

/** Returns the newest version of a policy, or the one asked for. Throws `unknown-policy`. */
export async function readPolicy(
  deps: Deps,
  {
    application,
    id,
    version,
  }: { readonly application: string; readonly id: string; readonly version?: number | undefined },
): Promise<PolicyRecord> {
  const found = (await listPolicies(deps, application)).find((record) => record.id === id);
  if (version === undefined || version === found?.version) {
    if (found === undefined) throw new ServiceError("unknown-policy");
    return found;
  }
  const row = await deps.storage.policy(application, id, version);
  if (row === undefined) throw new ServiceError("unknown-policy", `There is no version ${version} of this policy.`);
  return recordOf(deps, await deps.policies.load(application), row);
}

export function recordOf(deps: Pick<Deps, "system">, policies: ApplicationPolicies, row: PolicyRow): PolicyRecord {
  const { id, version, role, at, actor, targets } = row;
  return { id, version, role, at, actor, targets, compiled: compiledOf(deps, policies, { id, version, targets }) };
}

function defaultRecord(deps: Pick<Deps, "system">, policies: ApplicationPolicies): PolicyRecord {
  const role = policies.live === DEFAULT_POLICY ? "live" : "off";
  return { ...DEFAULT_POLICY, role, at: 0, actor: "habitus", compiled: compiledOf(deps, policies, DEFAULT_POLICY) };
}

/** The thresholds of somebody without a history of their own. */
function compiledOf(
  { system }: Pick<Deps, "system">,
  policies: ApplicationPolicies,
  active: ActivePolicy,
): PolicyRecord["compiled"] {
  const entries = POLICY_CONTEXTS.map((context) => {
    const { policy, predicted, bound, weights } = compileFor(active, {
      system,
      policies,
      context,
      subject: undefined,
      at: 0,
    });
    const { stepUpBelow, observeBelow, continueFrom, lockBelow } = policy;
    return [context, { stepUpBelow, observeBelow, continueFrom, lockBelow, predicted, bound, weights }] as const;
  });
  return Object.fromEntries(entries) as PolicyRecord["compiled"]; // made of just these contexts
}
