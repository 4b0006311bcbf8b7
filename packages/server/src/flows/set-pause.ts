import type { Deps } from "../deps.ts";
import { redecide } from "../live/apply-events.ts";
import { isPaused } from "../live/consent.ts";
import { saveSession } from "../live/live-session.ts";
import { dropUnfinished } from "../live/live-state.ts";
import type { SubjectState } from "../live/subjects.ts";
import type { PauseRow } from "../storage/storage.ts";
import { announce } from "./announce.ts";
import { audit } from "./audit.ts";
import { inSubjectTurn } from "./in-subject-turn.ts";
import { findSubject } from "./read-subject.ts";

export interface SetPause {
  readonly application: string;
  readonly subject: string;
  /** Until when; null is until it is said, and what is over by now ends a pause. */
  readonly until: number | null;
  readonly actor: string;
}

/**
 * Stops capture and comparison for a while, or lets them go on. What trust was stays as it was, and so does a step-up or a lock that
 * stands: nobody gets rid of a doubt by pausing. The application is told by the decision `noDecision` with the reason `paused`.
 */
export async function setPause(deps: Deps, { application, subject, until, actor }: SetPause): Promise<void> {
  const find = () => findSubject(deps, application, subject);
  const state = await inSubjectTurn(find, async (own) => {
    const at = deps.now();
    const isOver = until !== null && until <= at;
    if (isOver && !isPaused(own, at)) return undefined;
    const row: PauseRow = { application, subject, at, until: isOver ? at : until, actor };
    const before = own.pause;
    if (!isOver) own.pause = row; // stops capture in this tick, before anything is written
    try {
      await deps.commits.submit([
        { kind: "addPause", row },
        isOver
          ? audit(application, { at, action: "subject.resumed", actor, subject })
          : audit(application, { at, action: "subject.paused", actor, subject, detail: { until } }),
      ]);
    } catch (error) {
      own.pause = before;
      throw error;
    }
    own.pause = row;
    return own;
  });
  if (state === undefined) return;
  await updateSessions(deps, state);
}

/** A window is not made of what was typed before and after. */
async function updateSessions(deps: Deps, subject: SubjectState): Promise<void> {
  for (const live of deps.live.all()) {
    if (live.subject !== subject) continue;
    await live.turn.run(async () => {
      if (live.gone || live.state.state === "ended") return;
      live.state = dropUnfinished(live.state, deps.system);
      redecide(deps, live, deps.now());
      await saveSession(deps, live);
      announce(deps, live);
    });
  }
}
