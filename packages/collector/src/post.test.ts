import { expect, test } from "vitest";
import { retryAfterMs } from "./post.ts";

test("Retry-After is read in seconds or as a date, and never waits longer than five minutes", () => {
  expect(retryAfterMs(null)).toBe(0);
  expect(retryAfterMs("7")).toBe(7000);
  expect(retryAfterMs("0")).toBe(0);
  expect(retryAfterMs("86400")).toBe(300_000);
  expect(retryAfterMs("soon")).toBe(0);
  expect(retryAfterMs("Sat, 01 Jan 2000 00:00:00 GMT")).toBe(0);
  const inAMinute = retryAfterMs(new Date(Date.now() + 60_000).toUTCString());
  expect(inAMinute).toBeGreaterThan(58_000);
  expect(inAMinute).toBeLessThanOrEqual(60_000);
});
