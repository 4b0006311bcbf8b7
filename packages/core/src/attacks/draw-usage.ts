import { createRandom, gaussian, integer, type Random } from "../math/random.ts";
import { logNormal } from "./draw.ts";
import { drawPlaces } from "./draw-places.ts";
import type { UsageHabits } from "./person.ts";

/** The site that all simulated people use. Its pages are keyed hashes, as everybody's. */
const PAGES = Array.from({ length: 12 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 0);
const SCREENS = [
  { viewport: "laptop", widthPx: 1280, heightPx: 680, pixelRatio: 1 },
  { viewport: "laptop", widthPx: 1440, heightPx: 780, pixelRatio: 2 },
  { viewport: "desktop", widthPx: 1905, heightPx: 950, pixelRatio: 1 },
  { viewport: "desktop", widthPx: 1536, heightPx: 730, pixelRatio: 1.25 },
] as const;

/** Fields of the site's forms. */
const FIELDS = 5;
/** What the site suggests to everybody: some pages are wanted more, and from each some others lie near. The same for all people. */
const SITE = createRandom(12);
const WANTED = PAGES.map((_, i) => (i + 1) ** -0.7);
const NEAR = PAGES.map(() => PAGES.map(() => Math.exp(gaussian(SITE))));
/** Forms are mostly filled from the first field to the last. */
const NEXT_FIELD = 2.5;

/**
 * Returns what a new person does with a device. All shares and spreads are set here (README.md has them in a table): nobody has
 * published how people differ in this.
 */
export function drawUsage(random: Random): UsageHabits {
  const taste = WANTED.map((wanted) => wanted * Math.exp(0.9 * gaussian(random)));
  const screen = SCREENS[integer(random, SCREENS.length)] ?? SCREENS[0];
  return {
    pages: PAGES,
    order: PAGES.map((_, from) => {
      const own = (to: number): number => (NEAR[from]?.[to] ?? 1) * Math.exp(0.7 * gaussian(random));
      return normalised(taste.map((weight, to) => (to === from ? 0 : weight * own(to))));
    }),
    hour: (24 + 13 + 4 * gaussian(random)) % 24,
    hourStd: logNormal({ median: 2, spread: 0.3 }, random),
    pastes: logNormal({ median: 0.02, spread: 0.7 }, random),
    copies: logNormal({ median: 0.02, spread: 0.7 }, random),
    tabSwitches: logNormal({ median: 0.04, spread: 0.7 }, random),
    usesShortcuts: random() < 0.7 ? 0.9 : 0.2,
    ...screen,
    pointer: "mouse",
    // Drawn last, so that what was drawn before stays what it was.
    fields: drawFields(random),
    workdays: 0.5 + 0.45 * random(),
    weekends: random() < 0.6 ? 0.1 : 0.6,
    ...drawPlaces(random),
  };
}

function drawFields(random: Random): number[][] {
  return Array.from({ length: FIELDS }, (_, from) =>
    normalised(
      Array.from({ length: FIELDS }, (_, to) => {
        const common = to === from ? 0.3 : to === (from + 1) % FIELDS ? NEXT_FIELD : 1;
        return common * Math.exp(0.8 * gaussian(random));
      }),
    ),
  );
}

function normalised(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
