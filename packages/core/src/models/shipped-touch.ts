import type { TouchModel } from "../comparison/touch/touch-model.ts";
import { SHIPPED_TOUCH, SHIPPED_TOUCH_PROVENANCE } from "./shipped-touch.data.ts";

const shipped: TouchModel = { id: `simulated-${SHIPPED_TOUCH_PROVENANCE.fittedAt}`, ...SHIPPED_TOUCH };

/** Returns how people in general touch a screen, as it comes with Habitus. Weak: it was learnt from people who do not exist. */
export function shippedTouch(): TouchModel {
  return shipped;
}
