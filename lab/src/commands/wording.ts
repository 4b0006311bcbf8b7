import { moments } from "@habitus/core";

/** How many of the worst are named. */
export const WORST = 5;

/** Returns the mean, NaN of none. */
export function mean(values: readonly number[]): number {
  return moments(values).mean;
}

/** Returns a share in percent, in words where it is not known. */
export function shown(rate: number | null): string {
  return rate === null || Number.isNaN(rate) ? "unknown" : `${(100 * rate).toFixed(1)} %`;
}
