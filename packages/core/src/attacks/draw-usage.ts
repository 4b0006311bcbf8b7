import { gaussian, integer, type Random } from "../math/random.ts";
import { logNormal } from "./draw.ts";
import type { UsageHabits } from "./person.ts";

/** The site that all simulated people use. Its pages are keyed hashes, as everybody's. */
const PAGES = Array.from({ length: 12 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 0);
const SCREENS = [
  { viewport: "laptop", widthPx: 1280, heightPx: 680, pixelRatio: 1 },
  { viewport: "laptop", widthPx: 1440, heightPx: 780, pixelRatio: 2 },
  { viewport: "desktop", widthPx: 1905, heightPx: 950, pixelRatio: 1 },
  { viewport: "desktop", widthPx: 1536, heightPx: 730, pixelRatio: 1.25 },
] as const;

/** Returns what a new person does with a device. All shares and spreads are set here. */
export function drawUsage(random: Random): UsageHabits {
  const taste = PAGES.map(() => Math.exp(0.9 * gaussian(random)));
  const screen = SCREENS[integer(random, SCREENS.length)] ?? SCREENS[0];
  return {
    pages: PAGES,
    order: PAGES.map((_, from) => {
      const row = taste.map((weight, to) => (to === from ? 0 : weight * Math.exp(0.7 * gaussian(random))));
      const total = row.reduce((sum, weight) => sum + weight, 0);
      return row.map((weight) => weight / total);
    }),
    hour: (24 + 13 + 4 * gaussian(random)) % 24,
    hourStd: logNormal({ median: 2, spread: 0.3 }, random),
    pastes: logNormal({ median: 0.02, spread: 0.7 }, random),
    copies: logNormal({ median: 0.02, spread: 0.7 }, random),
    tabSwitches: logNormal({ median: 0.04, spread: 0.7 }, random),
    usesShortcuts: random() < 0.7 ? 0.9 : 0.2,
    ...screen,
    pointer: "mouse",
  };
}
