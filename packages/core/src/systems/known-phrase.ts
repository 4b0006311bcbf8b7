import type { Reference } from "../comparison/comparator.ts";
import { enrolPhrase } from "../comparison/fixed-text/fixed-text.ts";
import { FIXED_TEXT_COMPARATOR, readReference } from "../comparison/fixed-text/read-reference.ts";
import { alignPhrase, PHRASE_EXTRACTOR, type Phrase } from "../features/fixed-text/phrase.ts";
import { learnSignIn, type SignInOptions } from "./sign-in.ts";

/** Repetitions from which a reference is made anew each time; with more it follows by itself and they are kept no longer. */
export const REPETITIONS_KEPT = 10;

/** What is known of how somebody types a phrase. */
export interface KnownPhrase {
  /** Oldest first, while the reference is made of them, or while what is typed is no longer what the reference knows. */
  readonly repetitions: readonly Phrase[];
  readonly reference: Reference | undefined;
}

export const UNKNOWN_PHRASE: KnownPhrase = { repetitions: [], reference: undefined };

/**
 * Returns what is known after one more repetition that may be learnt from: the caller answers for whose it was. The first ten are
 * taken together; from three alike on they are a reference. Later ones teach it (`learnSignIn`), and where the last ones are
 * another phrase, alike among themselves, that phrase takes its place.
 */
export function learnRepetition(
  known: KnownPhrase,
  phrase: Phrase,
  options: SignInOptions & { readonly confirmed: boolean },
): KnownPhrase {
  const reference = usable(known.reference);
  const isMature = reference !== undefined && reference.samples >= REPETITIONS_KEPT;
  if (isMature && alignPhrase(phrase, readReference(reference).template.zones).kind === "phrase")
    return { repetitions: [], reference: learnSignIn(reference, phrase, options) };
  const repetitions = [...known.repetitions, phrase].slice(-REPETITIONS_KEPT);
  const made = enrolPhrase(repetitions, options);
  if (made.kind !== "enrolledPhrase") return { repetitions, reference };
  return { repetitions: made.used >= REPETITIONS_KEPT ? [] : repetitions, reference: made.reference };
}

function usable(reference: Reference | undefined): Reference | undefined {
  const isOurs = reference?.comparator === FIXED_TEXT_COMPARATOR && reference.extractor === PHRASE_EXTRACTOR;
  return isOurs ? reference : undefined;
}
