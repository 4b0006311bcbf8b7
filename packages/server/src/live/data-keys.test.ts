import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeDataKey } from "../keys/envelope.ts";
import { createDataKeys } from "./data-keys.ts";

const place = { application: "app", subject: "alice" };
const text = Buffer.from("how she types");
const damaged = expect.objectContaining({ code: "wrongSeal" });
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("while a data key is rotated both open, the newer one seals, and what is under the older one is sealed anew once", () => {
  const [old, young] = [makeDataKey(), makeDataKey()];
  const keys = createDataKeys(place, old);
  const before = keys.seal("sample", "1", text);
  expect(keys.isRotating()).toBe(false);
  expect(keys.reseal("sample", "1", before)).toBeUndefined();
  keys.replace(Buffer.concat([young, old]));
  expect(keys.isRotating()).toBe(true);
  expect(keys.open("sample", "1", before)).toEqual(text);
  const after = keys.reseal("sample", "1", before) ?? Buffer.alloc(0);
  expect(keys.reseal("sample", "1", after)).toBeUndefined();
  expect(keys.reseal("sample", "1", keys.seal("sample", "1", text))).toBeUndefined();
  expect(() => keys.reseal("sample", "2", before)).toThrow(damaged);
  const next = createDataKeys(place, young);
  expect(next.open("sample", "1", after)).toEqual(text);
  expect(() => next.open("sample", "1", before)).toThrow(damaged);
});

test("a key that was rotated out opens what was read before that for a moment, and then nothing", () => {
  const [old, young] = [makeDataKey(), makeDataKey()];
  const keys = createDataKeys(place, Buffer.concat([young, old]));
  const before = createDataKeys(place, old).seal("snapshot", "s", text);
  keys.replace(young);
  expect(keys.isRotating()).toBe(false);
  expect(keys.together()).toEqual(Uint8Array.from(young));
  expect(keys.open("snapshot", "s", before)).toEqual(text);
  vi.advanceTimersByTime(10_000);
  expect(() => keys.open("snapshot", "s", before)).toThrow(damaged);
});
