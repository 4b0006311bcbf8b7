import { createSecretKey, type KeyObject } from "node:crypto";
import type { Circumstances } from "@habitus/core";
import type { CoreDeps } from "../deps.ts";
import type { SessionReading, SessionRow, Write } from "../storage/storage.ts";
import { readBand } from "./judge.ts";
import { encodeState, type LiveState } from "./live-state.ts";
import type { ApplicationPolicies } from "./policies.ts";
import { phraseWrites } from "./subject-phrases.ts";
import type { SubjectState } from "./subjects.ts";
import { createTurn, type Turn } from "./turn.ts";

/** A session in memory. What it knows that the journal does not is nothing: it can be dropped and loaded again. */
export interface LiveSession {
  readonly application: string;
  readonly session: string;
  readonly subject: SubjectState;
  readonly openedAt: number;
  readonly expiresAt: number;
  readonly channelKey: KeyObject;
  /** What the application told of where the session was opened from. */
  readonly circumstances: Circumstances;
  readonly turn: Turn;
  readonly policies: ApplicationPolicies;
  state: LiveState;
  /** Number of the next journal entry. */
  nextEntry: number;
  /** What windows brought since the last snapshot: committed together with the next one. */
  unsaved: Write[];
  /** Something changed since the last snapshot. */
  dirty: boolean;
  /** A decision changed: the next sweep saves. */
  due: boolean;
  /** The decision stands, but there is newer evidence than its reasons tell of. */
  reasonsAreOld: boolean;
  lastUsedAt: number;
  /** Dropped from memory: whoever waited for it must fetch it again. */
  gone: boolean;
}

export function channelLabel(application: string, session: string): string {
  return `channel|${application.length}:${application}|${session}`;
}

export interface Loaded {
  readonly subject: SubjectState;
  readonly policies: ApplicationPolicies;
  readonly state: LiveState;
  readonly circumstances: Circumstances;
}

export async function makeLiveSession(
  deps: Pick<CoreDeps, "secrets" | "now">,
  row: SessionRow,
  { subject, policies, state, circumstances }: Loaded,
): Promise<LiveSession> {
  const { application, session, openedAt, expiresAt } = row;
  return {
    application,
    session,
    subject,
    openedAt,
    expiresAt,
    channelKey: createSecretKey(deps.secrets.derive(channelLabel(application, session), 32)),
    circumstances,
    turn: createTurn(),
    policies,
    state,
    nextEntry: 0,
    unsaved: [],
    dirty: false,
    due: false,
    reasonsAreOld: false,
    lastUsedAt: deps.now(),
    gone: false,
  };
}

/** Returns what a list of sessions shows of it. */
export function readingOf({ system }: Pick<CoreDeps, "system">, { state }: LiveSession): SessionReading {
  const { value } = system.trust.read(state.trust);
  return {
    state: state.state,
    lastEventAt: state.lastEventAt,
    decision: state.decision.kind,
    band: readBand(system, state),
    trust: value ?? null,
    keystrokes: state.seen.keystrokes,
    pointerEvents: state.seen.pointerEvents,
  };
}

/**
 * Writes the snapshot with everything the windows brought; the journal up to it is deleted, so consumed events are kept
 * no longer. Must run in the session's turn. When it fails nothing is lost: the journal still holds the events.
 */
export async function saveSession(deps: CoreDeps, live: LiveSession, extra: readonly Write[] = []): Promise<void> {
  const { application, session, subject } = live;
  if (subject.erased) return;
  const through = live.nextEntry - 1;
  const phrases = phraseWrites(subject);
  const writes: Write[] = [
    ...live.unsaved,
    ...phrases.writes,
    ...extra,
    {
      kind: "putSnapshot",
      row: { application, session, through, sealed: subject.seal("snapshot", session, encodeState(live.state)) },
    },
    { kind: "putReading", row: { application, session, ...readingOf(deps, live) } },
  ];
  const saved = live.unsaved.length;
  await deps.commits.submit(writes);
  phrases.done();
  live.unsaved.splice(0, saved);
  live.dirty = false;
  live.due = false;
}
