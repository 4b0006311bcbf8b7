import { KEY_ZONES } from "../../events/key-zone.ts";
import { FEWEST_KEYS, MOST_KEYS, timingCount } from "../../features/fixed-text/phrase.ts";
import { cholesky } from "../../math/cholesky.ts";
import { ByteReader, ByteWriter } from "../bytes.ts";
import { type Centre, type PhraseTemplate, spreadOf } from "./template.ts";

const MAGIC = 0x4854; // "TH"
const LAYOUT = 1;
const MOST = 32_767;
/** Sums of at most 29 weights, deviations of at most a few spreads: in units of spread squared, 256 is never reached. */
const SCATTER_RANGE = 256;
/** Share of the expected variance that rounding may take away. */
const ROUNDING = 0.02;
const LARGEST_COUNT = 2 ** 31;
const LARGEST_LOG_TIME = 20;

/** Returns the template in bytes: under a kilobyte for ten keys, most of it the scatter in two bytes a pair. */
export function encodeTemplate(template: PhraseTemplate): Uint8Array {
  const writer = new ByteWriter();
  const { zones, anchor, working, scatter, residual, weight, weightSquares, samples, attempts } = template;
  const size = residual.length;
  const unit = (j: number): number => spreadOf(j, zones.length);
  writer.uint16(MAGIC);
  writer.uint8(LAYOUT);
  writer.uint8(zones.length);
  for (const zone of zones) writer.uint8(KEY_ZONES.indexOf(zone));
  writer.varint(samples);
  writer.varint(attempts);
  writer.float32(weight);
  writer.float32(weightSquares);
  writeCentre(writer, anchor);
  writeCentre(writer, working);
  for (let i = 0; i < size; i += 1) {
    writer.uint16(pack((residual[i] ?? 0) / unit(i)));
    for (let j = 0; j <= i; j += 1) writer.uint16(pack((scatter[i * size + j] ?? 0) / (unit(i) * unit(j))));
  }
  return writer.bytes();
}

/** Reads what `encodeTemplate` wrote; throws a `CoreError` with code `malformedReference` where it makes no sense. */
export function decodeTemplate(bytes: Uint8Array): PhraseTemplate {
  const reader = new ByteReader(bytes);
  if (reader.uint16() !== MAGIC || reader.uint8() !== LAYOUT) reader.fail("this is no phrase of layout 1");
  const keys = reader.uint8();
  if (keys < FEWEST_KEYS || keys > MOST_KEYS) reader.fail(`a phrase of ${keys} keys`);
  const zones = Array.from({ length: keys }, () => KEY_ZONES[reader.uint8()] ?? reader.fail("an unknown zone"));
  const size = timingCount(keys);
  const samples = reader.varint(LARGEST_COUNT);
  const attempts = reader.varint(LARGEST_COUNT);
  const weight = within(reader, 0.5, 64);
  const weightSquares = within(reader, weight * weight * 1e-6, weight * weight * 1.01);
  const anchor = readCentre(reader, size);
  const working = readCentre(reader, size);
  const residual = new Float64Array(size);
  const scatter = new Float64Array(size * size);
  const unit = (j: number): number => spreadOf(j, keys);
  for (let i = 0; i < size; i += 1) {
    residual[i] = unpack(reader.uint16()) * unit(i);
    for (let j = 0; j <= i; j += 1) {
      const value = unpack(reader.uint16()) * unit(i) * unit(j);
      // Rounding may leave a sum of squares a hair below nothing.
      scatter[i * size + j] = i === j ? Math.max(0, value) : value;
      scatter[j * size + i] = scatter[i * size + j] ?? 0;
    }
  }
  reader.end();
  checkScatter(scatter, weight, { unit, fail: (what) => reader.fail(what) });
  return { zones, anchor, working, scatter, residual, weight, weightSquares, samples, attempts };
}

/** Sums of squares have no direction with less than nothing in it, but for the rounding. */
function checkScatter(
  scatter: Float64Array,
  weight: number,
  { unit, fail }: { readonly unit: (j: number) => number; readonly fail: (what: string) => never },
): void {
  const size = Math.sqrt(scatter.length);
  const ridged = scatter.map((value, k) =>
    k % (size + 1) === 0 ? value + ROUNDING * weight * unit(k % size) ** 2 : value,
  );
  try {
    cholesky(ridged, size);
  } catch {
    fail("its scatter is none");
  }
}

function writeCentre(writer: ByteWriter, { mean, variance, at }: Centre): void {
  writer.float32(at);
  for (const value of mean) writer.float32(value);
  for (const value of variance) writer.uint16(Math.round(MOST * Math.min(1, Math.sqrt(Math.max(0, value)))));
}

function readCentre(reader: ByteReader, size: number): Centre {
  const at = within(reader, 0.5, LARGEST_COUNT);
  const mean = Float64Array.from({ length: size }, () => {
    const value = reader.float32();
    return Number.isNaN(value) || Math.abs(value) <= LARGEST_LOG_TIME ? value : reader.fail(`a log time of ${value}`);
  });
  return { at, mean, variance: Float64Array.from({ length: size }, () => (reader.uint16() / MOST) ** 2) };
}

function within(reader: ByteReader, least: number, most: number): number {
  const value = reader.float32();
  return value >= least && value <= most ? value : reader.fail(`${value} where ${least} to ${most} was expected`);
}

/** Square-root scale: small sums keep their precision. */
function pack(value: number): number {
  const share = Math.min(1, Math.abs(value) / SCATTER_RANGE);
  return Math.round(Math.sign(value) * Math.sqrt(share) * MOST) + MOST;
}

function unpack(packed: number): number {
  const root = (packed - MOST) / MOST;
  return Math.sign(root) * root * root * SCATTER_RANGE;
}
