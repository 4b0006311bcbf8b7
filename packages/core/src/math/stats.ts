/** Mean and population standard deviation (ddof 0); both NaN for no values. */
export interface Moments {
  readonly mean: number;
  readonly std: number;
}

/** Returns mean and population standard deviation in one pass (Welford 1962). */
export function moments(values: ArrayLike<number>): Moments {
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) {
    const delta = (values[i] as number) - mean; // in range
    mean += delta / (i + 1);
    squares += delta * ((values[i] as number) - mean); // in range
  }
  if (values.length === 0) return { mean: Number.NaN, std: Number.NaN };
  return { mean, std: Math.sqrt(squares / values.length) };
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
