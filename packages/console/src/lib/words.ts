import { type Band, type DecisionKind, type EvidenceAbout, featureWords as familyWords } from "@habitus/core";
import type { Assessment, SessionSummary } from "@habitus/wire";

export type Tone = "good" | "watch" | "alarm" | "calm";

export const DECISION_WORDS: Readonly<Record<DecisionKind, readonly [text: string, tone: Tone]>> = {
  continue: ["continue", "good"],
  observe: ["observe", "watch"],
  stepUp: ["step-up", "alarm"],
  lock: ["lock", "alarm"],
  noDecision: ["no decision", "calm"],
};

export const BAND_WORDS: Readonly<Record<Band, readonly [text: string, tone: Tone]>> = {
  high: ["high", "good"],
  medium: ["medium", "watch"],
  low: ["low", "alarm"],
  none: ["none yet", "calm"],
};

/** What evidence is about. */
export const ABOUT_WORDS: Readonly<Record<EvidenceAbout, string>> = {
  keystroke: "typing",
  pointer: "pointer",
  touch: "touch",
  usage: "device usage",
  together: "keyboard and pointer together",
  signIn: "passphrase",
};

export const STATE_WORDS: Readonly<Record<SessionSummary["state"], string>> = {
  open: "running",
  locked: "locked",
  ended: "ended",
};

/** The columns of a feature table (`baseline`); what `habitus` measures has its words in the core. */
const FEATURES: Readonly<Record<string, string>> = {
  iki_mean: "time between keys, mean",
  iki_std: "time between keys, spread",
  hold_mean: "time a key is held, mean",
  hold_std: "time a key is held, spread",
  typing_speed: "keys per second",
  keystroke_count: "number of keys",
  mouse_distance_mean: "pointer step, mean",
  mouse_distance_std: "pointer step, spread",
  mouse_speed_mean: "pointer speed, mean",
  mouse_speed_std: "pointer speed, spread",
  mouse_total_distance: "pointer way in all",
  mouse_event_count: "number of pointer moves",
};

/** Returns the name of a feature in words; one that is not known here keeps its own name. */
export function featureWords(name: string): string {
  return FEATURES[name] ?? familyWords(name).replaceAll("_", " ");
}

const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const whole = new Intl.NumberFormat("en-GB");

export const clock = (at: number): string => time.format(at);
export const dateTime = (at: number): string => date.format(at);
export const count = (n: number): string => whole.format(n);

/** Returns how long ago something was, as a person would say it. */
export function ago(at: number | null, now: number): string {
  if (at === null) return "never";
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 5) return "now";
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}

/** What became of phrases that could not be compared, for an analyst. */
const ABSENCES: Readonly<Partial<Record<NonNullable<NonNullable<Assessment["signIn"]>["absence"]>, string>>> = {
  notEnrolled: "not known yet",
  pasted: "pasted",
  filledIn: "filled in by the browser",
  composed: "typed with an input method",
  softKeyboard: "typed on a soft keyboard",
  clockTooCoarse: "the clock is too coarse",
  otherNumberOfKeys: "another number of keys",
  tooFewKeys: "too few keys",
};

/** Returns in words how far a passphrase is known and how it was typed last. */
export function signInWords(signIn: Assessment["signIn"]): string {
  if (signIn === null) return "not typed";
  const { repetitions, needed, llr, absence } = signIn;
  const known = repetitions < needed ? `${repetitions} of ${needed} times` : `${repetitions} times`;
  const said = llr === null ? (absence === null ? "" : (ABSENCES[absence] ?? absence)) : `llr ${llr.toFixed(1)}`;
  return said === "" ? known : `${known} · ${said}`;
}
