import type { RetentionKind, SettingsResponse, Tier } from "@habitus/wire";
import type { Tone } from "./words.ts";

const DAY_MS = 86_400_000;
/** The job runs every hour; a little more than that is no delay. */
const GRACE_MS = 2 * 3_600_000;

export const TIER_CHOICES: readonly (readonly [Tier, string])[] = [
  ["device", "Everything is compared in the browser; only what it decided leaves it."],
  ["features", "Measurements of windows leave the page, single key presses never."],
  ["events", "Content-free events leave the page, of those alone who consented to research with them."],
];

export const KIND_WORDS: Readonly<Record<RetentionKind, { readonly title: string; readonly why: string }>> = {
  samples: { title: "Feature sets", why: "References are made of them anew" },
  oldReferences: { title: "Replaced references", why: "What somebody was compared with before" },
  phrases: { title: "Phrases at sign-in", why: "Since they were learnt from last" },
  decisions: { title: "Decisions and reasons", why: "To answer somebody who asks why" },
  sessions: { title: "Sessions that are over", why: "For analysts and the person's own page" },
  outcomes: { title: "Outcomes", why: "How often people were asked in vain" },
  traces: { title: "Trust traces", why: "Thresholds and simulation look back 90 days" },
  accommodations: { title: "Replaced accommodations and pauses", why: "The newest stays" },
  events: { title: "Events", why: "Research, in the tier events alone" },
  inactive: { title: "People without a session", why: "All that was learnt of them goes" },
};

/** Returns whether what is kept is within what is promised. */
export function standingOf({ days, oldest, kind }: SettingsResponse["kept"][number], now: number): [Tone, string] {
  if (oldest === null) return ["calm", "nothing kept"];
  const overdueMs = now - oldest - days * DAY_MS;
  // Of people it is only known when they were seen, not whether anything is left to erase.
  return overdueMs <= GRACE_MS || kind === "inactive" ? ["good", "as promised"] : ["alarm", "overdue"];
}
