import { type Background, decodeBackground } from "./background.ts";
import { SHIPPED_TYPING } from "./shipped-typing.data.ts";

let shipped: Background | undefined;

/**
 * Returns the background that comes with Habitus: typing of 55 people (Monaco free text, BSD 3-clause), by key region only. A
 * deployment that knows 100 people or more does better with its own (`habitus background fit`). Decoded at first use.
 */
export function shippedTyping(): Background {
  shipped ??= decodeBackground(SHIPPED_TYPING);
  return shipped;
}
