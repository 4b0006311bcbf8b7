import type {
  EditEvent,
  Event,
  FocusEvent,
  KeyEvent,
  PointerEvent,
  ViewportEvent,
  WheelEvent,
} from "../../events/event.ts";
import { POINTER_TYPES, VIEWPORT_CLASSES } from "../../events/event.ts";
import type { FeatureSet } from "../extractor.ts";
import { SITTING_PAUSE_MS } from "../sittings.ts";
import { ACTS, type Act, type FacetName, rowOfHash, type UsageFact, valueOfHash } from "./facets.ts";
import { addWheel, continues, scrollDevice, type WheelTurn } from "./scroll-device.ts";
import { USAGE_WINDOW, usageSet } from "./usage-set.ts";

/** What lies unfinished between two batches. Plain JSON, under 1 kB. */
export interface UsagePending {
  readonly kind: "usageFacts";
  readonly version: 1;
  /** Facts of the window that is not closed yet, and when its first one was seen. */
  readonly facts: readonly UsageFact[];
  readonly startedAt: number | null;
  readonly at: number | null;
  readonly page: number | null;
  readonly field: number | null;
  readonly hidden: boolean;
  /** When a command key, the tab key and a button were last pressed. */
  readonly commandAt: number | null;
  readonly tabAt: number | null;
  readonly pressAt: number | null;
  /** Deletions one after the other. */
  readonly run: { readonly keys: number; readonly held: boolean } | null;
  readonly turn: WheelTurn | null;
  readonly screen: number | null;
  readonly pointer: number | null;
}
type Draft = { -readonly [Key in keyof UsagePending]: UsagePending[Key] } & { facts: UsageFact[] };

/** A window of usage is closed after so long, with however few facts. */
const WINDOW_MS = 60_000;
/** Twelve facts in less than this are no hand's work: a script, or a page that reloads itself. They are passed over. */
const FASTEST_WINDOW_MS = 2_000;
const SHORTEST_PAUSE_MS = 2_000;
/** What was pressed so shortly before is why something happened. */
const CAUSE_MS = 700;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PAUSES = 10;
const RUN_LENGTHS = [2, 4, 8];
const HELD = 4;
const SCROLL_DEVICES = { wheel: 0, trackpad: 1, touch: 2 } as const;

export function emptyPending(): UsagePending {
  return {
    kind: "usageFacts",
    version: 1,
    facts: [],
    startedAt: null,
    at: null,
    page: null,
    field: null,
    hidden: false,
    commandAt: null,
    tabAt: null,
    pressAt: null,
    run: null,
    turn: null,
    screen: null,
    pointer: null,
  };
}

/**
 * Returns what comes of these events, which are in time order: the windows of usage that closed (after 12 facts, or with the first
 * event after a minute; never faster than a hand), and what is left. Batch by batch gives the same as all at once. Never throws: an event without a
 * finite time is passed over, and one that is older than the newest is taken for as old as that. Hours are those of UTC.
 */
export function readFacts(
  before: UsagePending,
  events: readonly Event[],
): { readonly pending: UsagePending; readonly sets: readonly FeatureSet[] } {
  const from = before?.kind === "usageFacts" && before.version === 1 ? before : emptyPending(); // another version left it
  const draft: Draft = { ...from, facts: [...from.facts] };
  const sets: FeatureSet[] = [];
  for (const event of events) {
    if (!Number.isFinite(event.at)) continue;
    const at = Math.max(event.at, draft.at ?? event.at);
    passTime(draft, at);
    noteEvent(draft, event, at);
    draft.at = at;
    if (draft.facts.length > 0) draft.startedAt ??= at;
    const since = draft.startedAt ?? at;
    while (draft.facts.length >= USAGE_WINDOW || (draft.facts.length > 0 && at - since >= WINDOW_MS)) {
      const facts = draft.facts.splice(0, USAGE_WINDOW);
      if (at - since >= FASTEST_WINDOW_MS) sets.push(usageSet(facts, since, at));
      draft.startedAt = draft.facts.length > 0 ? at : null;
    }
  }
  return { pending: draft, sets };
}

function note(draft: Draft, facet: FacetName, value: number, row = 0): void {
  draft.facts.push({ facet, row, value });
}

function noteAct(draft: Draft, act: Act): void {
  note(draft, "act", ACTS.indexOf(act));
}

function passTime(draft: Draft, at: number): void {
  const elapsed = draft.at === null ? Number.POSITIVE_INFINITY : at - draft.at;
  if (draft.turn !== null && at - draft.turn.lastAt > SHORTEST_PAUSE_MS) endTurn(draft);
  if (elapsed >= SHORTEST_PAUSE_MS) endRun(draft);
  if (elapsed > SITTING_PAUSE_MS) {
    note(draft, "hour", modulo(Math.floor(at / HOUR_MS), 24));
    note(draft, "weekday", modulo(Math.floor(at / DAY_MS) + 3, 7)); // 1 January 1970 was a Thursday
    Object.assign(draft, { page: null, field: null, screen: null, pointer: null, hidden: false });
  } else if (elapsed >= SHORTEST_PAUSE_MS && !draft.hidden)
    note(draft, "pauseLength", Math.min(PAUSES - 1, Math.floor(Math.log2(elapsed / SHORTEST_PAUSE_MS))));
}

function noteEvent(draft: Draft, event: Event, at: number): void {
  switch (event.kind) {
    case "key":
      noteKey(draft, event, at);
      return;
    case "pointer":
      notePointer(draft, event, at);
      return;
    case "wheel":
      noteWheel(draft, event, at);
      return;
    case "page":
      notePage(draft, event.page);
      return;
    case "focus":
      noteFocus(draft, event, at);
      return;
    case "edit":
      noteEdit(draft, event, at);
      return;
    case "viewport":
      noteScreen(draft, event);
      return;
    case "visibility":
      if (event.state === "hidden" && !draft.hidden) noteAct(draft, "leave");
      draft.hidden = event.state === "hidden";
      return;
    case "input":
      if (event.what === "delete") draft.run = { keys: (draft.run?.keys ?? 0) + 1, held: draft.run?.held ?? false };
      else endRun(draft);
      return;
    case "composition":
      return;
  }
}

function noteKey(draft: Draft, { phase, zone, shortcut }: KeyEvent, at: number): void {
  if (phase === "up") return;
  if (zone === "backspace" && !shortcut) {
    draft.run = { keys: (draft.run?.keys ?? 0) + 1, held: phase === "repeat" || (draft.run?.held ?? false) };
    return;
  }
  endRun(draft);
  if (zone === "tab" && !shortcut) draft.tabAt = at;
  if (shortcut && zone !== "other" && zone !== "shiftLeft" && zone !== "shiftRight") draft.commandAt = at;
}

function endRun(draft: Draft): void {
  if (draft.run === null) return;
  const { keys, held } = draft.run;
  draft.run = null;
  note(draft, "correction", held ? HELD : RUN_LENGTHS.filter((length) => keys >= length).length);
  noteAct(draft, "correct");
}

function notePointer(draft: Draft, { phase, pointer }: PointerEvent, at: number): void {
  if (pointer === "touch" && phase === "cancel") {
    note(draft, "scrollDevice", SCROLL_DEVICES.touch); // a browser that pans the page itself takes the touch away from it
    noteAct(draft, "scroll");
  }
  if (phase !== "down") return;
  endRun(draft);
  draft.pressAt = at;
  const type = POINTER_TYPES.indexOf(pointer);
  if (draft.pointer !== type) note(draft, "pointerType", type);
  draft.pointer = type;
}

function noteWheel(draft: Draft, event: WheelEvent, at: number): void {
  const wheel = { ...event, at };
  if (draft.turn !== null && !continues(draft.turn, wheel)) endTurn(draft);
  draft.turn = addWheel(draft.turn, wheel);
}

function endTurn(draft: Draft): void {
  if (draft.turn === null) return;
  note(draft, "scrollDevice", SCROLL_DEVICES[scrollDevice(draft.turn)]);
  noteAct(draft, "scroll");
  draft.turn = null;
}

function notePage(draft: Draft, page: number): void {
  endRun(draft);
  note(draft, "page", valueOfHash(page));
  if (draft.page !== null && draft.page !== page) note(draft, "pageOrder", valueOfHash(page), rowOfHash(draft.page));
  noteAct(draft, "page");
  draft.page = page;
  draft.field = null;
}

function noteFocus(draft: Draft, { phase, field }: FocusEvent, at: number): void {
  if (phase !== "in") return;
  endRun(draft);
  if (draft.field !== null && draft.field !== field)
    note(draft, "fieldOrder", valueOfHash(field), rowOfHash(draft.field));
  draft.field = field;
  const [tab, press] = [draft.tabAt ?? Number.NEGATIVE_INFINITY, draft.pressAt ?? Number.NEGATIVE_INFINITY];
  if (at - Math.max(tab, press) <= CAUSE_MS) note(draft, "fieldReached", tab > press ? 0 : 1);
}

function noteEdit(draft: Draft, { what }: EditEvent, at: number): void {
  const act = what === "cut" ? "copy" : what === "redo" ? "undo" : what;
  if (act === "autofill" || act === "drop") return;
  const byKey = draft.commandAt !== null && at - draft.commandAt <= CAUSE_MS;
  note(draft, "shortcut", byKey ? 0 : 1);
  noteAct(draft, act);
}

function noteScreen(draft: Draft, { size, pixelRatio }: ViewportEvent): void {
  const ratio = Number.isFinite(pixelRatio) ? Math.min(400, Math.max(0, Math.round(4 * pixelRatio))) : 0;
  const screen = VIEWPORT_CLASSES.indexOf(size) * 1000 + ratio;
  if (draft.screen !== screen) note(draft, "screen", screen);
  draft.screen = screen;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
