import { ranked } from "./bounded-counts.ts";
import { readPauses } from "./pauses.ts";
import { scrollDevice } from "./scroll-device.ts";
import type { UsageState } from "./usage.ts";

/** How a device was used, as it is shown. Lists are in the order of their counts, most first. */
export interface Usage {
  pages: { page: string; visits: number }[];
  transitions: { from: string; to: string; count: number }[];
  /** Events per hour of the week, Monday 00:00 UTC first; 168 numbers. */
  weekHours: number[];
  pauses: { count: number; medianMs: number | null };
  shortcuts: number;
  pastes: number;
  copies: number;
  autofills: number;
  tabSwitches: number;
  scroll: { wheel: number; trackpad: number; touch: number };
  pointerTypes: { mouse: number; pen: number; touch: number };
  viewports: Record<string, number>;
  corrections: number;
}

/** Returns the usage as it is shown: the turn of the wheel that may still go on is counted as it looks so far. */
export function readUsage(state: UsageState): Usage {
  const scroll = { ...state.scroll };
  if (state.turn !== null) scroll[scrollDevice(state.turn)] += 1;
  return {
    pages: ranked(state.pages).map(({ name, count }) => ({ page: name, visits: count })),
    transitions: ranked(state.transitions).map(({ name, count }) => {
      const [from = "", to = ""] = name.split(">");
      return { from, to, count };
    }),
    weekHours: Array.from({ length: 168 }, (_, hour) => state.weekHours[String(hour)] ?? 0),
    pauses: readPauses(state.pauses),
    shortcuts: state.shortcuts,
    pastes: state.pastes,
    copies: state.copies,
    autofills: state.autofills,
    tabSwitches: state.tabSwitches,
    scroll,
    pointerTypes: { ...state.pointerTypes },
    viewports: { ...state.viewports },
    corrections: state.corrections,
  };
}
