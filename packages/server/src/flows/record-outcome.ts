import { explainEvidence } from "@habitus/core";
import type { Assessment, Outcome } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { redecide } from "../live/apply-events.ts";
import { adopt } from "../live/judge.ts";
import { type LiveSession, saveSession } from "../live/live-session.ts";
import { announce } from "./announce.ts";
import { assessmentOf } from "./assess.ts";
import { audit } from "./audit.ts";
import { closeSession } from "./close-session.ts";

export interface RecordOutcome {
  readonly application: string;
  readonly session: string;
  readonly outcome: Outcome;
  readonly actor: string;
}

/** Tells the session how a step-up went, whose it was, or that it is over. Returns the assessment after it. */
export async function recordOutcome(
  deps: Deps,
  { application, session, outcome, actor }: RecordOutcome,
): Promise<Assessment> {
  return deps.live.run(application, session, async (live) => {
    if (live.state.state === "ended" && outcome !== "reportedTakeover" && outcome !== "confirmedByOwner")
      throw new ServiceError("session-closed");
    const at = deps.now();
    if (live.state.state !== "ended") takeOutcome(deps, live, outcome, at);
    const record = [
      { kind: "addOutcome" as const, row: { application, session, at, outcome, actor } },
      audit(application, {
        at,
        action: "outcome.recorded",
        actor,
        subject: live.subject.subject,
        session,
        detail: { outcome },
      }),
    ];
    if (outcome === "ended") await closeSession(deps, live, { actor, extra: record });
    else await saveSession(deps, live, record);
    announce(deps, live);
    return assessmentOf(deps, live);
  });
}

function takeOutcome(deps: Deps, live: LiveSession, outcome: Outcome, at: number): void {
  const { state } = live;
  switch (outcome) {
    case "stepUpPassed":
    case "confirmedByOwner":
      if (state.decision.kind === "lock") return; // only a new sign-in ends a lock
      state.trust = deps.system.trust.reset(state.trust);
      state.sitting = undefined;
      state.evidence = [];
      state.stepUp = "passed";
      redecide(deps, live, at);
      return;
    case "stepUpFailed":
      state.stepUp = "failed";
      redecide(deps, live, at);
      return;
    case "reportedTakeover":
      state.stepUp = "failed";
      adopt(deps, live, { kind: "lock", at, reasons: explainEvidence(state.evidence) });
      return;
    case "ended":
      return;
  }
}
