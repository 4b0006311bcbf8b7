import type { ApplicationSettings, Purpose, Tier } from "@habitus/wire";
import { lesserTier } from "@habitus/wire";
import type { ConsentRow, PauseRow } from "../storage/storage.ts";

/** The newest word of a subject on each purpose; one that was never asked about is missing. */
export type Consents = { readonly [P in Purpose]?: ConsentRow };

/** What is asked of a subject here. */
export interface Asked {
  readonly consents: Consents;
  /** The newest; it may be over. */
  readonly pause: PauseRow | undefined;
}

/** Returns the newest word on each purpose. */
export function newestConsents(rows: readonly ConsentRow[]): Consents {
  const newest: { -readonly [P in Purpose]?: ConsentRow } = {};
  for (const row of rows) newest[row.purpose] = row;
  return newest;
}

/** Whether there is a consent to be recognised by behaviour: without it nothing of the subject is kept. */
export function mayKeep({ consents }: Pick<Asked, "consents">): boolean {
  return consents.authentication?.granted === true;
}

/** Whether behaviour may be captured, stored and compared at this instant: there is consent, and the subject has not paused it. */
export function mayObserve(subject: Asked, at: number): boolean {
  return mayKeep(subject) && !isPaused(subject, at);
}

/** Whether what is known of the subject may shape what others are compared with. */
export function mayLearnFrom(subject: Pick<Asked, "consents">): boolean {
  return mayKeep(subject) && subject.consents.population?.granted === true;
}

export function isPaused({ pause }: Pick<Asked, "pause">, at: number): boolean {
  return pause !== undefined && at >= pause.at && (pause.until === null || at < pause.until);
}

/**
 * Returns how much may leave the page: the lesser of what the application has set and what the consent covers. Events need a consent
 * to research that names them, beside the one to be recognised.
 */
export function tierOf({ consents }: Pick<Asked, "consents">, { tier }: Pick<ApplicationSettings, "tier">): Tier {
  const { authentication, research } = consents;
  if (authentication?.granted !== true) return "device";
  const isOfEvents = research?.granted === true && research.tier === "events";
  const covered = authentication.tier === "device" ? "device" : isOfEvents ? "events" : "features";
  return lesserTier(tier, covered);
}
