import { fromBase64Url } from "../envelope.ts";
import { concat, toBase64Url } from "../seal/bytes.ts";

/** No feature comes near; a number beyond is no feature's. */
const LARGEST = 1e9;

/** Returns the values in base64url: one bit each for whether it is there, then those that are, in single precision and little-endian. */
export function packValues(values: Float64Array): string {
  const present = new Uint8Array((values.length + 7) >> 3);
  const there = values.filter((value, i) => {
    const isThere = !Number.isNaN(value);
    if (isThere) present[i >> 3] = (present[i >> 3] ?? 0) | (1 << (i & 7));
    return isThere;
  });
  const bytes = new DataView(new ArrayBuffer(4 * there.length));
  there.forEach((value, i) => {
    bytes.setFloat32(4 * i, value, true);
  });
  return toBase64Url(concat(present, new Uint8Array(bytes.buffer)));
}

/** Returns so many values, NaN where there is none; undefined for what `packValues` did not write. */
export function unpackValues(packed: string, length: number): Float64Array | undefined {
  if (packed.length % 4 === 1) return undefined; // no base64 has this length
  const bytes = fromBase64Url(packed);
  const head = (length + 7) >> 3;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values = new Float64Array(length).fill(Number.NaN);
  let at = head;
  for (let i = 0; i < head * 8; i += 1) {
    if (((bytes[i >> 3] ?? 0) & (1 << (i & 7))) === 0) continue;
    if (i >= length || at + 4 > bytes.length) return undefined;
    const value = view.getFloat32(at, true);
    if (!(Math.abs(value) <= LARGEST)) return undefined;
    values[i] = value;
    at += 4;
  }
  return at === bytes.length ? values : undefined;
}
