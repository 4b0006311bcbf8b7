/** How one feature of touch is spread over people in general. */
export interface TouchSpread {
  readonly mean: number;
  readonly deviation: number;
  /** Shares of the variance that lie between people and, of one person, between sittings; the rest lies between windows. */
  readonly between: number;
  readonly sitting: number;
}

/** People in general at a touch screen, in the order of `TOUCH_FEATURES`; undefined for a feature nothing is known of. */
export interface TouchModel {
  readonly id: string;
  readonly features: readonly (TouchSpread | undefined)[];
  /** What the sum over features is worth: they are taken for independent, which they are not. Above 0, at most 1. */
  readonly worth: number;
}

/** Nobody is that sure whose finger it was: all windows of a sitting together say no more than this, nats. */
export const MOST_PER_TOUCH_SITTING = 3;
/** Further off than this, in standard deviations, is a mistake of the recording. */
export const FARTHEST_TOUCH = 4;
