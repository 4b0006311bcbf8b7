import type { FeatureSet } from "../features/extractor.ts";
import { fromTutorialRow } from "../features/tutorial.ts";
import { createRandom } from "../math/random.ts";
import { BASELINE_BACKGROUND } from "./baseline-background.data.ts";
import { sampler } from "./two-covariance.ts";

export const BACKGROUND_PATTERNS = ["keystroke", "pointer", "both"] as const;
export type BackgroundPattern = (typeof BACKGROUND_PATTERNS)[number];

const KEYSTROKES = 50;
const MOVES = 200;
const NONE = [0, 0, 0, 0, 0, 0];
const WINDOWS_PER_PERSON = 8;
/** Few windows of many people tell more about people than many windows of few. */
const ENOUGH_PEOPLE = 50;

/**
 * Returns `count` feature sets of the extractor `tutorial@1` of people who are nobody in particular: what a service compares
 * a subject with until it knows enough people of its own. Keystroke windows have 50 keystrokes, pointer windows 200 moves,
 * as the baseline's do. Without a pattern the three take turns. A person has up to 8 windows, fewer where there would
 * otherwise be fewer than 50 people. The same seed gives the same feature sets.
 *
 * Drawn from Gaussians over logarithms of mean and standard deviation of interval, hold, step distance and step speed; rate,
 * total and counts follow from these. Typing and pointing of one person are drawn independently: no data set here has
 * both. Where the numbers come from, and that the pointer's are weak, stands in `BASELINE_BACKGROUND.*.provenance`.
 */
export function drawBackground(count: number, seed: number, pattern?: BackgroundPattern): FeatureSet[] {
  if (!Number.isInteger(count) || count < 0)
    throw new RangeError(`count must be an integer of at least 0, got ${count}`);
  const random = createRandom(seed);
  const typist = sampler(BASELINE_BACKGROUND.keystroke, random);
  const pointer = sampler(BASELINE_BACKGROUND.pointer, random);
  const perPerson = Math.max(1, Math.min(WINDOWS_PER_PERSON, Math.floor(count / ENOUGH_PEOPLE)));
  let typed = typist();
  let moved = pointer();
  return Array.from({ length: count }, (_, i) => {
    if (i % perPerson === 0) {
      typed = typist();
      moved = pointer();
    }
    const turn = pattern ?? BACKGROUND_PATTERNS[i % BACKGROUND_PATTERNS.length];
    const keys = turn === "pointer" ? NONE : keystrokeRow(typed());
    const moves = turn === "keystroke" ? NONE : pointerRow(moved());
    return fromTutorialRow([...keys, ...moves], i * 60_000, i * 60_000 + 59_999);
  });
}

function keystrokeRow(logs: readonly number[]): number[] {
  const [interval = 0, intervalStd = 0, hold = 0, holdStd = 0] = logs.map(Math.exp);
  // From the first press to the last release there are 49 intervals and, but for rollover, one hold.
  const rate = (1000 * KEYSTROKES) / ((KEYSTROKES - 1) * interval + hold);
  return [interval, intervalStd, hold, holdStd, rate, KEYSTROKES];
}

function pointerRow(logs: readonly number[]): number[] {
  const [distance = 0, distanceStd = 0, speed = 0, speedStd = 0] = logs.map(Math.exp);
  return [distance, distanceStd, speed, speedStd, (MOVES - 1) * distance, MOVES];
}
