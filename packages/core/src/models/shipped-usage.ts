import { SHIPPED_USAGE } from "./shipped-usage.data.ts";
import { decodeUsageBackground, type UsageBackground } from "./usage-background.ts";

let shipped: UsageBackground | undefined;

/** Returns how people in general use a device, as it comes with Habitus. Weak: it was learnt from people who do not exist. Decoded at first use. */
export function shippedUsage(): UsageBackground {
  shipped ??= decodeUsageBackground(SHIPPED_USAGE);
  return shipped;
}
