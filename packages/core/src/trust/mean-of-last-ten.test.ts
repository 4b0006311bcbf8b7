import { expect, test } from "vitest";
import { CoreError } from "../error.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { checkTrust } from "../laws/index.ts";
import { createRandom } from "../math/random.ts";
import { type MeanOfLastTen, meanOfLastTen } from "./mean-of-last-ten.ts";

const scored = (score: number): Evidence => ({
  kind: "evidence",
  llr: 0,
  score,
  source: "test@1",
  modalities: ["keystroke"],
  quality: 1,
  startedAt: 0,
  at: 0,
  keystrokes: 50,
  pointerEvents: 0,
  contributions: [],
});
const after = (scores: readonly number[]): MeanOfLastTen =>
  scores.reduce((state, score) => meanOfLastTen.update(state, scored(score)), meanOfLastTen.initial());

test("the laws of trust models hold", () => {
  checkTrust(meanOfLastTen, createRandom(1));
});

test("trust is the mean of the last ten scores, of fewer while there are fewer", () => {
  expect(meanOfLastTen.read(after([0.5, 1]))).toEqual({ value: 0.75, scores: 2 });
  expect(meanOfLastTen.read(after([1, 1, 1, ...new Array(10).fill(0.25)]))).toEqual({ value: 0.25, scores: 10 });
});

test("a score outside 0 to 1 is refused, and so is a state that was tampered with", () => {
  for (const wrong of [Number.NaN, -0.1, 1.1]) expect(() => after([wrong])).toThrow(RangeError);
  const state = { ...meanOfLastTen.initial(), scores: [7] };
  expect(() => meanOfLastTen.read(state)).toThrow(CoreError);
  expect(() => meanOfLastTen.read({ ...state, scores: [], version: 2 })).toThrow(/versionMismatch|is not of/);
});
