import { expect, test } from "vitest";
import type { Evidence } from "../evidence/evidence.ts";
import { decide } from "./decide.ts";
import { explainEvidence, gentleText } from "./explain.ts";
import { habitusPolicy } from "./presets.ts";

const said = (llr: number, rest: Partial<Evidence> = {}): Evidence => ({
  kind: "evidence",
  llr,
  score: 0.5,
  source: "habitus@1",
  modalities: ["keystroke"],
  quality: 1,
  startedAt: 0,
  at: 0,
  keystrokes: 50,
  pointerEvents: 0,
  contributions: [{ feature: "network", share: Math.sign(llr) }],
  ...rest,
});
const usage = (llr: number): Evidence => said(llr, { modalities: ["usage"], supporting: true });
const together = (llr: number): Evidence =>
  said(llr, { modalities: ["keystroke", "pointer"], supporting: true, source: "cross-check@1" });
const reasonsOf = (evidence: readonly Evidence[]) =>
  decide(habitusPolicy, {
    at: 0,
    reading: { value: 0.2, scores: 9 },
    enrolment: "enrolled",
    previous: "stepUp",
    stepUp: "none",
    evidence,
  }).reasons;

test("what supports is told of beside the newest windows and pushes none of them out", () => {
  const windows = [usage(-1), said(-2), said(-2), said(-2), ...new Array<Evidence>(9).fill(usage(-0.1))];
  const typing = reasonsOf(windows).find(({ code }) => code === "typingDiffers");
  expect(typing?.text).toContain(`${habitusPolicy.lockScores} of the newest windows`);
  expect(reasonsOf(windows).map(({ code }) => code)).toContain("usageDiffers");
});

test("usage is told of in words of its own, and what keyboard and pointer say together is about neither", () => {
  const reasons = explainEvidence([said(-1), usage(-2), together(-1)]);
  expect(reasons.map(({ code }) => code)).toEqual(["usageDiffers", "typingDiffers", "keyboardAndPointerDisagree"]);
  expect(reasons[0]?.text).toMatch(/^Device usage does not fit .* the network spoke loudest/);
  expect(reasons.map(({ nats }) => nats)).toEqual([-2, -1, -1]);
  expect(explainEvidence([usage(2), together(1)]).map(({ code }) => code)).toEqual([
    "usageMatches",
    "keyboardAndPointerAgree",
  ]);
});

test("what the person is told of them accuses nobody", () => {
  for (const code of ["usageDiffers", "keyboardAndPointerDisagree"] as const)
    expect(gentleText(code)).toMatch(/is enough\.$/);
});
