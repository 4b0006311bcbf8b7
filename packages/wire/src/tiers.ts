/** How much of behaviour may leave the page, rising: assertions only, feature sets, content-free events. */
export const TIERS = ["device", "features", "events"] as const;
export type Tier = (typeof TIERS)[number];

/** What a consent is for: to recognise the person, to learn what people in general are like, to study behaviour. */
export const PURPOSES = ["authentication", "population", "research"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Returns the tier at which less leaves the page. */
export function lesserTier(one: Tier, other: Tier): Tier {
  return TIERS.indexOf(one) <= TIERS.indexOf(other) ? one : other;
}
