import { checkTargets, type PolicyTargets } from "@habitus/core";
import type { PolicyRecord, PolicyRole } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { redecide } from "../live/apply-events.ts";
import { refreshRules } from "../live/rules.ts";
import type { PolicyRow } from "../storage/storage.ts";
import { announce } from "./announce.ts";
import { audit } from "./audit.ts";
import { recordOf } from "./read-policies.ts";

export interface PutPolicy {
  readonly application: string;
  readonly id: string;
  readonly role: PolicyRole;
  readonly targets: PolicyTargets;
  readonly actor: string;
}

/**
 * Saves the next version of a policy; the running sessions of the application are judged by it at once where it is live. One that
 * contradicts itself throws `contradictory-policy`, says why, and changes nothing.
 */
export async function putPolicy(
  deps: Deps,
  { application, id, role, targets, actor }: PutPolicy,
): Promise<PolicyRecord> {
  const faults = checkTargets(targets);
  if (faults.length > 0) throw new ServiceError("contradictory-policy", faults.join(" "));
  const at = deps.now();
  const newest = (await deps.storage.policies(application)).find((row) => row.id === id);
  const version = (newest?.version ?? 0) + 1;
  const row: PolicyRow = { application, id, version, role, at, actor, targets };
  await deps.commits.submit([
    { kind: "addPolicy", row }, // two at the same time: the second has the version of the first and is refused
    audit(application, { at, action: "policy.saved", actor, detail: { id, version, role } }),
  ]);
  const policies = await deps.policies.reload(application);
  for (const live of deps.live.all())
    if (live.application === application)
      await live.turn.run(() => {
        if (live.gone || live.state.state === "ended") return;
        refreshRules(deps, live, { at: deps.now() });
        redecide(deps, live, deps.now());
        announce(deps, live);
      });
  return recordOf(deps, policies, row);
}
