import { decodePointerBackground, type PointerBackground } from "./pointer-background.ts";
import { SHIPPED_POINTER } from "./shipped-pointer.data.ts";

let shipped: PointerBackground | undefined;

/** Returns the background of pointers that comes with Habitus; its provenance says whom it was learnt from. Decoded at first use. */
export function shippedPointer(): PointerBackground {
  shipped ??= decodePointerBackground(SHIPPED_POINTER);
  return shipped;
}
