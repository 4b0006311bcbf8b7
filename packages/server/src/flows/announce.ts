import type { CoreDeps } from "../deps.ts";
import type { LiveSession } from "../live/live-session.ts";
import { assessmentOf } from "./assess.ts";

/** Tells those who watch the session. */
export function announce(deps: Pick<CoreDeps, "hub" | "system" | "now">, live: LiveSession): void {
  const { application, session } = live;
  if (deps.hub.isWatched(application, session)) deps.hub.publish(application, assessmentOf(deps, live));
}
