import type { FacetModel, UsageModel } from "../comparison/usage/usage-model.ts";
import { FACETS, type Facet, type FacetName } from "../features/usage/facets.ts";
import type { Provenance } from "./background.ts";
import { fieldsOf, malformed, numberIn, readProvenance } from "./read-fields.ts";

/** How people in general use a device: a file of its own, so that a deployment can make its own. */
export interface UsageBackground {
  readonly provenance: Provenance;
  readonly model: UsageModel;
}

const FORMAT = "habitus-usage-background@1";

/** Returns the background as JSON text. */
export function encodeUsageBackground({ provenance, model }: UsageBackground): string {
  return `${JSON.stringify({ format: FORMAT, provenance, model }, undefined, 1)}\n`;
}

/** Reads what `encodeUsageBackground` wrote; throws a `CoreError` with code `malformedReference` that says what is wrong. */
export function decodeUsageBackground(text: string): UsageBackground {
  const { provenance, model } = readProvenance(text, FORMAT);
  if (typeof model.id !== "string") throw malformed("its model has no id");
  const read = fieldsOf(model.facets, "facets");
  const facets = Object.fromEntries(
    FACETS.map((facet) => [facet.name, readFacet(facet, fieldsOf(read[facet.name], facet.name))]),
  ) as Record<FacetName, FacetModel>; // safe: each facet gets its entry in this very line
  return { provenance, model: { id: model.id, facets } };
}

function readFacet({ name, values }: Facet, fields: Readonly<Record<string, unknown>>): FacetModel {
  const { shares, novelty } = fields;
  return {
    concentration: numberIn(fields, "concentration", { least: 1e-3, most: 1e6 }),
    worth: numberIn(fields, "worth", { least: 0, most: 1 }),
    ...(shares !== undefined && { shares: readShares(name, shares, values) }),
    ...(novelty !== undefined && { novelty: numberIn(fields, "novelty", { least: 1e-3, most: 1e6 }) }),
    weight: numberIn(fields, "weight", { least: 0, most: 1 }),
  };
}

function readShares(name: string, shares: unknown, values: number | undefined): readonly number[] {
  const known: readonly unknown[] = Array.isArray(shares) ? shares : [];
  const read = known.filter((share): share is number => typeof share === "number" && share >= 0 && share <= 1);
  if (values === undefined || read.length !== values || known.length !== values)
    throw malformed(`the shares of ${name} are not ${values ?? 0} numbers from 0 to 1`);
  return read;
}
