/** How much of behaviour may leave the page, rising: assertions only, feature sets, content-free events. */
export const TIERS = ["device", "features", "events"] as const;
export type Tier = (typeof TIERS)[number];

/** What a consent is for: to recognise the person, to learn what people in general are like, to study behaviour. */
export const PURPOSES = ["authentication", "population", "research"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Under which the words of the subject's own page are recorded where the application has none of its own. */
export const OWN_TEXT_VERSION = "habitus-page-1";

/** Returns the tier at which less leaves the page. */
export function lesserTier(one: Tier, other: Tier): Tier {
  return TIERS.indexOf(one) <= TIERS.indexOf(other) ? one : other;
}
