import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { isDamage } from "../keys/key-provider.ts";
import { saveSession } from "../live/live-session.ts";

/** Takes up the sessions that a killed process left with a journal. Returns how many. */
export async function recoverSessions(deps: Deps): Promise<number> {
  const pending = await deps.storage.pendingSessions();
  for (const { application, session } of pending) {
    try {
      await deps.live.run(application, session, (live) => saveSession(deps, live));
    } catch (error) {
      if (isDamage(error)) {
        // The session's requests tell it; the others go on, and its journal stays as it is.
        deps.metrics.failures.inc({ where: "recover" });
        deps.log.error({ session }, "a session cannot be opened: its stored data was damaged");
        continue;
      }
      if (!(error instanceof ServiceError && error.code === "unknown-session")) throw error;
      await deps.commits.submit([{ kind: "dropPending", row: { application, session } }]); // its subject was erased
    }
  }
  if (pending.length > 0) deps.log.info({ sessions: pending.length }, "sessions were recovered from the journal");
  return pending.length;
}
