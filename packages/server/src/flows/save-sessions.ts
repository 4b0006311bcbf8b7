import type { Deps } from "../deps.ts";
import { saveSession } from "../live/live-session.ts";
import type { SubjectState } from "../live/subjects.ts";

/** Stores what the subject's running sessions have not stored yet: samples and decisions wait for the next snapshot. */
export async function saveSessionsOf(deps: Deps, subject: SubjectState): Promise<void> {
  for (const live of deps.live.all())
    if (live.subject === subject && live.unsaved.length > 0)
      await live.turn.run(() => (live.gone ? undefined : saveSession(deps, live)));
}
