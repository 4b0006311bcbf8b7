import { type Counts, countOne } from "./bounded-counts.ts";
import { MOST_PAGES, MOST_TRANSITIONS, type UsageState } from "./usage.ts";

const HOURS_OF_WEEK = 168;
const MOST_PAUSES = 80;
const MOST_VIEWPORTS = 4;

/**
 * Returns the counts of both; where the next event goes on from is as in the newer. As long as no list is full it is what `addUsage`
 * gives of the events of both.
 */
export function joinUsage(older: UsageState, newer: UsageState): UsageState {
  return {
    kind: "usage",
    version: 1,
    pages: join(older.pages, newer.pages, MOST_PAGES),
    transitions: join(older.transitions, newer.transitions, MOST_TRANSITIONS),
    weekHours: join(older.weekHours, newer.weekHours, HOURS_OF_WEEK),
    pauses: join(older.pauses, newer.pauses, MOST_PAUSES),
    shortcuts: older.shortcuts + newer.shortcuts,
    pastes: older.pastes + newer.pastes,
    copies: older.copies + newer.copies,
    autofills: older.autofills + newer.autofills,
    tabSwitches: older.tabSwitches + newer.tabSwitches,
    scroll: {
      wheel: older.scroll.wheel + newer.scroll.wheel,
      trackpad: older.scroll.trackpad + newer.scroll.trackpad,
      touch: older.scroll.touch + newer.scroll.touch,
    },
    pointerTypes: {
      mouse: older.pointerTypes.mouse + newer.pointerTypes.mouse,
      pen: older.pointerTypes.pen + newer.pointerTypes.pen,
      touch: older.pointerTypes.touch + newer.pointerTypes.touch,
    },
    viewports: join(older.viewports, newer.viewports, MOST_VIEWPORTS),
    corrections: older.corrections + newer.corrections,
    last: newer.last,
    turn: newer.turn,
  };
}

function join(older: Readonly<Counts>, newer: Readonly<Counts>, most: number): Counts {
  const joined: Counts = { ...older };
  for (const [name, count] of Object.entries(newer)) {
    countOne(joined, name, most);
    joined[name] = (joined[name] ?? 0) + count - 1;
  }
  return joined;
}
