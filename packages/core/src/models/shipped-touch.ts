import { SHIPPED_TOUCH } from "./shipped-touch.data.ts";
import { decodeTouchBackground, type TouchBackground } from "./touch-background.ts";

let shipped: TouchBackground | undefined;

/** Returns how people in general touch a screen, as it comes with Habitus. Weak: it was learnt from people who do not exist. Decoded at first use. */
export function shippedTouch(): TouchBackground {
  shipped ??= decodeTouchBackground(SHIPPED_TOUCH);
  return shipped;
}
