import { NO_GROUP } from "./typing-streams.ts";

/** Where families write their values one after the other; a value that is not known is NaN. */
export class Sheet {
  readonly values: Float64Array;
  #at = 0;

  constructor(length: number) {
    this.values = new Float64Array(length);
  }

  get length(): number {
    return this.#at;
  }

  add(value: number): void {
    this.values[this.#at] = value;
    this.#at += 1;
  }
}

/** Values of one group, gathered so that several statistics can be read off. */
export class Gathered {
  readonly #values: Float64Array;
  #count = 0;
  #sorted = true;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
  }

  clear(): this {
    this.#count = 0;
    this.#sorted = true;
    return this;
  }

  /** NaN is passed over. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.#values[this.#count] = value;
    this.#count += 1;
    this.#sorted = false;
  }

  get count(): number {
    return this.#count;
  }

  /** NaN when there is nothing. */
  mean(): number {
    let sum = 0;
    for (let i = 0; i < this.#count; i += 1) sum += this.#values[i] ?? 0;
    return sum / this.#count;
  }

  /** Natural log of the standard deviation plus 0.02; NaN with fewer than two values. */
  logStd(): number {
    if (this.#count < 2) return Number.NaN;
    const mean = this.mean();
    let sum = 0;
    for (let i = 0; i < this.#count; i += 1) sum += ((this.#values[i] ?? 0) - mean) ** 2;
    return Math.log(Math.sqrt(sum / this.#count) + 0.02);
  }

  /** Quantile with straight lines between the values (type 7 of Hyndman & Fan 1996); NaN when there is nothing. */
  quantile(share: number): number {
    if (this.#count === 0) return Number.NaN;
    if (!this.#sorted) {
      sortFirst(this.#values, this.#count);
      this.#sorted = true;
    }
    const place = share * (this.#count - 1);
    const below = Math.floor(place);
    const low = this.#values[below] ?? 0;
    const high = this.#values[Math.min(below + 1, this.#count - 1)] ?? 0;
    return low + (place - below) * (high - low);
  }
}

/** Windows are short: insertion is faster than the engine's sort, which is called for long ones. */
function sortFirst(values: Float64Array, count: number): void {
  if (count > 64) {
    values.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i += 1) {
    const value = values[i] ?? 0;
    let j = i - 1;
    while (j >= 0 && (values[j] ?? 0) > value) {
      values[j + 1] = values[j] ?? 0;
      j -= 1;
    }
    values[j + 1] = value;
  }
}

/** Adds the mean of a column in each of `groups` groups; keys whose group is NO_GROUP or beyond are passed over. */
export function addGroupMeans(sheet: Sheet, column: Float64Array, group: Uint8Array, groups: number): void {
  const sums = new Float64Array(groups);
  const counts = new Uint16Array(groups);
  for (let i = 0; i < column.length; i += 1) {
    const value = column[i] ?? Number.NaN;
    const own = group[i] ?? NO_GROUP;
    if (own >= groups || Number.isNaN(value)) continue;
    sums[own] = (sums[own] ?? 0) + value;
    counts[own] = (counts[own] ?? 0) + 1;
  }
  for (let g = 0; g < groups; g += 1) sheet.add((sums[g] ?? 0) / (counts[g] ?? 0));
}

/**
 * Adds a soft histogram of the column's rows of one group (or of all rows where `group` is undefined): each value is shared
 * between the two nearest of `bins` centres from `low` to `high`; square roots of the shares, which steadies their variance.
 */
export function addShape(
  sheet: Sheet,
  column: Float64Array,
  options: {
    readonly bins: number;
    readonly low: number;
    readonly high: number;
    readonly wanted: (row: number) => boolean;
  },
): void {
  const { bins, low, high, wanted } = options;
  const shares = new Float64Array(bins);
  let count = 0;
  const step = (high - low) / (bins - 1);
  for (let i = 0; i < column.length; i += 1) {
    const value = column[i] ?? Number.NaN;
    if (Number.isNaN(value) || !wanted(i)) continue;
    const place = Math.min(bins - 1, Math.max(0, (value - low) / step));
    const below = Math.min(bins - 2, Math.floor(place));
    shares[below] = (shares[below] ?? 0) + 1 - (place - below);
    shares[below + 1] = (shares[below + 1] ?? 0) + place - below;
    count += 1;
  }
  for (let b = 0; b < bins; b += 1) sheet.add(count === 0 ? Number.NaN : Math.sqrt((shares[b] ?? 0) / count + 0.002));
}
