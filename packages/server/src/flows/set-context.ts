import type { PolicyContext } from "@habitus/core";
import type { Assessment } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { redecide } from "../live/apply-events.ts";
import { saveSession } from "../live/live-session.ts";
import { refreshRules } from "../live/rules.ts";
import { announce } from "./announce.ts";
import { assessmentOf } from "./assess.ts";
import { audit } from "./audit.ts";

export interface SetContext {
  readonly application: string;
  readonly session: string;
  readonly context: PolicyContext;
  readonly actor: string;
}

/** Judges the session by what is at stake now. A step-up or a lock that stands is not undone by less being at stake. */
export async function setContext(
  deps: Deps,
  { application, session, context, actor }: SetContext,
): Promise<Assessment> {
  return deps.live.run(application, session, async (live) => {
    if (live.state.state === "ended") throw new ServiceError("session-closed");
    if (live.state.rules.context === context) return assessmentOf(deps, live);
    const at = deps.now();
    refreshRules(deps, live, { at, context });
    // More may be at stake after a long absence: time counts here, though nothing was seen.
    redecide(deps, live, at, { readAt: at - (live.state.clockOffset ?? 0) });
    const { subject } = live.subject;
    await saveSession(deps, live, [
      audit(application, { at, action: "context.changed", actor, subject, session, detail: { context } }),
    ]);
    announce(deps, live);
    return assessmentOf(deps, live);
  });
}
