/** Windows of many people as a table: what models of people in general are learnt from. */
export interface WindowsTable {
  /** Feature values, row after row; NaN = missing. */
  readonly values: Float32Array;
  readonly columns: number;
  /** Per row: whose it is, in which sitting (numbers of no meaning beyond being the same), from which data set. */
  readonly subject: Int32Array;
  readonly sitting: Int32Array;
  readonly population: Uint8Array;
  /** Per row: how large the window is, in units (1 = as many keystrokes as a full one). */
  readonly size: Float32Array;
}

export interface WindowOwner {
  readonly subject: number;
  readonly sitting: number;
  readonly population: number;
  readonly size: number;
}

/** Collects windows one by one: memory grows with the windows, not with the recordings. */
export class WindowsTableBuilder {
  readonly #columns: number;
  readonly #chunks: Float32Array[] = [];
  readonly #subject: number[] = [];
  readonly #sitting: number[] = [];
  readonly #population: number[] = [];
  readonly #size: number[] = [];

  constructor(columns: number) {
    this.#columns = columns;
  }

  get rows(): number {
    return this.#subject.length;
  }

  add(values: ArrayLike<number>, { subject, sitting, population, size }: WindowOwner): void {
    if (values.length !== this.#columns)
      throw new RangeError(`a window has ${this.#columns} features, got ${values.length}`);
    this.#chunks.push(Float32Array.from(values));
    this.#subject.push(subject);
    this.#sitting.push(sitting);
    this.#population.push(population);
    this.#size.push(size);
  }

  build(): WindowsTable {
    const values = new Float32Array(this.rows * this.#columns);
    this.#chunks.forEach((chunk, row) => {
      values.set(chunk, row * this.#columns);
    });
    return {
      values,
      columns: this.#columns,
      subject: Int32Array.from(this.#subject),
      sitting: Int32Array.from(this.#sitting),
      population: Uint8Array.from(this.#population),
      size: Float32Array.from(this.#size),
    };
  }
}

/** Row numbers by key, keys in order of their first row. */
export function groupRows(keys: Int32Array, rows: readonly number[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const row of rows) {
    const key = keys[row] ?? 0;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
