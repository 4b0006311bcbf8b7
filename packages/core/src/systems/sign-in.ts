import type { Reference } from "../comparison/comparator.ts";
import { comparePhrase } from "../comparison/fixed-text/fixed-text.ts";
import type { PhraseModel } from "../comparison/fixed-text/phrase-model.ts";
import { adaptPhrase, confirmPhrase } from "../comparison/fixed-text/update-phrase.ts";
import { CoreError } from "../error.ts";
import { estimateQuantum } from "../events/clock.ts";
import type { Event } from "../events/event.ts";
import type { Evidence, NoEvidence } from "../evidence/evidence.ts";
import type { Phrase, PhraseAbsence } from "../features/fixed-text/phrase.ts";
import { readPhrases } from "../features/fixed-text/read-phrases.ts";
import { KNOWN_BY_HEART } from "../models/shipped-phrases.ts";
import type { TrustModel } from "../trust/trust.ts";

/** A dozen keys may make an application watch. They ask nothing of anybody: that takes typing that says the same. */
const MOST_AT_SIGN_IN = 4;

/** What typing a phrase at sign-in says of who did it. */
export interface SignIn {
  readonly kind: "signIn";
  readonly evidence: Evidence | NoEvidence;
  /** Why there is no evidence, where the typing is the reason. */
  readonly absence: PhraseAbsence | undefined;
}

export interface SignInOptions {
  /** Instant at which it is judged or learnt. */
  readonly now: number;
  /** How phrases are weighed; as for what people know by heart where it is not said. */
  readonly model?: PhraseModel;
}

/**
 * Returns how the field was filled in the last time before the end of these events, or why that cannot be told. Fields for
 * passwords are never observed: use the account's name or its address.
 */
export function signInPhrase(events: readonly Event[], field: number): Phrase | PhraseAbsence {
  const instants = events.map(({ at }) => at).sort((a, b) => a - b);
  const quantumMs = estimateQuantum(instants.slice(1).map((at, i) => at - (instants[i] ?? at)));
  const last = readPhrases(events, { field, quantumMs }).at(-1);
  const at = instants.at(-1) ?? 0;
  return last?.phrase ?? { kind: "phraseAbsence", reason: "nothingTyped", startedAt: at, endedAt: at };
}

/**
 * Judges a phrase against its reference. Whatever cannot be judged (nobody enrolled, a paste, other keys, a reference of another
 * version) is no evidence with its reason, never a low score.
 */
export function judgeSignIn(
  reference: Reference | undefined,
  typed: Phrase | PhraseAbsence,
  { now, model = KNOWN_BY_HEART }: SignInOptions,
): SignIn {
  const none = (reason: NoEvidence["reason"], absence?: PhraseAbsence): SignIn => ({
    kind: "signIn",
    evidence: { kind: "noEvidence", reason, at: now },
    absence,
  });
  if (typed.kind === "phraseAbsence") return none("failureToAcquire", typed);
  if (reference === undefined) return none("notEnrolled");
  try {
    const found = comparePhrase(model, reference, typed);
    if (found.kind === "phraseAbsence") return none("failureToAcquire", found);
    return { kind: "signIn", evidence: found, absence: undefined };
  } catch (error) {
    if (error instanceof CoreError && error.code === "versionMismatch") return none("outdatedReference");
    throw error;
  }
}

/** Returns a sign-in's evidence as it enters trust at the start of a session: bounded, so that it never decides by itself. */
export function firstEvidence({ evidence }: SignIn): Evidence | undefined {
  if (evidence.kind !== "evidence") return undefined;
  return { ...evidence, llr: Math.max(-MOST_AT_SIGN_IN, Math.min(MOST_AT_SIGN_IN, evidence.llr)) };
}

/** Returns trust as a session begins: what the sign-in said is its first evidence. */
export function trustAtSignIn<State>(trust: TrustModel<State>, signIn: SignIn): State {
  const evidence = firstEvidence(signIn);
  return evidence === undefined ? trust.initial() : trust.update(trust.initial(), evidence);
}

/**
 * Returns the reference after a sign-in. `confirmed`: the person proved who they are in this very session (a step-up). Without that
 * the reference follows within a narrow reach only, so that nobody can lead it to themselves by trying often.
 */
export function learnSignIn(
  reference: Reference,
  typed: Phrase | PhraseAbsence,
  { now, model = KNOWN_BY_HEART, confirmed }: SignInOptions & { readonly confirmed: boolean },
): Reference {
  if (typed.kind === "phraseAbsence") return reference;
  const outcome = (confirmed ? confirmPhrase : adaptPhrase)(reference, typed, { now, practice: model.practice });
  return outcome.kind === "updatedPhrase" ? outcome.reference : reference;
}
