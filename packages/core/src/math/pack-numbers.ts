import { fromBase64, toBase64 } from "./base64.ts";

/** Returns numbers as text, a whole number of steps each, of one or two bytes; what does not fit is brought to the nearest that does. */
export function packNumbers(values: ArrayLike<number>, { bytes, step }: Packing): string {
  const most = 2 ** (8 * bytes - 1) - 1;
  const view = new DataView(new ArrayBuffer(bytes * values.length));
  for (let i = 0; i < values.length; i += 1) {
    const steps = Math.max(-most, Math.min(most, Math.round((values[i] ?? 0) / step)));
    if (bytes === 1) view.setInt8(i, steps);
    else view.setInt16(2 * i, steps, true);
  }
  return toBase64(new Uint8Array(view.buffer));
}

export interface Packing {
  readonly bytes: 1 | 2;
  /** What one step is worth. */
  readonly step: number;
}

/** Returns the numbers of a text that `packNumbers` wrote, none of one that it did not. */
export function unpackNumbers(text: string, { bytes, step }: Packing): Float64Array {
  const raw = fromBase64(text) ?? new Uint8Array(0);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Float64Array.from(
    { length: Math.floor(raw.length / bytes) },
    (_, i) => (bytes === 1 ? view.getInt8(i) : view.getInt16(2 * i, true)) * step,
  );
}
