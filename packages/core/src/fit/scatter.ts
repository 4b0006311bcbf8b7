import { groupRows, type WindowsTable } from "./windows-table.ts";

/** Covariances of windows within a sitting, sittings within a person, and people, each `columns` x `columns`, row-major. */
export interface Covariances {
  readonly mean: Float64Array;
  readonly between: Float64Array;
  readonly sitting: Float64Array;
  readonly window: Float64Array;
  readonly people: number;
  /** Sittings beyond the first of each person: 0 where nobody was seen twice. */
  readonly furtherSittings: number;
}

/** Sums that the covariances of any choice of people can be made of. */
export interface Scatter {
  readonly window: Float64Array;
  readonly windowFreedom: number;
  readonly sitting: Float64Array;
  readonly sittingFreedom: number;
  /** One mean per person, and the harmonic counts that correct for what is only sampling noise. */
  readonly means: readonly Float64Array[];
  readonly inverseWindows: number;
  readonly sittings: number;
  readonly inverseSittings: number;
}

/** Returns the scatter of the rows given. */
export function scatterOf(table: WindowsTable, rows: readonly number[]): Scatter {
  const { values, columns: d } = table;
  const window = new Float64Array(d * d);
  const sitting = new Float64Array(d * d);
  const means: Float64Array[] = [];
  let [windowFreedom, sittingFreedom, inverseWindows, sittings, inverseSittings] = [0, 0, 0, 0, 0];
  const block = new ScatterBlock(d);
  const between = new ScatterBlock(d);
  for (const ofPerson of groupRows(table.subject, rows).values()) {
    const own: Float64Array[] = [];
    for (const ofSitting of groupRows(table.sitting, ofPerson).values()) {
      const mean = new Float64Array(d);
      for (const row of ofSitting)
        for (let f = 0; f < d; f += 1) mean[f] = (mean[f] ?? 0) + (values[row * d + f] ?? 0) / ofSitting.length;
      for (const row of ofSitting) block.add(window, values.subarray(row * d, row * d + d), mean);
      windowFreedom += ofSitting.length - 1;
      inverseWindows += 1 / ofSitting.length;
      sittings += 1;
      own.push(mean);
    }
    const person = new Float64Array(d);
    for (const mean of own) for (let f = 0; f < d; f += 1) person[f] = (person[f] ?? 0) + (mean[f] ?? 0) / own.length;
    if (own.length > 1) for (const mean of own) between.add(sitting, mean, person);
    sittingFreedom += own.length - 1;
    inverseSittings += 1 / own.length;
    means.push(person);
  }
  block.flush(window);
  between.flush(sitting);
  return { window, windowFreedom, sitting, sittingFreedom, means, inverseWindows, sittings, inverseSittings };
}

/** Adds several scatters of other people of one population up. */
export function addScatter(parts: readonly Scatter[]): Scatter {
  const first = parts[0];
  if (first === undefined) throw new RangeError("nothing to add");
  const sum = (pick: (part: Scatter) => Float64Array): Float64Array => {
    const total = pick(first).slice();
    for (const part of parts.slice(1)) {
      const own = pick(part);
      for (let i = 0; i < total.length; i += 1) total[i] = (total[i] ?? 0) + (own[i] ?? 0);
    }
    return total;
  };
  const count = (pick: (part: Scatter) => number): number => parts.reduce((total, part) => total + pick(part), 0);
  return {
    window: sum(({ window }) => window),
    sitting: sum(({ sitting }) => sitting),
    means: parts.flatMap(({ means }) => means),
    windowFreedom: count(({ windowFreedom }) => windowFreedom),
    sittingFreedom: count(({ sittingFreedom }) => sittingFreedom),
    inverseWindows: count(({ inverseWindows }) => inverseWindows),
    sittings: count(({ sittings }) => sittings),
    inverseSittings: count(({ inverseSittings }) => inverseSittings),
  };
}

/** Returns unbiased covariances (method of moments: what sampling noise adds to the means is taken off). */
export function covariances(scatter: Scatter, d: number): Covariances {
  const { means, windowFreedom, sittingFreedom } = scatter;
  const people = means.length;
  if (people < 2 || windowFreedom < 1) throw new RangeError("at least two people with two windows each are needed");
  const mean = new Float64Array(d);
  for (const own of means) for (let f = 0; f < d; f += 1) mean[f] = (mean[f] ?? 0) + (own[f] ?? 0) / people;
  const window = scatter.window.map((value) => value / windowFreedom);
  const windowsShare = scatter.inverseWindows / scatter.sittings;
  const sitting =
    sittingFreedom > 0
      ? scatter.sitting.map((value, i) => value / sittingFreedom - (window[i] ?? 0) * windowsShare)
      : new Float64Array(d * d);
  const between = new Float64Array(d * d);
  const block = new ScatterBlock(d);
  for (const own of means) block.add(between, own, mean);
  block.flush(between);
  const sittingsShare = scatter.inverseSittings / people;
  for (let i = 0; i < between.length; i += 1)
    between[i] =
      (between[i] ?? 0) / (people - 1) - ((sitting[i] ?? 0) + (window[i] ?? 0) * windowsShare) * sittingsShare;
  return { mean, between, sitting, window, people, furtherSittings: sittingFreedom };
}

const BLOCK = 8;

/** Adds outer products of differences eight at a time: the matrix is read and written once for eight of them. */
class ScatterBlock {
  readonly #d: number;
  readonly #rows: Float64Array;
  #count = 0;

  constructor(d: number) {
    this.#d = d;
    this.#rows = new Float64Array(BLOCK * d);
  }

  add(into: Float64Array, values: ArrayLike<number>, mean: Float64Array): void {
    const from = this.#count * this.#d;
    for (let f = 0; f < this.#d; f += 1) this.#rows[from + f] = (values[f] ?? 0) - (mean[f] ?? 0);
    this.#count += 1;
    if (this.#count === BLOCK) this.#spill(into);
  }

  /** Adds what is left and makes the matrix symmetric. */
  flush(into: Float64Array): void {
    this.#rows.fill(0, this.#count * this.#d);
    this.#spill(into);
    const d = this.#d;
    for (let i = 0; i < d; i += 1) for (let j = 0; j < i; j += 1) into[i * d + j] = into[j * d + i] ?? 0;
  }

  #spill(into: Float64Array): void {
    const d = this.#d;
    const r = this.#rows;
    for (let i = 0; i < d; i += 1) {
      const a = r[i] ?? 0;
      const b = r[d + i] ?? 0;
      const c = r[2 * d + i] ?? 0;
      const e = r[3 * d + i] ?? 0;
      const f = r[4 * d + i] ?? 0;
      const g = r[5 * d + i] ?? 0;
      const h = r[6 * d + i] ?? 0;
      const k = r[7 * d + i] ?? 0;
      const row = i * d;
      for (let j = i; j < d; j += 1)
        into[row + j] =
          (into[row + j] ?? 0) +
          a * (r[j] ?? 0) +
          b * (r[d + j] ?? 0) +
          c * (r[2 * d + j] ?? 0) +
          e * (r[3 * d + j] ?? 0) +
          f * (r[4 * d + j] ?? 0) +
          g * (r[5 * d + j] ?? 0) +
          h * (r[6 * d + j] ?? 0) +
          k * (r[7 * d + j] ?? 0);
    }
    this.#count = 0;
  }
}
