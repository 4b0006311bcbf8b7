import type { FeatureSet } from "../extractor.ts";
import { STROKE_FEATURES, strokeFeatures } from "../pointer/strokes/stroke-features.ts";
import { tracePath } from "../pointer/strokes/trace-path.ts";
import type { Gesture } from "./gesture.ts";

export const TOUCH_EXTRACTOR = "touch@1";

/** What of a stroke holds for a finger too: nothing of buttons, of single steps, of how often the screen is read. */
const SWIPE = [
  "log_duration",
  "log_length",
  "straightness",
  "bow_mean",
  "bow_mean_abs",
  "log_speed_max",
  "speed_mean_to_max",
  "peak_time",
  "peak_place",
  "log_speed_start",
  "log_speed_end",
  "log_acceleration",
  "log_deceleration",
  "accelerating",
  "turn_sum",
] as const satisfies readonly (typeof STROKE_FEATURES)[number][];
const SWIPE_PLACES = SWIPE.map((name) => STROKE_FEATURES.indexOf(name));

/** Order of the values. Natural logs; times in ms, places in px. Each is a mean over the window, `_spread` a standard deviation. */
export const TOUCH_FEATURES: readonly string[] = [
  "tap_log_hold",
  "tap_log_hold_spread",
  "tap_log_offset",
  "tap_log_size",
  "tap_pressure",
  "tap_log_pause",
  ...SWIPE.map((name) => `swipe_${name}`),
  "swipe_log_size",
  "swipe_pressure",
  "soft_log_interval",
  "soft_log_interval_spread",
  "soft_deletes",
  "soft_log_before_delete",
];

/** Fewer of a kind than this say nothing. */
const FEWEST_GESTURES = 2;
const FEWEST_INPUTS = 8;
/** A longer time between two inputs is thinking, not typing. */
const LONGEST_INTERVAL_MS = 3_000;

/** Whether a feature set is of touch, and of this version. */
export function isTouchSet({ extractor }: Pick<FeatureSet, "extractor">): boolean {
  return extractor === TOUCH_EXTRACTOR;
}

/** What the gestures and inputs of a window add up to. Plain JSON, under 1 kB: no path is kept. */
export interface TouchSums {
  /** By feature: the sum of what was measured and how often; of the two spreads the sum of squares. */
  readonly sums: number[];
  readonly counts: number[];
  readonly gestures: number;
  readonly inputs: number;
  readonly deletes: number;
}

export function noSums(): TouchSums {
  const none = () => new Array<number>(TOUCH_FEATURES.length).fill(0);
  return { sums: none(), counts: none(), gestures: 0, inputs: 0, deletes: 0 };
}

const PLACE = new Map(TOUCH_FEATURES.map((name, i) => [name, i]));

function addValues(sums: TouchSums, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    const i = PLACE.get(name) ?? -1;
    if (i < 0 || !Number.isFinite(value)) continue; // a screen that tells no size or pressure has none
    sums.sums[i] = Math.round(((sums.sums[i] ?? 0) + value) * 1e6) / 1e6;
    sums.counts[i] = (sums.counts[i] ?? 0) + 1;
  }
}

/** Adds a gesture, in place. */
export function addGesture(sums: TouchSums, gesture: Gesture): TouchSums {
  addValues(sums, gesture.kind === "tap" ? tapValues(gesture) : swipeValues(gesture));
  return { ...sums, gestures: sums.gestures + 1 };
}

/** Adds a change by a soft keyboard, in place; `elapsedMs` since the one before. */
export function addInput(sums: TouchSums, isDelete: boolean, elapsedMs: number): TouchSums {
  if (elapsedMs > 0 && elapsedMs <= LONGEST_INTERVAL_MS) {
    const log = Math.log(elapsedMs);
    addValues(
      sums,
      isDelete ? { soft_log_before_delete: log } : { soft_log_interval: log, soft_log_interval_spread: log * log },
    );
  }
  return { ...sums, inputs: sums.inputs + 1, deletes: sums.deletes + (isDelete ? 1 : 0) };
}

/** Returns the feature set of a window; what there is too little of is missing (NaN). Its counts are 0: it is no window of a mouse. */
export function touchSet(sums: TouchSums, startedAt: number, endedAt: number): FeatureSet {
  const values = Float64Array.from(TOUCH_FEATURES, (name, i) => featureValue(sums, name, i));
  return {
    kind: "featureSet",
    extractor: TOUCH_EXTRACTOR,
    values,
    startedAt,
    endedAt,
    keystrokes: 0,
    pointerEvents: 0,
  };
}

function featureValue({ sums, counts, inputs, deletes }: TouchSums, name: string, i: number): number {
  const isSoft = name.startsWith("soft_");
  if (isSoft && (counts[PLACE.get("soft_log_interval") ?? 0] ?? 0) < FEWEST_INPUTS) return Number.NaN;
  if (name === "soft_deletes") return deletes / inputs;
  const count = counts[i] ?? 0;
  if (count < FEWEST_GESTURES) return Number.NaN;
  const mean = (sums[i] ?? 0) / count;
  if (!name.endsWith("_spread")) return mean;
  const of = PLACE.get(name.slice(0, -"_spread".length)) ?? 0;
  return Math.sqrt(Math.max(0, mean - ((sums[of] ?? 0) / count) ** 2));
}

function told(value: number): number {
  return value > 0 ? value : Number.NaN;
}

function tapValues({ at, x, y, sizePx, pressure, pauseBeforeMs }: Gesture): Record<string, number> {
  const hold = Math.log(told((at.at(-1) ?? 0) - (at[0] ?? 0)));
  return {
    tap_log_hold: hold,
    tap_log_hold_spread: hold * hold,
    tap_log_offset: Math.log1p(Math.hypot((x.at(-1) ?? 0) - (x[0] ?? 0), (y.at(-1) ?? 0) - (y[0] ?? 0))),
    tap_log_size: Math.log(told(sizePx)),
    tap_pressure: told(pressure),
    tap_log_pause: Math.log(told(pauseBeforeMs)),
  };
}

function swipeValues({ at, x, y, sizePx, pressure, pauseBeforeMs }: Gesture): Record<string, number> {
  const began = at[0] ?? 0;
  const times = at.map((time) => Math.round((time - began) * 100) / 100);
  const path = tracePath(times, x, y);
  if (path === undefined) return {};
  const row = strokeFeatures(path, { kind: "drag", holdMs: 0, pauseBeforeMs, pauseEndMs: 0 });
  return {
    ...Object.fromEntries(SWIPE.map((name, i) => [`swipe_${name}`, row[SWIPE_PLACES[i] ?? 0] ?? Number.NaN])),
    swipe_log_size: Math.log(told(sizePx)),
    swipe_pressure: told(pressure),
  };
}
