import type { Accommodation, SubjectStatus } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { redecide } from "../live/apply-events.ts";
import { saveSession } from "../live/live-session.ts";
import { forgetBehaviour } from "../live/live-state.ts";
import { refreshRules } from "../live/rules.ts";
import type { SubjectState } from "../live/subjects.ts";
import { announce } from "./announce.ts";
import { audit } from "./audit.ts";
import { inSubjectTurn } from "./in-subject-turn.ts";
import { findSubject, subjectStatus } from "./read-subject.ts";

export interface SetAccommodation extends Omit<Accommodation, "at"> {
  readonly application: string;
  readonly subject: string;
}

/**
 * Records what is done differently for this subject, and does it from now on. The audit tells that it changed and by whom; what it is
 * may speak of somebody's health and is sealed.
 */
export async function setAccommodation(
  deps: Deps,
  { application, subject, actor, ...said }: SetAccommodation,
): Promise<SubjectStatus> {
  const find = () => findSubject(deps, application, subject);
  const state = await inSubjectTurn(find, async (own) => {
    // Its instant is part of the seal: two of the same millisecond would have the same place.
    const at = Math.max(deps.now(), (own.accommodation?.at ?? 0) + 1);
    const sealed = own.seal("accommodation", String(at), Buffer.from(JSON.stringify(said)));
    await deps.commits.submit([
      { kind: "addAccommodation", row: { application, subject, at, actor, sealed } },
      audit(application, { at, action: "subject.accommodated", actor, subject }),
    ]);
    own.accommodation = { ...said, actor, at };
    return own;
  });
  await updateSessions(deps, state);
  return subjectStatus(deps, state);
}

/** What was built on input that is now switched off is forgotten; a step-up that stands goes on standing. */
async function updateSessions(deps: Deps, subject: SubjectState): Promise<void> {
  const isOff = [...(subject.accommodation?.without ?? []), ...(subject.accommodation?.withdrawn ?? [])].length > 0;
  for (const live of deps.live.all()) {
    if (live.subject !== subject) continue;
    await live.turn.run(async () => {
      if (live.gone || live.state.state === "ended") return;
      if (isOff) live.state = forgetBehaviour(live.state, deps.system);
      refreshRules(deps, live, { at: deps.now() });
      redecide(deps, live, deps.now());
      await saveSession(deps, live);
      announce(deps, live);
    });
  }
}
