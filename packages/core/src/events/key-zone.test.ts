import { expect, test } from "vitest";
import { KEY_ZONES, keyZone } from "./key-zone.ts";

test("each letter lies in the zone of its hand and row, by position and not by layout", () => {
  const rows = {
    leftTop: "QWERT",
    leftHome: "ASDFG",
    leftBottom: "ZXCVB",
    rightTop: "YUIOP",
    rightHome: "HJKL",
    rightBottom: "NM",
  };
  for (const [zone, letters] of Object.entries(rows))
    for (const letter of letters) expect(keyZone(`Key${letter}`)).toBe(zone);
});

test("keys that are habits have zones of their own", () => {
  const zones = {
    Space: "space",
    ShiftLeft: "shiftLeft",
    ShiftRight: "shiftRight",
    Backspace: "backspace",
    Enter: "enter",
    NumpadEnter: "enter",
    Tab: "tab",
    Digit0: "digit",
    Numpad9: "digit",
    Comma: "punctuation",
    IntlBackslash: "punctuation",
    NumpadAdd: "punctuation",
    ArrowUp: "navigation",
    PageDown: "navigation",
    Delete: "navigation",
  };
  for (const [code, zone] of Object.entries(zones)) expect(keyZone(code)).toBe(zone);
});

test("whatever else there is, is other", () => {
  for (const code of ["", "F1", "Escape", "ControlLeft", "Keyq", "KeyQQ", "Digit10", "constructor", "space"])
    expect(keyZone(code)).toBe("other");
  expect(KEY_ZONES.length).toBe(16);
});
