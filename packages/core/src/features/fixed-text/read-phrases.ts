import type { Event } from "../../events/event.ts";
import { pairKeystrokes } from "../../events/keystrokes.ts";
import { orderEvents } from "../../events/order.ts";
import type { Phrase, PhraseAbsence } from "./phrase.ts";
import { phraseOfKeys } from "./phrase-of-keys.ts";

/** A field that was filled in, from its focus (or the key after the last Enter) to its end. */
export interface TypedField {
  /** Keyed hash of the field; undefined where the focus was not seen. */
  readonly field: number | undefined;
  readonly phrase: Phrase | PhraseAbsence;
}

export interface ReadPhrasesOptions {
  /** Only this field. */
  readonly field?: number;
  /** Resolution of the clock, ms (`estimateQuantum`). */
  readonly quantumMs?: number;
}

interface Visit {
  readonly field: number | undefined;
  readonly from: number;
  /** First instant that does not belong to it. */
  until: number;
  spoilt: PhraseAbsence["reason"] | undefined;
  /** Something was typed by a soft keyboard, whose keys have no times. */
  soft: boolean;
  pressed: boolean;
}

/**
 * Returns the fields that were filled in, in time order: what stands between the focus coming in and going out, an Enter, or the end
 * of the page. Whatever is not plain typing into an empty field (paste, autofill, an input method, cursor keys, a soft keyboard)
 * is an absence with its reason. A field that was only looked at is left out.
 */
export function readPhrases(
  events: readonly Event[],
  { field, quantumMs = 1 }: ReadPhrasesOptions = {},
): readonly TypedField[] {
  const ordered = orderEvents(events);
  const keystrokes = pairKeystrokes(ordered);
  let next = 0;
  return visitsOf(ordered).flatMap((visit): TypedField[] => {
    while ((keystrokes[next]?.pressAt ?? Infinity) < visit.from) next += 1;
    const first = next;
    while ((keystrokes[next]?.pressAt ?? Infinity) < visit.until) next += 1;
    const keys = keystrokes.slice(first, next);
    if (field !== undefined && visit.field !== field) return [];
    if (keys.length === 0 && visit.spoilt === undefined && !visit.soft) return [];
    const spoilt = visit.spoilt ?? (keys.length === 0 ? "softKeyboard" : undefined);
    const phrase = phraseOfKeys(keys, { quantumMs });
    const span = keys.length === 0 ? { startedAt: visit.from, endedAt: visit.from } : phrase;
    const { startedAt, endedAt } = span;
    return [
      {
        field: visit.field,
        phrase: spoilt === undefined ? phrase : { kind: "phraseAbsence", reason: spoilt, startedAt, endedAt },
      },
    ];
  });
}

function visitsOf(events: readonly Event[]): readonly Visit[] {
  const visits: Visit[] = [];
  let open: Visit | undefined;
  let submitted = false;
  const close = (at: number): void => {
    if (open !== undefined) open.until = at;
    open = undefined;
    submitted = false;
  };
  const begin = (field: number | undefined, from: number): Visit => {
    const visit: Visit = { field, from, until: Infinity, spoilt: undefined, soft: false, pressed: false };
    visits.push(visit);
    open = visit;
    submitted = false;
    return visit;
  };
  for (const event of events) {
    if (event.kind === "focus" || event.kind === "page") {
      close(event.at);
      if (event.kind === "focus" && event.phase === "in") begin(event.field, event.at);
      continue;
    }
    const typing = event.kind === "key" && event.phase === "down";
    if (typing && submitted) {
      const again: number | undefined = open?.field;
      close(event.at);
      begin(again, event.at);
    }
    const spoilt = spoils(event);
    if (open === undefined && !typing && spoilt === undefined && event.kind !== "input") continue;
    const visit: Visit = open ?? begin(undefined, event.at);
    visit.spoilt ??= spoilt;
    if (event.kind === "input" && !visit.pressed) visit.soft = true;
    if (typing) visit.pressed = true;
    if (typing && event.zone === "enter") submitted = true;
  }
  return visits;
}

/** Returns why a field is no plain typing after this event, or undefined. */
export function spoils(event: Event): PhraseAbsence["reason"] | undefined {
  if (event.kind === "composition") return "composed";
  // Control, Alt and Meta themselves are zone `other`: only what they command changes a text.
  if (event.kind === "key")
    return event.shortcut && event.phase === "down" && event.zone !== "other" ? "edited" : undefined;
  if (event.kind !== "edit" || event.what === "copy") return undefined;
  if (event.what === "paste" || event.what === "drop") return "pasted";
  return event.what === "autofill" ? "filledIn" : "edited";
}
