import type { Purpose, SubjectStatus, Tier } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { redecide } from "../live/apply-events.ts";
import { mayKeep } from "../live/consent.ts";
import { saveSession } from "../live/live-session.ts";
import { forgetBehaviour } from "../live/live-state.ts";
import { dropUnstored } from "../live/subject-phrases.ts";
import type { SubjectState } from "../live/subjects.ts";
import type { ConsentRow, Write } from "../storage/storage.ts";
import { announce } from "./announce.ts";
import { audit } from "./audit.ts";
import { eraseBehaviour } from "./erase-behaviour.ts";
import { inSubjectTurn } from "./in-subject-turn.ts";
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

const HOUR_MS = 3_600_000;
/** What of behaviour waits to be stored. */
const PENDING: readonly Write["kind"][] = ["addSample", "addTrace", "keepEvents"];

/**
 * Records that consent was given or withdrawn. Without the one to be recognised the running sessions stop, what was pending is dropped,
 * and all that was learnt is gone within the promised time; given again, everything begins anew.
 */
export async function setConsent(deps: Deps, given: SetConsent): Promise<SubjectStatus> {
  const { application, subject, purpose, granted } = given;
  const state = await recordConsent(deps, given);
  if (purpose === "research" && !granted) await dropEvents(deps, state);
  if (purpose !== "authentication") return subjectStatus(deps, state);
  await updateSessions(deps, state);
  const due = await deps.storage.erasure(application, subject);
  if (granted || due === undefined || due.dueAt > deps.now()) return subjectStatus(deps, state);
  await eraseBehaviour(deps, state, { actor: given.actor, why: "withdrawn" });
  return subjectStatus(deps, await deps.subjects.ensure(application, subject));
}

async function recordConsent(deps: Deps, given: SetConsent): Promise<SubjectState> {
  const { application, subject } = given;
  const isRenewal = given.granted && given.purpose === "authentication";
  const find = async (): Promise<SubjectState> => {
    const state = await deps.subjects.ensure(application, subject);
    if (!isRenewal || (await deps.storage.erasure(application, subject)) === undefined) return state;
    await eraseBehaviour(deps, state, { actor: given.actor, why: "renewed" });
    return deps.subjects.ensure(application, subject);
  };
  return inSubjectTurn(find, (state) => writeConsent(deps, state, given));
}

async function writeConsent(
  deps: Deps,
  state: SubjectState,
  { application, subject, ...consent }: SetConsent,
): Promise<SubjectState> {
  const { granted, textVersion, actor, purpose, tier } = consent;
  const { current } = await deps.settings.load(application);
  const at = deps.now();
  const row: ConsentRow = { application, subject, ...consent, at };
  const before = state.consents;
  const action = granted ? "consent.granted" : "consent.withdrawn";
  const writes: Write[] = [
    { kind: "addConsent", row },
    audit(application, { at, action, actor, subject, detail: { textVersion, purpose, tier } }),
  ];
  if (!granted && purpose === "authentication" && mayKeep(state)) {
    const dueAt = at + current.eraseWithinHours * HOUR_MS;
    writes.push({ kind: "promiseErasure", row: { application, subject, dueAt } });
  }
  if (!granted && purpose === "research") writes.push({ kind: "forgetEvents", row: { application, subject } });
  if (!granted) state.consents = { ...before, [purpose]: row }; // stops capture in this tick, before anything is written
  try {
    await deps.commits.submit(writes);
  } catch (error) {
    state.consents = before;
    throw error;
  }
  state.consents = { ...before, [purpose]: row };
  return state;
}

/** Events that running sessions were about to keep are not kept. */
async function dropEvents(deps: Deps, subject: SubjectState): Promise<void> {
  const running = deps.live.all().filter((live) => live.subject === subject);
  for (const live of running)
    await live.turn.run(() => {
      live.unsaved = live.unsaved.filter(({ kind }) => kind !== "keepEvents");
    });
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
        live.unsaved = live.unsaved.filter(({ kind }) => !PENDING.includes(kind));
        redecide(deps, live, deps.now());
        await saveSession(deps, live);
      }
      announce(deps, live);
    });
  }
}
