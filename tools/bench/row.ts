/** One line of the table that `npm run bench` prints. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  /** Missing where there is nobody to compare with, or nobody here. */
  readonly peer?: { readonly name: string; readonly value: number } | undefined;
  /** How many times better than the peer; missing without one. */
  readonly ratio?: number | undefined;
  readonly goal: string;
  /** Missing where the goal cannot be judged here. */
  readonly met?: boolean | undefined;
  readonly note?: string | undefined;
}

/** Returns the row of a duration that should be at least `atLeast` times shorter than the peer's. */
export function fasterThan(
  name: string,
  times: { readonly what: string; readonly unit: string; readonly ours: number; readonly peer: number | undefined },
  atLeast: number,
): Row {
  const { what, unit, ours, peer } = times;
  const goal = atLeast === 1 ? `no slower than ${name}` : `${atLeast} x faster than ${name}`;
  if (peer === undefined) return { what, unit, ours, goal, note: "peer absent" };
  return { what, unit, ours, peer: { name, value: peer }, ratio: peer / ours, goal, met: peer / ours >= atLeast };
}

/** Returns the middle value, the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** Returns how many ms the work takes. */
export function time(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
