import type { Event, KeyEvent } from "../../events/event.ts";
import {
  allReleased,
  hasPress,
  keystrokeCount,
  noKeystrokes,
  noteKey,
  type PendingKeystrokes,
  toKeystrokes,
} from "../../events/keystrokes.ts";
import { MOST_KEYS, type Phrase, type PhraseAbsence } from "./phrase.ts";
import { phraseOfKeys } from "./phrase-of-keys.ts";
import { spoils } from "./read-phrases.ts";

/** Presses that are kept of one phrase: with more corrections than this it cannot be one any more. */
const MOST_PRESSES = 2.5 * MOST_KEYS;

/** A marked phrase that is being typed. Plain data, at most 4 kB. */
export interface OpenPhrase {
  /** Keyed hash of the name that the page gave it. */
  readonly field: number;
  readonly from: number;
  spoilt: PhraseAbsence["reason"] | null;
  submitted: boolean;
  /** The next press belongs to it. */
  marked: boolean;
  keys: PendingKeystrokes;
}

/** One repetition of a marked phrase, or why it cannot be used. */
export interface MarkedPhrase {
  readonly field: number;
  readonly phrase: Phrase | PhraseAbsence;
}

export interface ReadMarked {
  readonly open: OpenPhrase | undefined;
  readonly typed: readonly MarkedPhrase[];
  /** The events without marks and without the keys of phrases: those must not be counted a second time as free typing. */
  readonly rest: readonly Event[];
}

/**
 * Reads what pages have marked as phrases (`PhraseEvent`) out of the time-ordered events of one stream. A phrase ends when the focus or
 * the page changes, when a key comes that is not marked, or when it was sent with Enter and all its keys are let go. `open` is what
 * is still being typed, to be handed in with the next events; cut into batches any way, a stream gives the same phrases.
 */
export function readMarked(before: OpenPhrase | undefined, events: readonly Event[], quantumMs: number): ReadMarked {
  if (before === undefined && !events.some(({ kind }) => kind === "phrase"))
    return { open: undefined, typed: [], rest: events };
  let open = before && copy(before);
  const typed: MarkedPhrase[] = [];
  const rest: Event[] = [];
  const close = (): void => {
    const found = open && endMarked(open, quantumMs);
    if (found !== undefined) typed.push(found);
    open = undefined;
  };
  for (const event of events) {
    if (event.kind === "phrase") {
      if (open !== undefined && (open.field !== event.field || open.submitted)) close();
      open ??= begin(event.field, event.at);
      open.marked = true;
      continue;
    }
    if (open !== undefined && event.kind === "key" && isOwn(open, event)) {
      note(open, event);
      if (open.submitted && allReleased(open.keys, keystrokeCount(open.keys))) close();
      continue;
    }
    const ends = event.kind === "focus" || event.kind === "page" || (event.kind === "key" && event.phase === "down");
    if (ends) close();
    else if (open !== undefined) spoil(open, spoils(event));
    rest.push(event);
  }
  return { open, typed, rest };
}

/** Returns what was typed of a phrase that ends here; undefined where nothing was. */
export function endMarked({ field, from, spoilt, keys }: OpenPhrase, quantumMs: number): MarkedPhrase | undefined {
  const list = toKeystrokes(keys, keystrokeCount(keys));
  if (list.length === 0 && spoilt === null) return undefined;
  const phrase = phraseOfKeys(list, { quantumMs });
  if (spoilt === null) return { field, phrase };
  const { startedAt, endedAt } = list.length === 0 ? { startedAt: from, endedAt: from } : phrase;
  return { field, phrase: { kind: "phraseAbsence", reason: spoilt, startedAt, endedAt } };
}

function begin(field: number, from: number): OpenPhrase {
  return { field, from, spoilt: null, submitted: false, marked: false, keys: noKeystrokes(from) };
}

function copy(open: OpenPhrase): OpenPhrase {
  return { ...open, keys: { ...open.keys, packed: [...open.keys.packed] } };
}

function isOwn(open: OpenPhrase, { phase, press }: KeyEvent): boolean {
  return phase === "down" ? open.marked : hasPress(open.keys, press);
}

function note(open: OpenPhrase, event: KeyEvent): void {
  if (event.phase === "down") {
    open.marked = false;
    open.submitted ||= event.zone === "enter";
    spoil(open, spoils(event));
    if (keystrokeCount(open.keys) >= MOST_PRESSES) {
      spoil(open, "tooManyKeys");
      return;
    }
  }
  noteKey(open.keys, event);
}

/** The first reason stands, but for a command of which it turns out what it did. */
function spoil(open: OpenPhrase, why: PhraseAbsence["reason"] | undefined): void {
  if (why !== undefined && (open.spoilt === null || open.spoilt === "edited")) open.spoilt = why;
}
