import type { Deps } from "../deps.ts";
import { eraseBehaviour, eraseUnread } from "../flows/erase-behaviour.ts";
import { isDamage } from "../keys/key-provider.ts";
import type { ErasureRow } from "../storage/storage.ts";

/**
 * Erases what was learnt of people whose promised time is over. What fails (a key that is away) is tried again the next time and holds
 * up nobody else. Returns how many were erased.
 */
export async function eraseDue(deps: Deps): Promise<number> {
  let erased = 0;
  for (const row of await deps.storage.dueErasures(deps.now(), Number.MAX_SAFE_INTEGER)) {
    try {
      await eraseOne(deps, row);
      erased += 1;
    } catch (error) {
      deps.metrics.failures.inc({ where: "erase" });
      const name = error instanceof Error ? error.name : "unknown";
      deps.log.warn({ error: name }, "an erasure that is due failed; it is tried again");
    }
  }
  return erased;
}

/** What was damaged cannot be read any more, and is erased all the same. */
async function eraseOne(deps: Deps, { application, subject }: ErasureRow): Promise<void> {
  try {
    const state = await deps.subjects.find(application, subject);
    if (state !== undefined) await eraseBehaviour(deps, state, { actor: "habitus", why: "withdrawn" });
  } catch (error) {
    if (!isDamage(error)) throw error;
    await eraseUnread(deps, { application, subject }, { actor: "habitus", why: "withdrawn" });
  }
}
