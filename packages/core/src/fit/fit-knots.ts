import { gaussianise, KNOTS } from "../comparison/plda/gaussianise.ts";
import type { WindowsTable } from "./windows-table.ts";

/** Fewer values than this say nothing about a feature's spread: it is left out. */
const ENOUGH_VALUES = 50;
/** Populations larger than this are thinned, so that no data set decides alone what is usual. */
const PER_POPULATION = 20_000;

/**
 * Returns nine quantiles per feature, at (i + 1/2) / 9 with straight lines between values, and which features have enough values.
 * Populations count alike as far as they are of a size: each gives at most 20,000 windows.
 */
export function fitKnots(table: WindowsTable): { readonly knots: Float32Array; readonly usable: Uint8Array } {
  const { values, columns } = table;
  const rows = thin(table);
  const knots = new Float32Array(columns * KNOTS);
  const usable = new Uint8Array(columns);
  const column = new Float64Array(rows.length);
  for (let f = 0; f < columns; f += 1) {
    let count = 0;
    for (const row of rows) {
      const value = values[row * columns + f] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      column[count] = value;
      count += 1;
    }
    if (count < ENOUGH_VALUES) continue;
    const sorted = column.subarray(0, count).sort();
    if (sorted[0] === sorted[count - 1]) continue;
    usable[f] = 1;
    for (let i = 0; i < KNOTS; i += 1) {
      const place = ((i + 0.5) / KNOTS) * (count - 1);
      const below = Math.floor(place);
      const low = sorted[below] ?? 0;
      const high = sorted[Math.min(count - 1, below + 1)] ?? 0;
      // Equal quantiles are kept apart by a little, so that there is a line between them.
      const value = low + (place - below) * (high - low);
      knots[f * KNOTS + i] = i === 0 ? value : Math.max(value, nextUp(knots[f * KNOTS + i - 1] ?? 0));
    }
  }
  return { knots, usable };
}

function nextUp(value: number): number {
  return value + Math.max(1e-6, Math.abs(value) * 1e-6);
}

function thin({ population }: WindowsTable): number[] {
  const sizes = new Map<number, number>();
  for (const own of population) sizes.set(own, (sizes.get(own) ?? 0) + 1);
  const seen = new Map<number, number>();
  const rows: number[] = [];
  population.forEach((own, row) => {
    const size = sizes.get(own) ?? 1;
    const before = seen.get(own) ?? 0;
    seen.set(own, before + 1);
    const step = Math.max(1, size / PER_POPULATION);
    if (Math.floor(before / step) !== Math.floor((before - 1) / step) || before === 0) rows.push(row);
  });
  return rows;
}

/** Returns the table with each value replaced by its Gaussianised one, only the chosen features. */
export function gaussianiseTable(table: WindowsTable, knots: Float32Array, features: readonly number[]): WindowsTable {
  const rows = table.subject.length;
  const values = new Float32Array(rows * features.length);
  for (let row = 0; row < rows; row += 1) {
    features.forEach((feature, i) => {
      const value = table.values[row * table.columns + feature] ?? Number.NaN;
      values[row * features.length + i] = gaussianise(value, knots, feature * KNOTS);
    });
  }
  return { ...table, values, columns: features.length };
}
