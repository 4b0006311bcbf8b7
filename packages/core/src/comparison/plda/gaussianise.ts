/** Knots per feature: quantiles at (i + 1/2) / 9 of the background. */
export const KNOTS = 9;

/** Standard normal quantiles at (i + 1/2) / 9. */
const NORMAL = [
  -1.593218818, -0.967421566, -0.589455798, -0.282216147, 0, 0.282216147, 0.589455798, 0.967421566, 1.593218818,
];

/**
 * Returns what a standard normal variable would be where `value` stands between the nine knots (ascending) that begin at
 * `offset`: straight lines between them, flat outside, which also limits it. A missing value (NaN) becomes 0, the middle.
 */
export function gaussianise(value: number, knots: Float32Array, offset: number): number {
  if (Number.isNaN(value)) return 0;
  if (value <= (knots[offset] ?? 0)) return NORMAL[0] ?? 0;
  let i = 1;
  while (i < KNOTS && value > (knots[offset + i] ?? 0)) i += 1;
  if (i === KNOTS) return NORMAL[KNOTS - 1] ?? 0;
  const low = knots[offset + i - 1] ?? 0;
  const high = knots[offset + i] ?? 0;
  const from = NORMAL[i - 1] ?? 0;
  return from + ((value - low) / (high - low)) * ((NORMAL[i] ?? 0) - from);
}
