import { loudestFirst } from "../../evidence/contributions.ts";
import type { Contribution } from "../../evidence/evidence.ts";
import type { FeatureSet } from "../../features/extractor.ts";
import { HABIT_GROUPS } from "../../features/pointer/strokes/habit-counts.ts";
import { COUNT_GROUPS, DEVICE_GROUP } from "../../features/pointer/strokes/stroke-counts.ts";
import { DEVICE_FEATURES } from "../../features/pointer/strokes/stroke-features.ts";
import { WINDOW_VECTOR } from "../../features/pointer/strokes/window-vector.ts";
import type { Reference } from "../comparator.ts";
import { slopeTo } from "../plda/compare-sitting.ts";
import { expectedAt, placeOf, readPerson, windowSize } from "../plda/plda-comparator.ts";
import { attribute } from "../plda/plda-model.ts";
import { fullReference, type PointerArms } from "./pointer-arms.ts";

export const STROKE_FAMILIES = ["device", "buttons", "pauses", "speed", "turns", "steps", "shape"] as const;

const device: ReadonlySet<string> = new Set([DEVICE_GROUP, ...DEVICE_FEATURES]);
const PATTERNS: readonly (readonly [(typeof STROKE_FAMILIES)[number], RegExp])[] = [
  ["buttons", /hold|is_click|is_drag/],
  ["pauses", /pause/i],
  ["speed", /speed|accelera|decelera|jerk|peak|profile|slow|curvature/i],
  ["turns", /turn/i],
  ["steps", /step|reversals/i],
];

function familyOf(value: string): number {
  const [kind = "", name = ""] = value.split(".");
  const counted = [...COUNT_GROUPS, ...HABIT_GROUPS].some((group) => group.name === kind);
  const said = counted ? kind : name;
  if (device.has(said)) return STROKE_FAMILIES.indexOf("device");
  const found = PATTERNS.find(([, pattern]) => pattern.test(said));
  return STROKE_FAMILIES.indexOf(found?.[0] ?? "shape");
}

const FAMILY_OF: Uint8Array = Uint8Array.from(WINDOW_VECTOR, familyOf);

/**
 * Returns what each family of values says about a window, the loudest first, as far as the model of everything goes. Shares have the
 * sign of what they say (positive = the enrolled person) and their absolute values sum to 1.
 */
export function explainStrokes(
  { full, behaviour }: PointerArms,
  reference: Reference,
  probe: FeatureSet,
): Contribution[] {
  const expected = expectedAt(readPerson(full, fullReference({ full, behaviour }, reference)), probe.startedAt);
  const slope = slopeTo(full, expected, placeOf(full, probe), windowSize(full, probe));
  const families = new Float64Array(STROKE_FAMILIES.length);
  attribute(full, probe.values, slope).forEach((nats, f) => {
    const family = FAMILY_OF[full.features[f] ?? 0] ?? 0;
    families[family] = (families[family] ?? 0) + nats;
  });
  return loudestFirst(STROKE_FAMILIES, families);
}
