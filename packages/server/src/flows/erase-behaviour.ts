import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { type LiveSession, readingOf } from "../live/live-session.ts";
import type { SealedOpening } from "../live/live-sessions.ts";
import { encodeState, forgetBehaviour, type LiveState } from "../live/live-state.ts";
import { rulesOf } from "../live/rules.ts";
import type { SubjectState } from "../live/subjects.ts";
import type { SessionRow, Write } from "../storage/storage.ts";
import { audit } from "./audit.ts";

export interface EraseBehaviour {
  readonly actor: string;
  /** `withdrawn`: consent was taken back; `renewed`: it is given anew; `inactive`: nobody came for so long. */
  readonly why: "withdrawn" | "renewed" | "inactive";
}

const SESSIONS_AT_ONCE = 1000;
const underWay = new WeakMap<SubjectState, Promise<void>>();

/**
 * Destroys the subject's data key, then everything that was learnt: feature sets, references, phrases, scores, decisions and their
 * reasons, sessions that are over. The ledger of consents and the audit stay. Sessions that run go on with a step-up or a lock that
 * stands, and learn nothing before the application reports a sign-in.
 */
export function eraseBehaviour(deps: Deps, state: SubjectState, why: EraseBehaviour): Promise<void> {
  const running = underWay.get(state);
  if (running !== undefined) return running;
  const started = erase(deps, state, why).finally(() => underWay.delete(state));
  underWay.set(state, started);
  return started;
}

async function erase(deps: Deps, state: SubjectState, { actor, why }: EraseBehaviour): Promise<void> {
  const { application, subject } = state;
  const running = await runningSessions(deps, state);
  const { fresh, wrappedKey } = await deps.subjects.renew(state);
  const lives = deps.live.all().filter((live) => live.subject === state);
  await inTurns(lives, () =>
    state.turn.run(async () => {
      if (state.erased) return; // all of it is gone already
      const isComplete = running.every(({ session }) => lives.some((live) => live.session === session && !live.gone));
      if (!isComplete) throw new ServiceError("unavailable", "The subject's sessions are being moved: try again.");
      state.erased = true; // from here on nothing more is queued for the subject
      try {
        await deps.commits.submit([
          ...lives.flatMap(({ unsaved }) => unsaved.filter(({ kind }) => kind === "audit")),
          { kind: "eraseBehaviour", row: { application, subject, wrappedKey } },
          ...lives.flatMap((live) => goOn(deps, live, { fresh, running })),
          audit(application, { at: deps.now(), action: "behaviour.erased", actor, subject, detail: { why } }),
        ]);
      } catch (error) {
        state.erased = false;
        throw error;
      }
      deps.subjects.forget(state);
      for (const live of lives) deps.live.drop(live);
    }),
  );
}

/** Erases what cannot be opened, running sessions included: they are unknown from then on. */
export async function eraseUnread(
  deps: Deps,
  { application, subject }: { readonly application: string; readonly subject: string },
  { actor, why }: EraseBehaviour,
): Promise<void> {
  const { wrappedKey } = await deps.subjects.renew({ application, subject, since: 0 });
  await deps.commits.submit([
    { kind: "eraseBehaviour", row: { application, subject, wrappedKey } },
    audit(application, { at: deps.now(), action: "behaviour.erased", actor, subject, detail: { why } }),
  ]);
}

/** Those that are not over, all of them in memory. */
async function runningSessions(deps: Deps, { application, subject }: SubjectState): Promise<SessionRow[]> {
  const rows = await deps.storage.sessions(application, { subject, limit: SESSIONS_AT_ONCE });
  const running = rows.filter(({ state }) => state !== "ended");
  for (const { session } of running) await deps.live.run(application, session, () => undefined);
  return running;
}

/** What is left of a running session: that it runs, and what was asked of the person. */
function goOn(
  deps: Deps,
  live: LiveSession,
  { fresh, running }: { readonly fresh: SubjectState; readonly running: readonly SessionRow[] },
): Write[] {
  const { application, session, openedAt, expiresAt } = live;
  if (live.state.state === "ended" || !running.some((row) => row.session === session)) return [];
  const { rules, remoteDesktop } = live.state;
  const said: SealedOpening = { policyContext: rules.context, remoteDesktop, signedIn: false };
  const state = { ...emptied(deps, live.state), rules: rulesOf(live.policies.live, rulesInput(deps, live, fresh)) };
  const reading = { ...readingOf(deps, { ...live, state }), lastEventAt: null };
  const row: SessionRow = {
    ...{ application, session, subject: fresh.subject, openedAt, expiresAt, ...reading },
    sealedContext: fresh.seal("context", session, Buffer.from(JSON.stringify(said))),
  };
  const sealed = fresh.seal("snapshot", session, encodeState(state));
  return [
    { kind: "addSession", row },
    { kind: "putSnapshot", row: { application, session, through: live.nextEntry - 1, sealed } },
  ];
}

/** Thresholds of somebody without a history of their own. */
function rulesInput({ system, now }: Deps, { policies, state }: LiveSession, subject: SubjectState) {
  return { system, policies, context: state.rules.context, subject, at: now() };
}

function emptied(deps: Deps, before: LiveState): LiveState {
  const state = forgetBehaviour(before, deps.system);
  const none = Object.fromEntries(Object.keys(state.seen).map((key) => [key, 0])) as LiveState["seen"]; // the same keys
  return {
    ...state,
    signedIn: false,
    seen: none,
    shadow: undefined,
    // Facts, and not what behaviour said.
    decision: { ...state.decision, reasons: state.decision.reasons.filter(({ share }) => share === undefined) },
  };
}

async function inTurns(lives: readonly LiveSession[], work: () => Promise<void>): Promise<void> {
  const [first, ...rest] = lives;
  if (first === undefined) await work();
  else await first.turn.run(() => inTurns(rest, work));
}
