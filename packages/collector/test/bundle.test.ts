import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { visit } from "./visit.ts";

const here = visit();

/** How content would be read. */
const CONTENT = /\.(key|value|innerText|textContent|innerHTML|outerHTML|data|clipboardData|dataTransfer)\b/g;
/** How a strict policy would be breached. */
const UNSAFE = /\beval\(|new Function\(|\.innerHTML|\.outerHTML|document\.write|insertAdjacentHTML|createElement/g;

test("what captures is one file of at most 6 kB after gzip; what reads and seals comes beside it, in at most 24 kB", () => {
  expect(gzipSync(here.bundle, { level: 9 }).length).toBeLessThanOrEqual(6144);
  expect(gzipSync(here.custody, { level: 9 }).length).toBeLessThanOrEqual(24_576);
});

test("neither the source nor the bundle reads content or makes script", () => {
  const folder = new URL("../src/", import.meta.url);
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  expect(names.length).toBeGreaterThan(15);
  const texts = [here.bundle, here.custody, ...names.map((name) => readFileSync(new URL(name, folder), "utf8"))];
  for (const text of texts) {
    expect(text.match(CONTENT) ?? []).toEqual([]);
    expect(text.match(UNSAFE) ?? []).toEqual([]);
    expect(text.match(/[{,]\s*(key|value)\s*[:,}][^=]*=\s*event/) ?? []).toEqual([]);
  }
  expect("event.key + field.value".match(CONTENT)).toEqual([".key", ".value"]);
});

test("the decoder and what judges stay at the service", () => {
  for (const word of ["MalformedBatch", "malformed-batch", "cut short", "llr", "forest", "threshold"])
    expect(here.bundle + here.custody).not.toContain(word);
});
