import { ByteReader, ByteWriter } from "../bytes.ts";
import type { Person } from "./person.ts";
import type { PldaModel } from "./plda-model.ts";

const MAGIC = 0x4845; // "EH"
const LAYOUT = 1;
const MOST = 32_767;

/** A person and when the open sitting was seen last (epoch ms). */
export interface StoredPerson {
  readonly person: Person;
  readonly openUntil: number;
}

/** Returns the person in bytes: two per latent dimension and sum, so that 128 dimensions take about half a kilobyte. */
export function encodePerson({ person, openUntil }: StoredPerson): Uint8Array {
  const writer = new ByteWriter();
  writer.uint16(MAGIC);
  writer.uint8(LAYOUT);
  writer.varint(Math.max(0, Math.floor(openUntil / 2 ** 16 / 1000)));
  writer.varint(Math.max(0, Math.floor(openUntil / 1000) % 2 ** 16));
  writer.varint(person.sittings.length);
  for (const windows of person.sittings) writer.float32(windows);
  writer.float32(person.open.windows);
  vector(writer, person.weighted);
  vector(writer, person.open.sum);
  return writer.bytes();
}

/** Reads what `encodePerson` wrote; throws a `CoreError` with code `malformedReference` where it does not fit the model. */
export function decodePerson(bytes: Uint8Array, { scale }: PldaModel): StoredPerson {
  const reader = new ByteReader(bytes);
  if (reader.uint16() !== MAGIC || reader.uint8() !== LAYOUT) reader.fail("this is no person of layout 1");
  const openUntil = (reader.varint(2 ** 30) * 2 ** 16 + reader.varint(2 ** 16)) * 1000;
  const sittings = Array.from({ length: reader.varint(10_000) }, () => count(reader));
  const windows = count(reader);
  const weighted = readVector(reader, scale.length);
  const sum = readVector(reader, scale.length);
  reader.end();
  return { openUntil, person: { weighted, sittings, open: { sum, windows } } };
}

function count(reader: ByteReader): number {
  const value = reader.float32();
  return value >= 0 && value < 1e6 ? value : reader.fail(`a sitting of ${value} windows`);
}

function vector(writer: ByteWriter, values: Float64Array): void {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  writer.varint(values.length);
  writer.float32(largest);
  for (const value of values) writer.uint16(largest === 0 ? MOST : Math.round((value / largest) * MOST) + MOST);
}

function readVector(reader: ByteReader, length: number): Float64Array {
  const written = reader.varint(4096);
  if (written !== length) reader.fail(`it has ${written} dimensions, the background ${length}`);
  const largest = reader.float32();
  if (!Number.isFinite(largest)) reader.fail("a number is not finite");
  return Float64Array.from({ length }, () => ((reader.uint16() - MOST) / MOST) * largest);
}
