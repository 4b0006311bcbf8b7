import type { Assessment, HeldKind, Me, Purpose, Tier } from "@habitus/wire";

/** The page's words: for the person, so no jargon, no figures of guilt. */

type Modality = NonNullable<Me["accommodation"]>["withdrawn"][number];

export const PURPOSE_WORDS: Readonly<Record<Purpose, { readonly title: string; readonly text: string }>> = {
  authentication: {
    title: "Recognising you",
    text: "The way you type, point and touch is compared with the way you usually do, so that somebody else at your account is noticed.",
  },
  population: {
    title: "Learning what people in general do",
    text: "Measurements of you go, with those of many others, into averages that everybody here is compared with. What went into an average cannot be taken out of it again.",
  },
  research: {
    title: "Studying how people type and point",
    text: "The exact times of single movements and key presses may leave your device and be studied. Never which letters, never what you wrote.",
  },
};

export const TIER_WORDS: Readonly<Record<Tier, string>> = {
  device: "Your device does the comparing. Only the outcome leaves it, no measurements.",
  features: "Measurements such as speeds and pauses leave your device. Single key presses do not.",
  events: "The times of single movements and key presses leave your device. What you type never does.",
};

export const HELD_WORDS: Readonly<Record<HeldKind, { readonly title: string; readonly text: string }>> = {
  samples: { title: "Measurements", text: "Speeds, pauses and movements of some moments" },
  references: { title: "Your usual way", text: "A summary of the measurements: what you are compared with" },
  phrases: { title: "Sign-in words", text: "The rhythm in which you type the words of a sign-in" },
  decisions: { title: "Decisions", text: "What was decided while you were signed in, and why" },
  outcomes: { title: "Outcomes", text: "Whether you confirmed that it was you, and how visits ended" },
  traces: { title: "How sure we were", text: "How certain it seemed, over your visits" },
  history: { title: "Hours of use", text: "Counts of how certain it seemed, hour by hour" },
  accommodations: { title: "Your choices", text: "What you asked to be done differently, and pauses" },
  sessions: { title: "Visits", text: "When you were signed in, and where from if the application told" },
  consents: { title: "Agreements", text: "What you agreed to, and when you took it back" },
  events: { title: "Single movements", text: "Times of key presses and pointer moves, without letters" },
};

export const DECISION_WORDS: Readonly<Record<Assessment["decision"], string>> = {
  continue: "It looked like you",
  observe: "It looked a little different",
  stepUp: "You were asked to confirm that it is you",
  lock: "The visit was closed to be safe",
  noDecision: "Nothing was decided",
};

export const MODALITY_WORDS: readonly (readonly [Modality, string])[] = [
  ["keystroke", "How I type"],
  ["pointer", "How I move the mouse or touchpad"],
  ["touch", "How I touch the screen"],
  ["usage", "When and how I use the application"],
];

/** How much more doubt is needed before anything is asked, natural log. */
export const PATIENCE: readonly (readonly [widenNats: number, title: string, text: string])[] = [
  [0, "As usual", ""],
  [0.5, "More patient", "Asks a little later. Good for days when you type differently."],
  [1, "Most patient", "Asks much later. Somebody else at your account is noticed later, too."],
];

const ACTIONS: Readonly<Record<string, string>> = {
  "operator.viewed": "was shown something about you",
  "page.linked": "opened this page for you",
  "consent.granted": "recorded an agreement",
  "consent.withdrawn": "recorded a withdrawal",
  "subject.exported": "took a copy of everything",
  "subject.accommodated": "changed what is done differently for you",
  "subject.paused": "paused it",
  "subject.resumed": "ended a pause",
  "subject.enrolled": "had your usual way learnt anew",
  "session.opened": "opened a visit",
  "session.closed": "ended a visit",
  "context.changed": "said how much was at stake",
  "outcome.recorded": "said how a question to you turned out",
  "behaviour.erased": "had everything that was learnt erased",
};
/** What goes with every visit, and tells nothing of who looked. */
const EVERYDAY = ["session.opened", "session.closed", "context.changed"];

export const isEveryday = (action: string): boolean => EVERYDAY.includes(action);
export const actionWords = (action: string): string => ACTIONS[action] ?? "did something that concerns you";

/** Returns who did something, as the person would say it. */
export function actorWords(actor: string, application: string): string {
  if (actor === "subject") return "You";
  if (actor.startsWith("operator:")) return `${actor.slice("operator:".length)} (staff)`;
  return actor === "application" ? `The application (${application})` : actor;
}

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const dayAndTime = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
export const date = (at: number): string => day.format(at);
export const dateTime = (at: number): string => dayAndTime.format(at);

export const entries = (count: number): string => (count === 1 ? "1 entry" : `${count} entries`);

/** Returns a size as a person would say it. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Returns from when to when, shorter where it is one day. */
export function span(oldest: number | null, newest: number | null): string {
  if (oldest === null || newest === null) return "";
  const [from, to] = [date(oldest), date(newest)];
  return from === to ? `From ${from}.` : `From ${from} to ${to}.`;
}

/** Returns how long something is kept. */
export function keptFor(days: number | null, inactiveDays: number): string {
  return days === null
    ? `as long as you use it, at most ${months(inactiveDays)} after your last visit`
    : `at most ${months(days)}`;
}

function months(days: number): string {
  if (days < 60) return `${days} days`;
  return days % 365 === 0 ? (days === 365 ? "one year" : `${days / 365} years`) : `${Math.round(days / 30)} months`;
}
