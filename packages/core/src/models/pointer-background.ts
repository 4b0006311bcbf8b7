import { decodePlda, encodePlda } from "../comparison/plda/encode-plda.ts";
import type { PointerArms } from "../comparison/pointer/pointer-arms.ts";
import { CoreError } from "../error.ts";
import { fromBase64, toBase64 } from "../math/base64.ts";
import type { Provenance } from "./background.ts";

/** How people in general move a mouse: a file of its own, so that a deployment can make its own. */
export interface PointerBackground {
  readonly provenance: Provenance;
  readonly arms: PointerArms;
  /** What pointing weighs in a session beside typing, above 0 and at most 1: little where the background is weak. */
  readonly weight: number;
}

const FORMAT = "habitus-pointer-background@1";

/** Returns the background as JSON text. */
export function encodePointerBackground({ provenance, arms, weight }: PointerBackground): string {
  const [full, behaviour] = [toBase64(encodePlda(arms.full)), toBase64(encodePlda(arms.behaviour))];
  return `${JSON.stringify({ format: FORMAT, provenance, weight, full, behaviour }, undefined, 1)}\n`;
}

/** Reads what `encodePointerBackground` wrote; throws a `CoreError` with code `malformedReference` that says what is wrong. */
export function decodePointerBackground(text: string): PointerBackground {
  const wrong = (what: string, cause?: unknown): CoreError =>
    new CoreError("malformedReference", `this is no background of pointers: ${what}`, { cause });
  let read: { format?: unknown; provenance?: Provenance; weight?: unknown; full?: unknown; behaviour?: unknown };
  try {
    read = JSON.parse(text) as typeof read; // each field is checked below
  } catch (error) {
    throw wrong("it is not JSON", error);
  }
  if (read?.format !== FORMAT || typeof read.provenance?.people !== "number")
    throw wrong(`expected a file of format ${FORMAT}`);
  const { weight, provenance } = read;
  if (typeof weight !== "number" || !(weight > 0 && weight <= 1))
    throw wrong("its weight is not above 0 and at most 1");
  const bytesOf = (field: unknown): Uint8Array => {
    const bytes = typeof field === "string" ? fromBase64(field) : undefined;
    if (bytes === undefined) throw wrong("a model is not base64");
    return bytes;
  };
  const arms = { full: decodePlda(bytesOf(read.full)), behaviour: decodePlda(bytesOf(read.behaviour)) };
  return { provenance, arms, weight };
}
