import { expect, test } from "vitest";
import type { Evidence } from "../evidence/evidence.ts";
import { personAndChange } from "./person-and-change.ts";

const said = (llr: number, rest: Partial<Evidence> = {}): Evidence => ({
  kind: "evidence",
  llr,
  score: 0.5,
  source: "test@1",
  modalities: ["usage"],
  quality: 1,
  startedAt: 0,
  at: 0,
  keystrokes: 0,
  pointerEvents: 0,
  contributions: [],
  ...rest,
});
const { initial, update, read } = personAndChange;

test("what only supports is no score: by itself it gives no trust and no decision", () => {
  const alone = [-3, -3, -3].reduce((state, llr) => update(state, said(llr, { supporting: true })), initial());
  expect(read(alone)).toEqual({ value: undefined, scores: 0 });
});

test("what supports adds to what something else says", () => {
  const typed = update(initial(), said(-1, { modalities: ["keystroke"] }));
  const both = update(typed, said(-1, { supporting: true, sittingLlr: 0 }));
  expect(read(both).scores).toBe(1);
  expect(read(both).value ?? 1).toBeLessThan(read(typed).value ?? 0);
});

test("what supports forgives no absence, however much of it there is", () => {
  const typed = said(0, { modalities: ["keystroke"], sittingLlr: 0 });
  const back = { ...typed, startedAt: 20 * 60_000, at: 20 * 60_000 };
  const after = [typed, back].reduce(update, initial());
  const used = { ...back, ...said(0, { supporting: true, sittingLlr: 0 }), startedAt: back.at, at: back.at };
  const supported = Array.from({ length: 10 }, () => used).reduce(update, after);
  expect(read(supported).value).toBeCloseTo(read(after).value ?? Number.NaN, 9);
});
