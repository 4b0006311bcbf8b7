import type { TouchModel, TouchSpread } from "../comparison/touch/touch-model.ts";
import { TOUCH_FEATURES } from "../features/touch/touch-set.ts";
import type { Provenance } from "./background.ts";
import { fieldsOf, malformed, numberIn, readProvenance } from "./read-fields.ts";

/** How people in general touch a screen: a file of its own, so that a deployment can make its own. */
export interface TouchBackground {
  readonly provenance: Provenance;
  readonly model: TouchModel;
}

const FORMAT = "habitus-touch-background@1";

/** Returns the background as JSON text. */
export function encodeTouchBackground({ provenance, model }: TouchBackground): string {
  const features = model.features.map((one) => one ?? null);
  return `${JSON.stringify({ format: FORMAT, provenance, model: { ...model, features } }, undefined, 1)}\n`;
}

/** Reads what `encodeTouchBackground` wrote; throws a `CoreError` with code `malformedReference` that says what is wrong. */
export function decodeTouchBackground(text: string): TouchBackground {
  const { provenance, model } = readProvenance(text, FORMAT);
  const { id, features } = model;
  if (typeof id !== "string") throw malformed("its model has no id");
  const read: readonly unknown[] = Array.isArray(features) ? features : [];
  if (read.length !== TOUCH_FEATURES.length) throw malformed(`it has not ${TOUCH_FEATURES.length} features`);
  const worth = numberIn(model, "worth", { least: 0, most: 1 });
  return { provenance, model: { id, features: read.map(readSpread), worth } };
}

function readSpread(value: unknown, i: number): TouchSpread | undefined {
  if (value === null) return undefined;
  const fields = fieldsOf(value, TOUCH_FEATURES[i] ?? "a feature");
  return {
    mean: numberIn(fields, "mean", { least: -1e6, most: 1e6 }),
    deviation: numberIn(fields, "deviation", { least: 1e-6, most: 1e6 }),
    between: numberIn(fields, "between", { least: 0, most: 1 }),
    sitting: numberIn(fields, "sitting", { least: 0, most: 1 }),
  };
}
