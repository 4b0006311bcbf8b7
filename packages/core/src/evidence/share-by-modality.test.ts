import fc from "fast-check";
import { expect, test } from "vitest";
import { MODALITIES } from "../events/segment.ts";
import { CROSS_CHECK } from "./cross-check.ts";
import { shareByModality } from "./share-by-modality.ts";

const anyWindow = fc.record({
  llr: fc.double({ min: -9, max: 9, noNaN: true }),
  sittingLlr: fc.double({ min: -9, max: 9, noNaN: true }),
  modalities: fc.uniqueArray(fc.constantFrom(...MODALITIES), { minLength: 1, maxLength: 2 }),
  source: fc.constantFrom("habitus@1", CROSS_CHECK),
});

test("shares have the sign of what was said, sum to at most 1 without signs, and nothing that was said is lost", () => {
  fc.assert(
    fc.property(fc.array(anyWindow), (windows) => {
      const shares = shareByModality(windows);
      expect(shares.reduce((sum, { share }) => sum + Math.abs(share), 0)).toBeLessThanOrEqual(1 + 1e-9);
      for (const { llr, share } of shares) expect(llr * share).toBeGreaterThanOrEqual(0);
      const all = windows.reduce((sum, { llr, sittingLlr }) => sum + llr + sittingLlr, 0);
      expect(shares.reduce((sum, { llr }) => sum + llr, 0)).toBeCloseTo(all, 9);
    }),
  );
});

test("a passphrase at sign-in is no free typing", () => {
  const said = shareByModality([
    { llr: -3, modalities: ["keystroke"], source: "habitus-fixed-text@1" },
    { llr: 1, modalities: ["keystroke"], source: "habitus@1" },
  ]);
  expect(said.map(({ about, llr }) => [about, llr])).toEqual([
    ["signIn", -3],
    ["keystroke", 1],
  ]);
});

test("whether modalities agree is about none of them", () => {
  const said = shareByModality([
    { llr: -3, modalities: ["keystroke"], source: "habitus@1" },
    { llr: 1, modalities: ["usage"], source: "habitus@1", supporting: true },
    { llr: -1, sittingLlr: 0, modalities: ["keystroke", "pointer"], source: CROSS_CHECK, supporting: true },
  ]);
  expect(said).toEqual([
    { about: "keystroke", windows: 1, llr: -3, share: -0.6, supporting: false },
    { about: "usage", windows: 1, llr: 1, share: 0.2, supporting: true },
    { about: "together", windows: 1, llr: -1, share: -0.2, supporting: true },
  ]);
});
