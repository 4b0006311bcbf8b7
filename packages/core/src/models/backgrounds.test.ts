import { describe, expect, test } from "vitest";
import { CoreError } from "../error.ts";
import { decodeBackground, encodeBackground } from "./background.ts";
import { decodeBackgrounds, encodeBackgrounds } from "./backgrounds.ts";
import { decodePointerBackground, encodePointerBackground } from "./pointer-background.ts";
import { shippedPointer } from "./shipped-pointer.ts";
import { shippedTyping } from "./shipped-typing.ts";
import { shippedUsage } from "./shipped-usage.ts";

describe("backgrounds that were learnt together", () => {
  const [typing, pointing, usage] = [shippedTyping(), shippedPointer(), shippedUsage()];
  // Knots are rounded when they are written: what comes back is what either comes back as by itself.
  const alone = {
    typing: decodeBackground(encodeBackground(typing)),
    pointing: decodePointerBackground(encodePointerBackground(pointing)),
  };

  test("come back as they do one by one, each with its provenance, with or without pointing and usage", () => {
    expect(decodeBackgrounds(encodeBackgrounds({ typing, pointing }))).toEqual(alone);
    expect(decodeBackgrounds(encodeBackgrounds({ typing, usage }))).toEqual({ typing: alone.typing, usage });
    expect(decodeBackgrounds(encodeBackgrounds({ typing }))).toEqual({ typing: alone.typing });
  });

  test("what was written before there was pointing is read as typing alone", () => {
    expect(decodeBackgrounds(encodeBackground(typing))).toEqual({ typing: alone.typing });
  });

  test("what is none of them is said to be none", () => {
    const broken = ["", "null", "[]", "{}", '{"format":"habitus-backgrounds@1"}', '{"format":"habitus-backgrounds@2"}'];
    const half = encodeBackgrounds({ typing, pointing }).replace('"weight": 0.2', '"weight": 7');
    for (const text of [...broken, half]) expect(() => decodeBackgrounds(text)).toThrow(CoreError);
    expect(() => decodeBackgrounds(half)).toThrow(/weight/);
  });
});
