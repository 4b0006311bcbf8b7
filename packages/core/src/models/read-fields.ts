import { CoreError } from "../error.ts";
import type { Provenance } from "./background.ts";

export function malformed(what: string, cause?: unknown): CoreError {
  return new CoreError("malformedReference", `this is no background of its kind: ${what}`, { cause });
}

/** Returns the provenance and the model, unread, of a background that is JSON all through. Throws a `CoreError` for anything else. */
export function readProvenance(
  text: string,
  format: string,
): { readonly provenance: Provenance; readonly model: Readonly<Record<string, unknown>> } {
  let read: { format?: unknown; provenance?: Provenance; model?: unknown } | null;
  try {
    read = JSON.parse(text) as typeof read; // each field is checked below
  } catch (error) {
    throw malformed("it is not JSON", error);
  }
  if (read?.format !== format || typeof read.provenance?.people !== "number")
    throw malformed(`expected a file of format ${format}`);
  return { provenance: read.provenance, model: fieldsOf(read.model, "its model") };
}

export function fieldsOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(`${name} is missing`);
  return value as Readonly<Record<string, unknown>>; // safe: it is an object, and each field is unknown
}

/** Returns the number of this name. Throws a `CoreError` where there is none from `least` to `most`. */
export function numberIn(
  fields: Readonly<Record<string, unknown>>,
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = fields[name];
  if (typeof value !== "number" || !(value >= least && value <= most))
    throw malformed(`${name} is not a number from ${least} to ${most}`);
  return value;
}
