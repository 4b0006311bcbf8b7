import { balanced, emptyHistory, type PolicyTargets, readHistory, type ScoreHistory, type System } from "@habitus/core";
import { open, type SealContext, seal } from "../keys/envelope.ts";
import { unlessDamaged } from "../keys/key-provider.ts";
import type { Secrets } from "../keys/secrets.ts";
import type { PolicyRow, Storage, Write } from "../storage/storage.ts";
import { systemId } from "./live-state.ts";

export interface ActivePolicy {
  readonly id: string;
  readonly version: number;
  readonly targets: PolicyTargets;
}

/** What a service starts with. */
export const DEFAULT_POLICY: ActivePolicy = { id: "default", version: 0, targets: balanced };

/** The policies of an application and the scores of all its subjects. One object per application, shared by its sessions. */
export interface ApplicationPolicies {
  readonly application: string;
  live: ActivePolicy;
  shadow: ActivePolicy | undefined;
  /** Hours of genuine use of the application's subjects under the running system. */
  population: ScoreHistory;
}

export interface Policies {
  readonly load: (application: string) => Promise<ApplicationPolicies>;
  /** Takes over the roles that the store has now. */
  readonly reload: (application: string) => Promise<ApplicationPolicies>;
  readonly sealPopulation: (policies: ApplicationPolicies) => Write;
}

export interface PoliciesDeps {
  readonly storage: Storage;
  readonly system: System;
  readonly secrets: Secrets;
}

/** A score history with the system whose trust it is of: another system's says nothing. */
interface StoredHistory {
  readonly system: string;
  readonly history: unknown;
}

export async function createPolicies({ storage, system, secrets }: PoliciesDeps): Promise<Policies> {
  const key = secrets.derive("score-histories", 32);
  const held = new Map<string, Promise<ApplicationPolicies>>();
  const contextOf = (application: string): SealContext => ({ application, subject: "", kind: "scores", version: "1" });

  const load = async (application: string): Promise<ApplicationPolicies> => {
    const row = await storage.scoreHistory(application, "");
    // Damaged, it is begun anew: it only makes thresholds fit sooner, and nobody may stop a tenant by altering one row.
    const plain = row && (await unlessDamaged(async () => open(key, contextOf(application), row.sealed)));
    const population = plain === undefined ? emptyHistory() : decodeHistory(plain, system);
    return { application, population, ...rolesOf(await storage.policies(application)) };
  };
  const get = (application: string): Promise<ApplicationPolicies> => {
    const known = held.get(application);
    if (known !== undefined) return known;
    const loading = load(application);
    held.set(application, loading);
    loading.catch(() => held.delete(application)); // the next one tries again
    return loading;
  };
  return {
    load: get,
    async reload(application) {
      const known = await get(application);
      return Object.assign(known, rolesOf(await storage.policies(application)));
    },
    sealPopulation({ application, population }) {
      const sealed = seal(key, contextOf(application), encodeHistory(population, system));
      return { kind: "putScoreHistory", row: { application, subject: "", sealed } };
    },
  };
}

export function encodeHistory(history: ScoreHistory, system: System): Buffer {
  // Counts to a thousandth: what has faded below that no longer matters.
  const plain: StoredHistory = { system: systemId(system), history };
  return Buffer.from(JSON.stringify(plain, (_, n) => (typeof n === "number" ? Math.round(1000 * n) / 1000 : n)));
}

/** Returns the history, an empty one where it is of another system or of another version's layout. */
export function decodeHistory(record: Buffer, system: System): ScoreHistory {
  const { system: of, history } = JSON.parse(record.toString()) as StoredHistory; // it was sealed: we wrote it
  if (of !== systemId(system)) return emptyHistory();
  try {
    return readHistory(history);
  } catch {
    return emptyHistory();
  }
}

function rolesOf(rows: readonly PolicyRow[]): Pick<ApplicationPolicies, "live" | "shadow"> {
  const find = (wanted: PolicyRow["role"]): ActivePolicy | undefined => {
    const row = rows.find(({ role }) => role === wanted);
    return row && { id: row.id, version: row.version, targets: row.targets };
  };
  return { live: find("live") ?? DEFAULT_POLICY, shadow: find("shadow") };
}
