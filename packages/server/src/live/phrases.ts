import {
  type Evidence,
  FEWEST_REPETITIONS,
  FIXED_TEXT_SYSTEM,
  firstEvidence,
  judgeSignIn,
  learnRepetition,
  type MarkedPhrase,
  type NoEvidence,
  type PhraseAbsence,
  packPhrase,
  type Reading,
  readerOf,
  UNKNOWN_PHRASE,
  unpackPhrase,
} from "@habitus/core";
import type { CoreDeps } from "../deps.ts";
import { inForce } from "./accommodation.ts";
import { mayKeep } from "./consent.ts";
import type { LiveSession } from "./live-session.ts";
import { hasRoom } from "./subject-phrases.ts";
import type { SubjectState } from "./subjects.ts";

/** Repetitions that wait to be learnt from: more than this nobody types before it is clear who they are. */
const HELD = 3;
const IDS_KEPT = 12;

/** What a session holds of phrases. Plain data. */
export interface SessionPhrases {
  /** Not learnt from yet, oldest first: it must first be clear whose they are. */
  held: readonly HeldRepetition[];
  newest: JudgedPhrase | undefined;
  /** One of them was put to trust: the beginning of a session is one piece of evidence, however often it is typed. */
  counted: boolean;
}
interface HeldRepetition {
  readonly id: string;
  readonly field: number;
  readonly llr: number | null;
  /** There was nothing to compare it with. */
  readonly isNew: boolean;
  readonly packed: readonly number[];
}
/** How the newest repetition was judged. */
export interface JudgedPhrase {
  readonly field: number;
  /** Client's clock. */
  readonly at: number;
  readonly llr: number | null;
  readonly absence: PhraseAbsence["reason"] | NoEvidence["reason"] | null;
}
export type PhraseState = "none" | "learning" | "enrolled";

type Step = Pick<CoreDeps, "system">;

export function noPhrases(): SessionPhrases {
  return { held: [], newest: undefined, counted: false };
}

/** Judges what was typed of phrases in a batch. Returns what is to be put to trust. */
export function takePhrases(
  deps: Step,
  live: LiveSession,
  readings: readonly Reading[],
  now: number,
): Evidence | undefined {
  let evidence: Evidence | undefined;
  for (const one of readings)
    if (one.kind === "phrase") evidence = takeRepetition(deps, live, one.typed, now) ?? evidence;
  return evidence;
}

/** What is being typed ends here, though no event says so: the application knows that it was sent. */
export function endPhrase(deps: Step, live: LiveSession, now: number): Evidence | undefined {
  const { state } = live;
  const reader = readerOf(deps.system);
  let evidence: Evidence | undefined;
  for (const cut of [state.cut, ...state.sideCuts.map(([, one]) => one)]) {
    const { state: pending, typed } = reader.endPhrase(cut.pending, cut.quantumMs ?? 1);
    cut.pending = pending;
    if (typed !== undefined) evidence = takeRepetition(deps, live, typed, now) ?? evidence;
  }
  return evidence;
}

function takeRepetition({ system }: Step, live: LiveSession, typed: MarkedPhrase, now: number): Evidence | undefined {
  const { state, subject, session } = live;
  const { phrases } = state;
  const { field, phrase } = typed;
  if (system.phrases === undefined || isLeftAlone(live, now)) return undefined;
  const known = subject.phrases.known.get(field)?.known;
  const signIn = judgeSignIn(known?.reference, phrase, { now, model: system.phrases });
  const { evidence, absence } = signIn;
  const llr = evidence.kind === "evidence" ? evidence.llr : null;
  const why = evidence.kind === "evidence" ? null : (absence?.reason ?? evidence.reason);
  phrases.newest = { field, at: phrase.endedAt, llr, absence: why };
  if (phrase.kind === "phrase" && hasRoom(subject.phrases, field)) {
    const id = `${session.slice(0, 8)}/${Math.round(phrase.startedAt)}`;
    const isNew = why === "notEnrolled" || why === "outdatedReference";
    phrases.held = [...phrases.held, { id, field, llr, isNew, packed: packPhrase(phrase) }].slice(-HELD);
  }
  // It is evidence of who began the session: not before a sign-in is judged by it, not beside what was typed since.
  if (phrases.counted || state.evidence.some(isOfWindow)) return undefined;
  const first = firstEvidence(signIn);
  phrases.counted = first !== undefined;
  return first;
}

/** Typing that the subject has switched off, or that comes from afar, is neither judged nor kept. */
function isLeftAlone({ state, subject }: LiveSession, now: number): boolean {
  if (state.remoteDesktop) return true;
  const { without = [], withdrawn = [] } = inForce(subject.accommodation, now) ?? {};
  return [...without, ...withdrawn].includes("keystroke");
}

export interface Moment {
  /** The person has just proved who they are. */
  readonly isConfirmed?: boolean;
  /** The session ends, and nothing more will be known. */
  readonly isOver?: boolean;
}

/** Learns from the repetitions of which it is clear by now whose they were, and drops those that were not the owner's. */
export function settlePhrases(
  { system }: Step,
  live: LiveSession,
  now: number,
  { isConfirmed = false, isOver = false }: Moment = {},
): void {
  const { phrases } = live.state;
  const { phrases: model } = system;
  if (phrases.held.length === 0 || model === undefined) return;
  const waiting: HeldRepetition[] = [];
  for (const one of phrases.held) {
    const verdict = judgeHeld(live, one);
    const isLearnt = verdict !== "drop" && (isConfirmed || verdict === "learn" || (isOver && isFine(live, one)));
    if (isLearnt) learn(live, one, { now, confirmed: isConfirmed, model });
    else if (verdict === "wait" && !isOver) waiting.push(one);
  }
  phrases.held = waiting;
}

/** `learn` where it was accepted and what was typed since says so too. */
function judgeHeld({ state, subject }: LiveSession, one: HeldRepetition): "learn" | "wait" | "drop" {
  if (!mayKeep(subject) || subject.erased) return "drop";
  if (state.stepUp === "failed" || state.decision.kind === "lock") return "drop";
  if (!state.signedIn) return "wait";
  const isTyped = state.evidence.some((found) => isOfWindow(found) && found.modalities.includes("keystroke"));
  if (isTyped && state.decision.kind === "continue") return "learn";
  // Before anybody is known by their typing nothing later can say more.
  return subject.reference === undefined && isAccepted(one) ? "learn" : "wait";
}

/** Whether it comes from what was typed or pointed freely, and not from a phrase or from circumstances. */
function isOfWindow({ source, supporting }: Evidence): boolean {
  return source !== FIXED_TEXT_SYSTEM && supporting !== true;
}

/** Whether a repetition of which nothing more will be known may be learnt from. */
function isFine({ state }: LiveSession, one: HeldRepetition): boolean {
  const isCalm = state.decision.kind === "continue" || state.decision.kind === "noDecision";
  return state.signedIn && isCalm && isAccepted(one);
}

function isAccepted({ isNew, llr }: HeldRepetition): boolean {
  return isNew || (llr ?? -1) > 0;
}

function learn(
  live: LiveSession,
  { id, field, packed }: HeldRepetition,
  options: Parameters<typeof learnRepetition>[2],
): void {
  const { application, session, subject } = live;
  const { known } = subject.phrases;
  const before = known.get(field);
  const phrase = unpackPhrase(packed);
  if (phrase === undefined || before?.learnt.includes(id)) return;
  const after = learnRepetition(before?.known ?? UNKNOWN_PHRASE, phrase, options);
  const learnt = [...(before?.learnt ?? []), id].slice(-IDS_KEPT);
  known.set(field, { field, known: after, learnt, updatedAt: options.now });
  live.dirty = true;
  live.due = true;
  if (before?.known.reference !== undefined || after.reference === undefined) return;
  const detail = { comparator: after.reference.comparator, samples: after.reference.samples };
  const draft = {
    at: options.now,
    action: "phrase.enrolled",
    actor: "habitus",
    subject: subject.subject,
    session,
    detail,
  };
  live.unsaved.push({ kind: "audit", application, draft });
}

/** How far a phrase is known. */
export function phraseStanding(subject: SubjectState, field: number) {
  const known = subject.phrases.known.get(field)?.known ?? UNKNOWN_PHRASE;
  const repetitions = known.reference?.samples ?? known.repetitions.length;
  const state: PhraseState = known.reference !== undefined ? "enrolled" : repetitions > 0 ? "learning" : "none";
  return { state, repetitions, needed: FEWEST_REPETITIONS };
}
