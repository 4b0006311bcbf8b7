import { ByteReader, ByteWriter } from "../bytes.ts";
import { KNOTS } from "./gaussianise.ts";
import type { Calibration, PldaModel } from "./plda-model.ts";

const MAGIC = 0x4850; // "PH"
const LAYOUT = 1;
const MOST = 65_535;
const KINDS = ["same", "one", "several"] as const;

/** Returns the model in bytes: one per number of the projection, two per knot, four for what is few. */
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
    for (const knot of knots.subarray(1, KNOTS - 1)) writer.uint16(Math.round(((knot - low) / span) * MOST));
  });
  for (const list of [model.mean, model.scale, model.between, model.sitting])
    for (const value of list) writer.float32(value);
  for (const kind of KINDS) for (const value of model.calibration[kind]) writer.float32(value);
  writer.raw(new Uint8Array(model.projection.buffer, model.projection.byteOffset, model.projection.length));
  return writer.bytes();
}

/** Reads what `encodePlda` wrote; throws a `CoreError` with code `malformedReference` where it does not fit. */
export function decodePlda(bytes: Uint8Array): PldaModel {
  const reader = new ByteReader(bytes);
  if (reader.uint16() !== MAGIC || reader.uint8() !== LAYOUT) reader.fail("this is no background of layout 1");
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
    // What two bytes made equal is kept apart by a little, so that there is a line between neighbours.
    for (let i = 1; i < KNOTS - 1; i += 1)
      knots[f * KNOTS + i] = Math.max(
        low + (reader.uint16() / MOST) * span,
        (knots[f * KNOTS + i - 1] ?? 0) + span * 1e-6,
      );
    knots[f * KNOTS + KNOTS - 1] = Math.max(low + span, (knots[f * KNOTS + KNOTS - 2] ?? 0) + span * 1e-6);
  }
  const floats = (length: number): Float32Array => Float32Array.from({ length }, () => reader.float32());
  const mean = floats(count);
  const [scale, between, sitting] = [floats(dimensions), floats(dimensions), floats(dimensions)];
  const one = (): Calibration => [reader.float32(), reader.float32(), reader.float32(), reader.float32()];
  const calibration = { same: one(), one: one(), several: one() };
  const rest = reader.rest();
  if (rest.length !== count * dimensions) reader.fail(`the projection has ${rest.length} numbers`);
  return {
    id,
    extractor,
    unit,
    features,
    knots,
    mean,
    projection: new Int8Array(rest),
    scale,
    between,
    sitting,
    calibration,
  };
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
