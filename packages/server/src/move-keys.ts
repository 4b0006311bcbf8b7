import { join } from "node:path";
import { createAuditSigner } from "./audit/sign.ts";
import { noteEverywhere, type RotatedKeys, rewrapAll } from "./flows/rotate-keys.ts";
import { type KeysConfig, openKeys } from "./keys/config.ts";
import { openSecrets, ROOT } from "./keys/secrets.ts";
import { readHead } from "./keys/wrapped.ts";
import { createGroupCommit } from "./storage/group-commit.ts";
import { openSqlite } from "./storage/sqlite/open-sqlite.ts";

export interface MoveKeys {
  /** Of a service that is stopped. */
  readonly dataDir: string;
  readonly from: KeysConfig;
  readonly to: KeysConfig;
  readonly now?: () => number;
}

/**
 * Wraps everything under the newest key of another provider, whose key is made where it has none. Where it is interrupted it is called
 * again. The old provider's keys are left as they are: older backups open with them. Throws a `RangeError` for the same provider twice.
 */
export async function moveKeys({
  dataDir,
  from,
  to,
  now = Date.now,
}: MoveKeys): Promise<Pick<RotatedKeys, "rewrapped" | "damaged">> {
  if (from.provider === to.provider)
    throw new RangeError(`the keys are moved from ${from.provider} to ${to.provider}: name two providers`);
  const storage = openSqlite(join(dataDir, "habitus.db"));
  try {
    const path = join(dataDir, "key");
    const root = await storage.serviceKey(ROOT);
    if (root === undefined) throw new RangeError(`${dataDir} holds nothing to move: start the service on it once`);
    const isBegun = readHead(root).provider === to.provider;
    const { keys: source } = await openKeys(from, path, { mayMake: false });
    const { keys: target } = await openKeys(to, path, { mayMake: !isBegun });
    try {
      const commits = createGroupCommit(storage);
      const moved = await rewrapAll({ storage, commits }, { from: [source, target], to: target });
      storage.signAudit(createAuditSigner(await openSecrets(storage, target)));
      const detail = { from: source.name, to: target.name, ...moved };
      await noteEverywhere({ storage, commits, now }, "keys.moved", "host", detail);
      return moved;
    } finally {
      await source.close();
      await target.close();
    }
  } finally {
    await storage.close();
  }
}
