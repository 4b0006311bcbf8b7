import type { Event } from "@habitus/core";
import type { Usage } from "@habitus/wire";

// PLACEHOLDER until core/features/usage lands
export type UsageState = { shortcuts: number };
export const initialUsage = (): UsageState => ({ shortcuts: 0 });
export const addUsage = (s: UsageState, events: readonly Event[]): UsageState => ({
  shortcuts: s.shortcuts + events.filter((e) => e.kind === "key" && e.phase === "down" && e.shortcut).length,
});
export const readUsage = (s: UsageState): Usage => ({
  pages: [],
  transitions: [],
  weekHours: new Array<number>(168).fill(0),
  pauses: { count: 0, medianMs: null },
  shortcuts: s.shortcuts,
  pastes: 0,
  copies: 0,
  autofills: 0,
  tabSwitches: 0,
  scroll: { wheel: 0, trackpad: 0, touch: 0 },
  pointerTypes: { mouse: 0, pen: 0, touch: 0 },
  viewports: {},
  corrections: 0,
});
