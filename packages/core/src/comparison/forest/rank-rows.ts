/**
 * The rows with each value replaced by its rank among the distinct values of its feature. Trees only ask for order, and
 * ranks let a node sort one 32-bit integer per row (rank above, row number below) instead of comparing numbers.
 */
export interface RankedRows {
  readonly count: number;
  readonly features: number;
  /** Rank of row r in feature f at `f * count + r`. */
  readonly ranks: Uint32Array;
  /** Per feature the distinct values in ascending order, in single precision. */
  readonly values: readonly Float32Array[];
}

/** Returns the ranked rows. Throws a `RangeError` for rows of unequal length and for values that are not finite in single precision. */
export function rankRows(rows: readonly ArrayLike<number>[], features: number): RankedRows {
  const count = rows.length;
  const ranks = new Uint32Array(count * features);
  const values: Float32Array[] = [];
  const column = new Float32Array(count);
  for (let f = 0; f < features; f += 1) {
    rows.forEach((row, r) => {
      if (row.length !== features) throw new RangeError(`row ${r} must have ${features} values, got ${row.length}`);
      column[r] = row[f] ?? Number.NaN;
      if (!Number.isFinite(column[r])) throw new RangeError(`row ${r}, value ${f} must be finite, got ${row[f]}`);
    });
    const distinct = distinctSorted(column);
    for (let r = 0; r < count; r += 1) ranks[f * count + r] = rankOf(distinct, column[r] ?? 0);
    values.push(distinct);
  }
  return { count, features, ranks, values };
}

function distinctSorted(column: Float32Array): Float32Array {
  const sorted = column.slice().sort();
  let kept = 0;
  for (const value of sorted) {
    // Also makes one value of -0 and 0, which the sort puts side by side.
    if (kept === 0 || value !== sorted[kept - 1]) {
      sorted[kept] = value;
      kept += 1;
    }
  }
  return sorted.slice(0, kept);
}

function rankOf(sorted: Float32Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
