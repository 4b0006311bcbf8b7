import { REGION_COUNT } from "./typing-streams.ts";

/**
 * What people in general do: medians by region of the keyboard (12) and by pair of regions (12 x 12, row = first key).
 * Natural log of ms for `hold` and `press`, asinh(ms / 60) for `gap` and `release`.
 */
export interface RhythmTables {
  readonly hold: Float64Array;
  readonly press: Float64Array;
  readonly gap: Float64Array;
  readonly release: Float64Array;
}

/** Tables of zeros: residuals are then the timings themselves, which is what tables are fitted from. */
export function noTables(): RhythmTables {
  const pairs = REGION_COUNT * REGION_COUNT;
  return {
    hold: new Float64Array(REGION_COUNT),
    press: new Float64Array(pairs),
    gap: new Float64Array(pairs),
    release: new Float64Array(pairs),
  };
}
