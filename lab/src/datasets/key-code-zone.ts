import { keyZone } from "@habitus/core";
import { zoneIndex } from "../recordings/recording.ts";

/** Punctuation of `KeyboardEvent.keyCode`; 59, 61 and 173 are Firefox's. */
const PUNCTUATION = new Set([
  59, 61, 106, 107, 109, 110, 111, 173, 186, 187, 188, 189, 190, 191, 192, 219, 220, 221, 222, 226,
]);

/** Returns the zone (index) of a browser's legacy keyCode. Which of the two shift keys it was is not recorded: the left one is assumed. */
export function keyCodeZone(code: number): number {
  if (code >= 65 && code <= 90) return zoneIndex(keyZone(`Key${String.fromCharCode(code)}`));
  if ((code >= 48 && code <= 57) || (code >= 96 && code <= 105)) return zoneIndex("digit");
  if ((code >= 33 && code <= 40) || code === 45 || code === 46) return zoneIndex("navigation");
  if (PUNCTUATION.has(code)) return zoneIndex("punctuation");
  switch (code) {
    case 32:
      return zoneIndex("space");
    case 16:
      return zoneIndex("shiftLeft");
    case 8:
      return zoneIndex("backspace");
    case 13:
      return zoneIndex("enter");
    case 9:
      return zoneIndex("tab");
    default:
      return zoneIndex("other");
  }
}

const NAMED: Readonly<Record<string, Parameters<typeof zoneIndex>[0]>> = {
  space: "space",
  backspace: "backspace",
  shift: "shiftLeft",
  enter: "enter",
  tab: "tab",
  ...Object.fromEntries(
    ["left", "right", "up", "down", "home", "end", "page_up", "page_down", "delete", "insert"].map((name) => [
      name,
      "navigation",
    ]),
  ),
  ...Object.fromEntries(
    [
      "period",
      "comma",
      "quote",
      "slash",
      "dash",
      "semicolon",
      "equals",
      "back_slash",
      "open_bracket",
      "close_bracket",
      "back_quote",
    ].map((name) => [name, "punctuation"]),
  ),
};

/** Returns the zone (index) of a key's name as the Monaco sets write it. */
export function keyNameZone(name: string): number {
  if (/^[a-z]$/.test(name)) return zoneIndex(keyZone(`Key${name.toUpperCase()}`));
  if (/^(numpad_)?\d$/.test(name)) return zoneIndex("digit");
  return zoneIndex(Object.hasOwn(NAMED, name) ? (NAMED[name] ?? "other") : "other");
}
