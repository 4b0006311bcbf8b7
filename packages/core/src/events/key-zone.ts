/**
 * The only thing Habitus ever knows about a key: the region of the keyboard it lies in.
 * Hand x row for the letters, and a handful of keys that are habits rather than content.
 * The order is part of the wire format: append, never reorder.
 */
export const KEY_ZONES = [
  "leftTop",
  "leftHome",
  "leftBottom",
  "rightTop",
  "rightHome",
  "rightBottom",
  "space",
  "shiftLeft",
  "shiftRight",
  "backspace",
  "enter",
  "tab",
  "digit",
  "punctuation",
  "navigation",
  "other",
] as const;

export type KeyZone = (typeof KEY_ZONES)[number];

const LETTER_ZONES: Readonly<Record<string, KeyZone>> = {
  ...zoneOf("QWERT", "leftTop"),
  ...zoneOf("ASDFG", "leftHome"),
  ...zoneOf("ZXCVB", "leftBottom"),
  ...zoneOf("YUIOP", "rightTop"),
  ...zoneOf("HJKL", "rightHome"),
  ...zoneOf("NM", "rightBottom"),
};

const NAMED_ZONES: Readonly<Record<string, KeyZone>> = {
  Space: "space",
  ShiftLeft: "shiftLeft",
  ShiftRight: "shiftRight",
  Backspace: "backspace",
  Enter: "enter",
  NumpadEnter: "enter",
  Tab: "tab",
  ...same(
    [
      "Minus",
      "Equal",
      "BracketLeft",
      "BracketRight",
      "Backslash",
      "Semicolon",
      "Quote",
      "Backquote",
      "Comma",
      "Period",
      "Slash",
      "IntlBackslash",
      "IntlRo",
      "IntlYen",
      "NumpadDecimal",
      "NumpadAdd",
      "NumpadSubtract",
      "NumpadMultiply",
      "NumpadDivide",
    ],
    "punctuation",
  ),
  ...same(
    ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", "Delete", "Insert"],
    "navigation",
  ),
};

/**
 * Returns the zone of a physical key position (`KeyboardEvent.code`, UI Events KeyboardEvent code Values, 2017).
 * Works by position, so the layout (QWERTZ, Dvorak) does not matter. An empty or unknown code is `other`.
 */
export function keyZone(code: string): KeyZone {
  if (code.length === 4 && code.startsWith("Key")) return LETTER_ZONES[code.slice(3)] ?? "other";
  if (/^(Digit|Numpad)\d$/.test(code)) return "digit";
  return NAMED_ZONES[code] ?? "other";
}

function zoneOf(letters: string, zone: KeyZone): Record<string, KeyZone> {
  return same([...letters], zone);
}

function same(names: readonly string[], zone: KeyZone): Record<string, KeyZone> {
  return Object.fromEntries(names.map((name) => [name, zone]));
}
