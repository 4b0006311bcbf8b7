import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  decodeTouchBackground,
  decodeUsageBackground,
  encodeUsageBackground,
  shippedTouch,
  shippedUsage,
} from "@habitus/core";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runBackground } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "habitus-simulated-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let printed = "";
beforeEach(() => {
  printed = "";
  const keep = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(keep);
  vi.spyOn(process.stderr, "write").mockImplementation(keep);
});
afterEach(() => vi.restoreAllMocks());

describe.each([
  { kind: "usage", seed: "4711", shipped: shippedUsage },
  { kind: "touch", seed: "8117", shipped: shippedTouch },
])("made-up people for $kind", ({ kind, seed, shipped }) => {
  test("the command gives the shipped file byte for byte", { timeout: 120_000 }, async () => {
    const name = `shipped-${kind}.data.ts`;
    const { fittedAt } = shipped().provenance;
    const out = join(folder, name);
    const argv = ["fit", "--set", `simulated-${kind}`, "--seed", seed, "--date", fittedAt, "--out", out];
    expect(await runBackground(argv)).toBe(0);
    const known = fileURLToPath(new URL(`../../../packages/core/src/models/${name}`, import.meta.url));
    expect(readFileSync(out, "utf8")).toBe(readFileSync(known, "utf8"));
    expect(printed).toContain(`(made up by Habitus, no terms)`);
    expect(printed).toContain("WEAK");
  });
});

test("show says where one comes from", async () => {
  const file = join(folder, "usage.json");
  writeFileSync(file, encodeUsageBackground(shippedUsage()));
  expect(await runBackground(["show", file])).toBe(0);
  expect(printed).toContain(shippedUsage().model.id);
  expect(printed).toContain("150, 21774 windows, 1650 sittings beyond each one's first");
});

test("made-up people for usage are not mixed with other sets", async () => {
  const argv = ["fit", "--set", "simulated-usage", "--set", "simulated-touch", "--out", join(folder, "none.json")];
  expect(await runBackground(argv)).toBe(2);
  expect(printed).toContain("give one --set");
});

test("what is no background of usage or touch is said to be none, and why", () => {
  const text = encodeUsageBackground(shippedUsage());
  expect(decodeUsageBackground(text)).toEqual(shippedUsage());
  expect(() => decodeTouchBackground(text)).toThrow(/expected a file of format habitus-touch-background@1/);
  expect(() => decodeUsageBackground("{")).toThrow(/not JSON/);
  expect(() => decodeUsageBackground(text.replace('"weekday"', '"someday"'))).toThrow(/weekday is missing/);
  expect(() => decodeUsageBackground(text.replace('"concentration": 8', '"concentration": -8'))).toThrow(
    /concentration is not a number from/,
  );
});
