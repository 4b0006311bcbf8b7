/** Linear rules that tell a few known people apart: score of person i = weights_i . x + offset_i. */
export interface KnownPeople {
  readonly weights: readonly Float64Array[];
  readonly offsets: readonly number[];
}

/** Log-odds of one of the people against the others together, averaged over windows before people are weighed against each other. */
export function againstKnown(
  { weights, offsets }: KnownPeople,
  claimed: number,
  windows: readonly Float64Array[],
): number {
  const mean = meanOf(windows, windows[0]?.length ?? 0);
  const scores = weights.map((own, p) => dot(own, mean) + (offsets[p] ?? 0));
  const others = scores.filter((_, p) => p !== claimed);
  const most = Math.max(...others);
  const together = most + Math.log(others.reduce((sum, score) => sum + Math.exp(score - most), 0) / others.length);
  return (scores[claimed] ?? 0) - together;
}

/** Returns the mean of window vectors of `d` values; zeros without any. */
export function meanOf(windows: readonly Float64Array[], d: number): Float64Array {
  const mean = new Float64Array(d);
  for (const window of windows)
    for (let i = 0; i < d; i += 1) mean[i] = (mean[i] ?? 0) + (window[i] ?? 0) / windows.length;
  return mean;
}

export function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i += 1) sum += (left[i] ?? 0) * (right[i] ?? 0);
  return sum;
}
