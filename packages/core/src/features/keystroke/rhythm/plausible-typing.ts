import { rhythmExtractor } from "./rhythm-extractor.ts";
import { REGIONS } from "./typing-streams.ts";

const place = (name: string): number => {
  const at = rhythmExtractor.featureNames.indexOf(name);
  if (at < 0) throw new RangeError(`there is no feature ${name}`);
  return at;
};
const HOLD = place("levels.holdResidual.mean");
const SAME_INSTANT = place("habits.sameInstant.rate");
const REGION_HOLDS = REGIONS.map((region) => place(`regions.hold.${region}`));

/** Share of presses within 12 ms of the one before: a person's hands do that now and then, a paste or a script always. */
const MOST_AT_ONCE = 0.3;
const LEAST_REGIONS = 3;

/**
 * Returns whether a window is somebody typing: keys were let go, they were not all pressed at once, and they lie in at least three
 * regions of the keyboard. One key held or drummed on, text put in by a program and a device without releases are not: there
 * is nothing to judge, which is no sign of somebody else.
 */
export function isPlausibleTyping(values: Float64Array): boolean {
  if (Number.isNaN(values[HOLD] ?? Number.NaN)) return false;
  if ((values[SAME_INSTANT] ?? 0) ** 2 > MOST_AT_ONCE) return false;
  return REGION_HOLDS.filter((at) => !Number.isNaN(values[at] ?? Number.NaN)).length >= LEAST_REGIONS;
}
