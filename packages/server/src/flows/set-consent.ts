import type { Purpose, SubjectStatus, Tier } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { redecide } from "../live/apply-events.ts";
import { mayKeep } from "../live/consent.ts";
import { saveSession } from "../live/live-session.ts";
import { forgetBehaviour } from "../live/live-state.ts";
import { dropUnstored } from "../live/subject-phrases.ts";
import type { SubjectState } from "../live/subjects.ts";
import type { ConsentRow } from "../storage/storage.ts";
import { announce } from "./announce.ts";
import { audit } from "./audit.ts";
import { subjectStatus } from "./read-subject.ts";

export interface SetConsent {
  readonly application: string;
  readonly subject: string;
  readonly granted: boolean;
  readonly textVersion: string;
  readonly actor: string;
  readonly purpose: Purpose;
  readonly tier: Tier;
}

/** Records that consent was given or withdrawn. A withdrawal stops the running sessions and drops what was pending. */
export async function setConsent(deps: Deps, { application, subject, ...consent }: SetConsent): Promise<SubjectStatus> {
  const state = await deps.subjects.ensure(application, subject);
  const { granted, textVersion, actor, purpose, tier } = consent;
  await state.turn.run(async () => {
    const row: ConsentRow = { application, subject, ...consent, at: deps.now() };
    const before = state.consents;
    if (!granted) state.consents = { ...before, [purpose]: row }; // stops capture in this tick, before anything is written
    try {
      await deps.commits.submit([
        { kind: "addConsent", row },
        audit(application, {
          at: row.at,
          action: granted ? "consent.granted" : "consent.withdrawn",
          actor,
          subject,
          detail: { textVersion, purpose, tier },
        }),
      ]);
    } catch (error) {
      state.consents = before;
      throw error;
    }
    state.consents = { ...before, [purpose]: row };
  });
  await updateSessions(deps, state);
  return subjectStatus(deps, state);
}

async function updateSessions(deps: Deps, subject: SubjectState): Promise<void> {
  const { application } = subject;
  if (!mayKeep(subject)) dropUnstored(subject.phrases);
  for (const { session, state } of await deps.storage.sessions(application, {
    subject: subject.subject,
    limit: 1000,
  })) {
    if (state === "ended") continue;
    await deps.live.run(application, session, async (live) => {
      if (mayKeep(subject)) redecide(deps, live, deps.now());
      else {
        live.state = forgetBehaviour(live.state, deps.system);
        live.unsaved = live.unsaved.filter(({ kind }) => kind !== "addSample" && kind !== "addTrace");
        redecide(deps, live, deps.now());
        await saveSession(deps, live);
      }
      announce(deps, live);
    });
  }
}
