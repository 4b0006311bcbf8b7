import type { PhraseModel } from "../comparison/fixed-text/phrase-model.ts";
import { NEW_PHRASE_PRACTICE } from "../comparison/fixed-text/practice.ts";
import { SHIPPED_PHRASES } from "./shipped-phrases.data.ts";

const { id, weightings } = SHIPPED_PHRASES;

/**
 * How typed phrases are weighed, learnt from 81 people typing a telephone number (Monaco keypad and mobile, BSD 3-clause). For what
 * people have typed for years: a name, an address, a number.
 */
export const KNOWN_BY_HEART: PhraseModel = { id, practice: 0, weightings };

/** The same for a phrase that was just invented: people get quicker with each attempt, and so does what is expected of them. */
export const NEWLY_INVENTED: PhraseModel = { id, practice: NEW_PHRASE_PRACTICE, weightings };
