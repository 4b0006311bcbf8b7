import type { POINTER_TYPES, VIEWPORT_CLASSES } from "../events/event.ts";
import type { Circumstances } from "../features/usage/circumstances.ts";

/** Median and spread of a log-normal: most values lie within `median * exp(+-spread)`. */
export interface LogNormal {
  readonly median: number;
  readonly spread: number;
}

/** How somebody types. Offsets are of natural logarithms: 0.1 is about a tenth slower or longer. */
export interface TypingHabits {
  /** Median inter-key interval between letters without pause, ms. */
  readonly intervalMs: number;
  /** Offset of the interval into a zone from a zone: index `from * KEY_ZONES.length + to`. */
  readonly pairs: readonly number[];
  /** Spread of the interval from stroke to stroke. */
  readonly intervalSpread: number;
  readonly holdMs: number;
  /** Offset of the hold by zone, in the order of `KEY_ZONES`. */
  readonly holds: readonly number[];
  readonly holdSpread: number;
  /** Chance that a key is held for much longer than usual. */
  readonly lingers: number;
  /** Share of strokes in which the key before is let go first, though its hold would have reached further: 1 never rolls over. */
  readonly liftsFirst: number;
  /** Chance of a hesitation before a word and inside one, and its length as a multiple of the interval. */
  readonly wordPause: number;
  readonly innerPause: number;
  readonly pause: LogNormal;
  /** Chance of stopping to think before a word, and for how long, ms. */
  readonly thinking: number;
  readonly thoughtMs: LogNormal;
  /** Mistyped keys per key, and how many keys later that is noticed on average. */
  readonly errors: number;
  readonly noticesAfter: number;
  /** Holds backspace down and lets it repeat, instead of tapping it, when four or more keys go. */
  readonly holdsBackspace: boolean;
  readonly shift: "shiftLeft" | "shiftRight";
  /** Time from one look of the computer at the keyboard to the next, ms. */
  readonly scanMs: number;
}

/** How somebody moves and clicks. */
export interface PointerHabits {
  /** Time to a target of `bits` difficulty (Fitts 1954, Shannon form): `startMs + perBitMs * bits`. */
  readonly startMs: number;
  readonly perBitMs: number;
  /** Spread of that time from movement to movement. */
  readonly timeSpread: number;
  /** Share of the way that the first stroke covers, mean and standard deviation: more than 1 overshoots. */
  readonly reach: number;
  readonly reachStd: number;
  /** Spread of the log-normal speed profile: small is symmetric, large starts quickly and ends slowly. */
  readonly skew: number;
  /** Sideways bow as a share of the distance, for movements along `bowAxis` (radians), and its standard deviation. */
  readonly bow: number;
  readonly bowAxis: number;
  readonly bowStd: number;
  /** Standard deviation of the tremor, px. */
  readonly tremorPx: number;
  readonly dwellMs: LogNormal;
  readonly clickMs: LogNormal;
  /** Rest between two movements, ms. */
  readonly restMs: LogNormal;
  /** Chance of an idle wiggle instead of a rest. */
  readonly fidgets: number;
  /** Time from one move event to the next, ms. */
  readonly frameMs: number;
}

/** How somebody scrolls. */
export interface ScrollHabits {
  readonly device: "wheel" | "trackpad";
  /** px per notch of a wheel, or at the start of a swipe. */
  readonly stepPx: number;
  readonly steps: number;
  readonly everyMs: number;
}

/** What somebody does with a device beside typing and pointing. */
export interface UsageHabits {
  /** Keyed hashes of the pages this person visits. */
  readonly pages: readonly number[];
  /** How willingly the person goes from one of them to another, rows sum to 1. */
  readonly order: readonly (readonly number[])[];
  /** How willingly the person goes from one field of a form to another, rows sum to 1. */
  readonly fields: readonly (readonly number[])[];
  /** Hour of the day (UTC) around which this person works, and the standard deviation in hours. */
  readonly hour: number;
  readonly hourStd: number;
  /** Chance that this person comes on a working day, and on a day of the weekend. */
  readonly workdays: number;
  readonly weekends: number;
  /** Where the person usually is, where else, and how often there. */
  readonly home: Circumstances;
  readonly elsewhere: Circumstances;
  readonly away: number;
  /** Shares of a minute's acts. */
  readonly pastes: number;
  readonly copies: number;
  readonly tabSwitches: number;
  /** Pastes and copies with the keyboard rather than with a menu. */
  readonly usesShortcuts: number;
  readonly viewport: (typeof VIEWPORT_CLASSES)[number];
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixelRatio: number;
  readonly pointer: (typeof POINTER_TYPES)[number];
}

/**
 * Somebody who does not exist. All parameters are plain data: two people with the same ones behave alike in distribution, and
 * the same person with the same seed does exactly the same.
 */
export interface SimulatedPerson {
  readonly id: string;
  readonly seed: number;
  readonly typing: TypingHabits;
  readonly pointing: PointerHabits;
  readonly scrolling: ScrollHabits;
  readonly usage: UsageHabits;
}

/** How this person differs from itself today: offsets of natural logarithms, drawn once a session. */
export interface Mood {
  readonly interval: number;
  readonly intervalSpread: number;
  readonly hold: number;
  readonly holdSpread: number;
  readonly pauses: number;
  readonly pointing: number;
  readonly tremor: number;
}
