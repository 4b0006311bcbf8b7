import type { Deps } from "../deps.ts";
import { KeyError } from "../keys/key-provider.ts";
import { type LiveSession, saveSession } from "../live/live-session.ts";
import { dropUnfinished } from "../live/live-state.ts";
import { noPhrases, settlePhrases } from "../live/phrases.ts";
import { closeUse } from "../live/use.ts";
import type { Write } from "../storage/storage.ts";
import { audit } from "./audit.ts";

/** Ends the session; what was pending is dropped, what was decided stays. Must run in the session's turn. */
export async function closeSession(
  deps: Deps,
  live: LiveSession,
  { actor, extra = [] }: { actor: string; extra?: readonly Write[] },
): Promise<void> {
  const { application, session, subject, state } = live;
  if (state.state === "ended") return;
  const at = deps.now();
  settlePhrases(deps, live, at, { isOver: true });
  const use = closeUse(deps, live, at);
  live.state = {
    ...dropUnfinished(state, deps.system),
    state: "ended",
    phrases: { ...noPhrases(), newest: state.phrases.newest },
  };
  const note = audit(application, { at, action: "session.closed", actor, subject: subject.subject, session });
  try {
    await saveSession(deps, live, [...extra, ...use.writes, note]);
  } catch (error) {
    use.undo();
    deps.live.drop(live); // the store knows it as it was before
    throw error;
  }
}

/** Ends the sessions whose time is over. */
export async function closeExpired(deps: Deps): Promise<void> {
  for (const { application, session } of await deps.storage.expiredSessions(deps.now(), 500))
    try {
      await deps.live.run(application, session, (live) => closeSession(deps, live, { actor: "habitus" }));
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      deps.metrics.failures.inc({ where: "expire" }); // damaged, or the keys are away: the others go on
    }
}
