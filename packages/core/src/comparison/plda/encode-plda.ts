import { ByteReader, ByteWriter } from "../bytes.ts";
import { KNOTS } from "./gaussianise.ts";
import { type Calibration, MOST_STEPS, type PldaModel } from "./plda-model.ts";

const MAGIC = 0x4850; // "PH"
const LAYOUT = 2;
const MOST = 65_535;
const MOST_KNOT = 255;
/** Means of Gaussianised features lie within the outer knots, at 1.6. */
const MEAN_STEP = 1 / 16_384;
const KINDS = ["same", "one", "several"] as const;

/** Returns the model in bytes: six bits per number of the projection, a byte per knot, four for what is few. */
export function encodePlda(model: PldaModel): Uint8Array {
  const writer = new ByteWriter();
  writer.uint16(MAGIC);
  writer.uint8(LAYOUT);
  text(writer, model.id);
  text(writer, model.extractor);
  writer.varint(model.unit);
  writer.varint(model.features.length);
  writer.varint(model.scale.length);
  for (const feature of model.features) writer.uint16(feature);
  model.features.forEach((_, f) => {
    const knots = model.knots.subarray(f * KNOTS, (f + 1) * KNOTS);
    const low = knots[0] ?? 0;
    const span = (knots[KNOTS - 1] ?? 0) - low;
    writer.float32(low);
    writer.float32(span);
    for (const knot of knots.subarray(1, KNOTS - 1)) writer.uint8(Math.round(((knot - low) / span) * MOST_KNOT));
  });
  for (const value of model.mean) writer.uint16(2 ** 15 + Math.round(value / MEAN_STEP));
  for (const list of [model.scale, model.between, model.sitting]) for (const value of list) writer.float32(value);
  for (const kind of KINDS) for (const value of model.calibration[kind]) writer.float32(value);
  writer.raw(packSixBits(model.projection));
  return writer.bytes();
}

/** Reads what `encodePlda` wrote; throws a `CoreError` with code `malformedReference` where it does not fit. */
export function decodePlda(bytes: Uint8Array): PldaModel {
  const reader = new ByteReader(bytes);
  if (reader.uint16() !== MAGIC || reader.uint8() !== LAYOUT)
    reader.fail(`this is no background of layout ${LAYOUT}: fit it again`);
  const id = readText(reader);
  const extractor = readText(reader);
  const unit = reader.varint(100_000);
  const count = reader.varint(MOST);
  const dimensions = reader.varint(4096);
  const features = Uint16Array.from({ length: count }, () => reader.uint16());
  const knots = new Float32Array(count * KNOTS);
  for (let f = 0; f < count; f += 1) {
    const low = reader.float32();
    const span = reader.float32();
    knots[f * KNOTS] = low;
    // What one byte made equal is kept apart by a little, so that there is a line between neighbours.
    for (let i = 1; i < KNOTS - 1; i += 1)
      knots[f * KNOTS + i] = Math.max(
        low + (reader.uint8() / MOST_KNOT) * span,
        (knots[f * KNOTS + i - 1] ?? 0) + span * 1e-6,
      );
    knots[f * KNOTS + KNOTS - 1] = Math.max(low + span, (knots[f * KNOTS + KNOTS - 2] ?? 0) + span * 1e-6);
  }
  const floats = (length: number): Float32Array => Float32Array.from({ length }, () => reader.float32());
  const mean = Float32Array.from({ length: count }, () => (reader.uint16() - 2 ** 15) * MEAN_STEP);
  const [scale, between, sitting] = [floats(dimensions), floats(dimensions), floats(dimensions)];
  const one = (): Calibration => [reader.float32(), reader.float32(), reader.float32(), reader.float32()];
  const calibration = { same: one(), one: one(), several: one() };
  const rest = reader.rest();
  if (rest.length !== 3 * Math.ceil((count * dimensions) / 4)) reader.fail(`the projection has ${rest.length} bytes`);
  return {
    id,
    extractor,
    unit,
    features,
    knots,
    mean,
    projection: unpackSixBits(rest, count * dimensions),
    scale,
    between,
    sitting,
    calibration,
  };
}

/** Four numbers from -31 to 31 in three bytes. */
function packSixBits(values: Int8Array): Uint8Array {
  const packed = new Uint8Array(3 * Math.ceil(values.length / 4));
  const at = (i: number): number => (values[i] ?? 0) + MOST_STEPS + 1;
  for (let i = 0, to = 0; i < values.length; i += 4, to += 3) {
    const four = at(i) | (at(i + 1) << 6) | (at(i + 2) << 12) | (at(i + 3) << 18);
    packed.set([four & 0xff, (four >> 8) & 0xff, four >> 16], to);
  }
  return packed;
}

function unpackSixBits(packed: Uint8Array, length: number): Int8Array {
  const values = new Int8Array(length);
  for (let i = 0; i < length; i += 1) {
    const from = 3 * (i >> 2);
    const four = (packed[from] ?? 0) | ((packed[from + 1] ?? 0) << 8) | ((packed[from + 2] ?? 0) << 16);
    values[i] = ((four >> (6 * (i & 3))) & 63) - MOST_STEPS - 1;
  }
  return values;
}

function text(writer: ByteWriter, value: string): void {
  if (!/^[\x20-\x7e]{0,120}$/.test(value))
    throw new RangeError(`"${value}" must be plain ASCII of at most 120 characters`);
  writer.uint8(value.length);
  for (let i = 0; i < value.length; i += 1) writer.uint8(value.charCodeAt(i));
}

function readText(reader: ByteReader): string {
  return String.fromCharCode(...Array.from({ length: reader.uint8() }, () => reader.uint8()));
}
