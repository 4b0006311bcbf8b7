import type { DecisionKind } from "@habitus/core";

export const DECISION_WORDS: Readonly<Record<DecisionKind, string>> = {
  continue: "Continue",
  observe: "Observe",
  stepUp: "Step up",
  lock: "Lock",
  noDecision: "No decision",
};

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** Returns the time of day, with the date when it was not within the last 24 hours. */
export function when(at: number | null, now: number): string {
  if (at === null) return "–";
  return now - at < 86_400_000 ? clock.format(at) : day.format(at);
}

export function percent(share: number | null): string {
  return share === null ? "–" : `${Math.round(share * 100)} %`;
}
