/** Returns mean and population standard deviation (ddof 0) in one pass (Welford 1962). Both NaN for no values. */
export function moments(values: Iterable<number>): {
  readonly mean: number;
  readonly std: number;
  readonly count: number;
} {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const value of values) {
    count += 1;
    const delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }
  if (count === 0) return { mean: Number.NaN, std: Number.NaN, count };
  return { mean, std: Math.sqrt(squares / count), count };
}

/** Returns the natural logarithm of the odds of a probability strictly between 0 and 1. */
export function logit(probability: number): number {
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`probability must lie strictly between 0 and 1, got ${probability}`);
  return Math.log(probability / (1 - probability));
}

/** Puts the items into random order in place (Fisher & Yates; Durstenfeld 1964) and returns them. */
export function shuffle<Item>(items: Item[], random: () => number): Item[] {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const held = items[i];
    const other = items[j];
    if (held === undefined || other === undefined) continue; // a hole is nothing to move
    items[i] = other;
    items[j] = held;
  }
  return items;
}
