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

/** The letters of each hand and row, in the order of the first six zones. */
const LETTERS = ["QWERT", "ASDFG", "ZXCVB", "YUIOP", "HJKL", "NM"];
/** Keys whose zone is their own name. */
const BY_NAME = /^(Space|Shift(Left|Right)|Backspace|Enter|Tab)$/;
const OTHERS: readonly (readonly [RegExp, KeyZone])[] = [
  [/^(Digit|Numpad)\d$/, "digit"],
  [/^NumpadEnter$/, "enter"],
  [
    /^(Minus|Equal|Bracket(Left|Right)|Backslash|Semicolon|Quote|Backquote|Comma|Period|Slash|Intl(Backslash|Ro|Yen)|Numpad(Decimal|Add|Subtract|Multiply|Divide))$/,
    "punctuation",
  ],
  [/^(Arrow(Left|Right|Up|Down)|Home|End|Page(Up|Down)|Delete|Insert)$/, "navigation"],
];

/**
 * Returns the zone of a physical key position (`KeyboardEvent.code`, UI Events KeyboardEvent code Values, 2017).
 * Works by position, so the layout (QWERTZ, Dvorak) does not matter. An empty or unknown code is `other`.
 */
export function keyZone(code: string): KeyZone {
  if (/^Key[A-Z]$/.test(code))
    return KEY_ZONES[LETTERS.findIndex((letters) => letters.includes(code.charAt(3)))] ?? "other";
  if (BY_NAME.test(code)) return `${code.charAt(0).toLowerCase()}${code.slice(1)}` as KeyZone; // the pattern names zones only
  return OTHERS.find(([pattern]) => pattern.test(code))?.[1] ?? "other";
}
