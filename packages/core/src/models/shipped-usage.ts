import type { UsageModel } from "../comparison/usage/usage-model.ts";
import { SHIPPED_USAGE, SHIPPED_USAGE_PROVENANCE } from "./shipped-usage.data.ts";

const shipped: UsageModel = { id: `simulated-${SHIPPED_USAGE_PROVENANCE.fittedAt}`, facets: SHIPPED_USAGE };

/** Returns how people in general use a device, as it comes with Habitus. Weak: it was learnt from people who do not exist. */
export function shippedUsage(): UsageModel {
  return shipped;
}
