import { type Circumstances, NO_LOOKS, type PolicyContext } from "@habitus/core";
import type { CoreDeps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { KeyError } from "../keys/key-provider.ts";
import type { SessionRow } from "../storage/storage.ts";
import { replayEntry } from "./journal.ts";
import { judge } from "./judge.ts";
import { type LiveSession, makeLiveSession, saveSession } from "./live-session.ts";
import { decodeState, initialState, type LiveState } from "./live-state.ts";
import type { ApplicationPolicies } from "./policies.ts";
import { areRulesCurrent, refreshRules, rulesOf } from "./rules.ts";
import type { SubjectState } from "./subjects.ts";
import { circumstancesOf } from "./support.ts";

export interface LiveSessions {
  /** Runs the work in the session's turn. Throws `unknown-session`. */
  readonly run: <T>(application: string, session: string, work: (live: LiveSession) => T | Promise<T>) => Promise<T>;
  /** Takes in a session that was just opened. */
  readonly admit: (row: SessionRow, subject: SubjectState, opening: Opening) => Promise<LiveSession>;
  /** Those in memory now. */
  readonly all: () => readonly LiveSession[];
  readonly find: (application: string, session: string) => LiveSession | undefined;
  /** Forgets it without saving: the next use loads it from the store. Must run in the session's turn. */
  readonly drop: (live: LiveSession) => void;
  /** Saves what is due and lets go of what is idle. */
  readonly sweep: (options: SweepOptions) => Promise<void>;
}

/** What the application said when it opened the session. */
export interface Opening {
  readonly context: PolicyContext;
  readonly remoteDesktop: boolean;
  /** The person has signed in; else nothing is learnt before the application says so. */
  readonly signedIn: boolean;
  /** Where from: empty where no consent covered it. */
  readonly circumstances: Circumstances;
}

export interface SweepOptions {
  /** Save sessions with changes of any kind, due or not. */
  readonly everything?: boolean;
  readonly idleBefore?: number;
}

export function createLiveSessions(deps: CoreDeps, { maxHeld = 10_000 }: { maxHeld?: number } = {}): LiveSessions {
  const { storage, system, subjects, metrics, log } = deps;
  const held = new Map<string, LiveSession>();
  const loading = new Map<string, Promise<LiveSession | undefined>>();
  const keyOf = (application: string, session: string): string => `${application}\n${session}`;

  const hold = (live: LiveSession): LiveSession => {
    held.set(keyOf(live.application, live.session), live);
    metrics.liveSessions.set(held.size);
    return live;
  };
  const drop = (live: LiveSession): void => {
    live.gone = true;
    held.delete(keyOf(live.application, live.session));
    metrics.liveSessions.set(held.size);
  };
  const load = async (application: string, session: string): Promise<LiveSession | undefined> => {
    const row = await storage.session(application, session);
    const subject = row && (await subjects.find(application, row.subject));
    if (row === undefined || subject === undefined) return undefined;
    const snapshot = await storage.snapshot(application, session);
    const policies = await deps.policies.load(application);
    const opening = openingOf(subject, row);
    const { circumstances } = opening;
    const state = freshState(deps, { subject, policies, openedAt: row.openedAt, ...opening });
    const live = await makeLiveSession(deps, row, { subject, policies, state, circumstances });
    if (snapshot === undefined) refreshRules(deps, live, { at: deps.now() });
    else {
      live.state = decodeState(subject.open("snapshot", session, snapshot.sealed), system, state);
      live.nextEntry = snapshot.through + 1;
      if (!areRulesCurrent(live.state, policies)) refreshRules(deps, live, { at: deps.now() });
    }
    for (const entry of await storage.journal(application, session)) {
      if (entry.n > live.nextEntry)
        throw new KeyError("malformedSeal", "An entry of the session's journal is missing.");
      if (entry.n === live.nextEntry) replayEntry(deps, live, entry);
    }
    return hold(live);
  };
  const get = async (application: string, session: string): Promise<LiveSession | undefined> => {
    const key = keyOf(application, session);
    const running = loading.get(key);
    if (running !== undefined) return running;
    const started = load(application, session).finally(() => loading.delete(key));
    loading.set(key, started);
    return started;
  };
  const release = (live: LiveSession): Promise<void> =>
    live.turn.run(async () => {
      if (live.gone) return;
      if (live.dirty) await saveSession(deps, live);
      drop(live);
    });
  const makeRoom = (): void => {
    for (const oldest of held.values()) {
      if (held.size <= maxHeld) return;
      held.delete(keyOf(oldest.application, oldest.session)); // out of the order at once; a failed save keeps its journal
      hold(oldest);
      release(oldest).catch(() => metrics.failures.inc({ where: "release" }));
      return;
    }
  };

  return {
    drop,
    find: (application, session) => held.get(keyOf(application, session)),
    all: () => [...held.values()],
    async admit(row, subject, opening) {
      const policies = await deps.policies.load(row.application);
      const state = freshState(deps, { subject, policies, openedAt: row.openedAt, ...opening });
      const { circumstances } = opening;
      const live = await makeLiveSession(deps, row, { subject, policies, state, circumstances });
      refreshRules(deps, live, { at: deps.now() });
      hold(live);
      if (held.size > maxHeld) makeRoom();
      return live;
    },
    async run(application, session, work) {
      for (;;) {
        const live = held.get(keyOf(application, session)) ?? (await get(application, session));
        if (live === undefined) throw new ServiceError("unknown-session");
        if (held.size > maxHeld) makeRoom();
        const done = await live.turn.run(async () => {
          if (live.gone) return undefined;
          live.lastUsedAt = deps.now();
          return { result: await work(live) };
        });
        if (done !== undefined) return done.result;
      }
    },
    async sweep({ everything = false, idleBefore = 0 }) {
      const works = [...held.values()].map(async (live) => {
        if (live.lastUsedAt < idleBefore) return release(live);
        if (!live.due && !(everything && live.dirty)) return;
        await live.turn.run(() => (live.gone ? undefined : saveSession(deps, live)));
      });
      for (const result of await Promise.allSettled(works)) {
        if (result.status === "fulfilled") continue;
        metrics.failures.inc({ where: "snapshot" });
        log.warn({ code: codeOf(result.reason) }, "a session could not be saved; its journal is kept");
      }
    },
  };
}

interface Fresh extends Opening {
  readonly subject: SubjectState;
  readonly policies: ApplicationPolicies;
  readonly openedAt: number;
}

function freshState({ system }: CoreDeps, { subject, policies, openedAt, ...opening }: Fresh): LiveState {
  const { context, remoteDesktop, signedIn } = opening;
  const rules = rulesOf(policies.live, { system, policies, context, subject, at: openedAt });
  const blank = { trust: system.trust.initial(), stepUp: "none" as const, rules, looks: NO_LOOKS, remoteDesktop };
  const decision = judge(system, subject, blank, { at: openedAt, previous: undefined });
  return initialState(system, { decision, rules, remoteDesktop, signedIn });
}

/** What the session was opened with: it is needed where a process was killed before the first snapshot. */
function openingOf(subject: SubjectState, { session, sealedContext }: SessionRow): Opening {
  const said = JSON.parse(subject.open("context", session, sealedContext).toString()) as Partial<SealedOpening>; // we wrote it
  return {
    context: said.policyContext ?? "routine",
    remoteDesktop: said.remoteDesktop ?? false,
    signedIn: said.signedIn ?? true,
    circumstances: circumstancesOf(said),
  };
}

/** The circumstances of a session as they are kept. */
export interface SealedOpening extends Circumstances {
  readonly policyContext: PolicyContext;
  readonly remoteDesktop: boolean;
  readonly signedIn: boolean;
}

function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.name : "unknown";
}
