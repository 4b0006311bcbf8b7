import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Evidence } from "../evidence/evidence.ts";
import { RHYTHM_FAMILIES } from "../features/keystroke/rhythm/rhythm-extractor.ts";
import { band } from "./band.ts";
import { type DecisionInput, decide, ENROLMENT_STATES, STEP_UP_STATES } from "./decide.ts";
import { explainEvidence, factReason, gentleText } from "./explain.ts";
import { featureWords, gentleFeatureWords } from "./feature-words.ts";
import { BANDS, DECISIONS, REASON_CODES } from "./policy.ts";
import { baselinePolicy as policy } from "./presets.ts";

const calm: DecisionInput = {
  at: 7,
  reading: { value: 0.9, scores: 10 },
  enrolment: "enrolled",
  previous: "continue",
  stepUp: "none",
  evidence: [],
};
const at = (value: number, scores = 10): DecisionInput["reading"] => ({ value, scores });
const kindOf = (change: Partial<DecisionInput>) => decide(policy, { ...calm, ...change }).kind;
const codesOf = (change: Partial<DecisionInput>) =>
  decide(policy, { ...calm, ...change }).reasons.map(({ code }) => code);

const reading = fc.oneof(
  fc.constant({ value: undefined, scores: 0 }),
  fc.record({ value: fc.double({ min: 0, max: 1, noNaN: true }), scores: fc.integer({ min: 1, max: 10 }) }),
);
const input = fc.record({
  at: fc.constant(1),
  reading,
  enrolment: fc.constantFrom(...ENROLMENT_STATES),
  previous: fc.constantFrom(undefined, ...DECISIONS),
  stepUp: fc.constantFrom(...STEP_UP_STATES),
  evidence: fc.constant([]),
  withheld: fc.constantFrom(undefined, "paused" as const, "consentWithdrawn" as const),
});

describe("laws of decisions", () => {
  test("a lock is final", () => {
    fc.assert(
      fc.property(input, (any) => {
        expect(decide(policy, { ...any, previous: "lock" }).kind).toBe("lock");
      }),
    );
  });

  test("a standing step-up stands, or becomes a lock", () => {
    fc.assert(
      fc.property(input, (any) => {
        expect(["stepUp", "lock"]).toContain(decide(policy, { ...any, stepUp: "pending" }).kind);
      }),
    );
  });

  test("without enrolment nobody is judged by their behaviour", () => {
    fc.assert(
      fc.property(input, (any) => {
        const fresh = { ...any, enrolment: "learning", previous: undefined, stepUp: "none" } as const;
        expect(decide(policy, fresh).kind).toBe("noDecision");
      }),
    );
  });

  test("less trust never gives a milder decision", () => {
    const order = ["continue", "observe", "stepUp", "lock"];
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
        const strict = order.indexOf(kindOf({ reading: at(Math.min(a, b)) }));
        expect(strict).toBeGreaterThanOrEqual(order.indexOf(kindOf({ reading: at(Math.max(a, b)) })));
      }),
    );
  });

  test("whatever the input, there is a decision with its instant, and anything but continue or observe has a reason", () => {
    fc.assert(
      fc.property(input, (any) => {
        const decision = decide(policy, any);
        expect(DECISIONS).toContain(decision.kind);
        expect(decision.at).toBe(1);
        if (decision.kind !== "continue" && decision.kind !== "observe")
          expect(decision.reasons.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the baseline's rules", () => {
  test("fewer than ten scores are no decision", () => {
    expect(kindOf({ reading: { value: undefined, scores: 0 } })).toBe("noDecision");
    expect(kindOf({ reading: at(0.01, 9) })).toBe("noDecision");
    expect(codesOf({ reading: at(0.01, 9), unusable: "clockTooCoarse" })).toEqual(["tooLittleInput", "clockTooCoarse"]);
    expect(kindOf({ reading: at(0.01, 10) })).toBe("stepUp");
  });

  test("0.7 is accepted, a little less is a step-up", () => {
    expect(kindOf({ reading: at(0.7) })).toBe("observe");
    expect(kindOf({ reading: at(0.7 - 1e-9) })).toBe("stepUp");
    expect(kindOf({ reading: at(0.75) })).toBe("continue");
  });

  test("from observe it takes 0.8 to continue, so that the decision does not flicker", () => {
    expect(kindOf({ reading: at(0.77), previous: "observe" })).toBe("observe");
    expect(kindOf({ reading: at(0.77), previous: "continue" })).toBe("continue");
    expect(kindOf({ reading: at(0.8), previous: "observe" })).toBe("continue");
  });

  test("low trust alone never locks: first the step-up, then ten scores below 0.4 or a failed step-up", () => {
    expect(kindOf({ reading: at(0) })).toBe("stepUp");
    expect(kindOf({ reading: at(0.39, 9), previous: "stepUp", stepUp: "pending" })).toBe("stepUp");
    expect(kindOf({ reading: at(0.39, 10), previous: "stepUp", stepUp: "pending" })).toBe("lock");
    expect(kindOf({ reading: at(0.4, 10), previous: "stepUp", stepUp: "pending" })).toBe("stepUp");
    expect(codesOf({ reading: at(0.95), previous: "stepUp", stepUp: "failed" })).toEqual(["stepUpFailed"]);
  });

  test("a recovered trust does not answer a step-up", () => {
    expect(kindOf({ reading: at(1), previous: "stepUp", stepUp: "pending" })).toBe("stepUp");
    expect(codesOf({ reading: at(1), previous: "stepUp", stepUp: "pending" })).toEqual(["trustBelowStepUp"]);
  });

  test("a passed step-up continues until there is new evidence, and then trust decides again", () => {
    const passed = { previous: "stepUp", stepUp: "passed" } as const;
    expect(kindOf({ ...passed, reading: { value: undefined, scores: 0 } })).toBe("continue");
    expect(codesOf({ ...passed, reading: at(0.1, 1) })).toEqual(["stepUpPassed"]);
    expect(kindOf({ ...passed, reading: at(0.1, 10) })).toBe("stepUp");
  });

  test("withdrawing consent or pausing is no way out of a step-up", () => {
    expect(codesOf({ withheld: "consentWithdrawn" })).toEqual(["consentWithdrawn"]);
    expect(kindOf({ withheld: "paused" })).toBe("noDecision");
    expect(kindOf({ withheld: "consentWithdrawn", previous: "stepUp", stepUp: "pending" })).toBe("stepUp");
  });

  test("bands follow the thresholds", () => {
    expect(BANDS.map((name) => name)).toEqual(["high", "medium", "low", "none"]);
    expect([at(0.75), at(0.74), at(0.69), at(0.9, 2)].map((one) => band(policy, one))).toEqual([
      "high",
      "medium",
      "low",
      "none",
    ]);
  });
});

describe("reasons", () => {
  const evidence = (modality: "keystroke" | "pointer", llr: number, feature: string): Evidence => ({
    kind: "evidence",
    llr,
    score: 0.5,
    source: "test@1",
    modalities: [modality],
    quality: 1,
    startedAt: 0,
    at: 0,
    keystrokes: 0,
    pointerEvents: 0,
    contributions: [
      { feature, share: Math.sign(llr) * 0.6 },
      { feature: "quiet", share: Math.sign(llr) * 0.1 },
      { feature: "against", share: -Math.sign(llr) * 0.3 },
    ],
  });

  test("each modality is one reason, the largest share first, shares signed like the llr", () => {
    const list = [
      evidence("keystroke", 1, "iki_mean"),
      evidence("pointer", -2, "mouse_speed_mean"),
      evidence("pointer", -1, "mouse_speed_mean"),
    ];
    const reasons = explainEvidence(list);
    expect(reasons.map(({ code, share }) => [code, share])).toEqual([
      ["pointerDiffers", -0.75],
      ["typingMatches", 0.25],
    ]);
    expect(reasons[0]?.text).toBe(
      "Pointer movement does not fit the enrolled subject in 2 of the newest windows (llr -3.0 together; mouse_speed_mean spoke loudest).",
    );
    expect(reasons[1]?.text).toContain("one of the newest windows (llr 1.0 together; iki_mean spoke loudest)");
    expect(explainEvidence([])).toEqual([]);
  });

  test("a window that breaks with its sitting speaks against the subject, and a family of features is told in words", () => {
    const calm = evidence("keystroke", 0.1, "levels");
    const broken = { ...evidence("keystroke", -0.2, "hands"), sittingLlr: -3.8 };
    expect(explainEvidence([{ ...calm, sittingLlr: 1.9 }, broken], "against")).toEqual([
      {
        code: "typingDiffers",
        share: -1,
        nats: -4,
        text: "Typing does not fit the enrolled subject in one of the newest windows (llr -4.0 together; the timing of the two hands spoke loudest).",
      },
    ]);
    // 0.1 + 1.9 - 0.2 - 3.8, of 2 + 4
    expect(explainEvidence([{ ...calm, sittingLlr: 1.9 }, broken])[0]?.share).toBeCloseTo(-1 / 3, 12);
    expect(explainEvidence([{ ...calm, sittingLlr: 1.9 }], "against")).toEqual([]);
  });

  test("every family of typing has words, and gentle ones for the person", () => {
    for (const family of RHYTHM_FAMILIES) {
      expect(featureWords(family)).not.toBe(family);
      expect(gentleFeatureWords(family)).toMatch(/you/);
    }
    expect(featureWords("iki_mean")).toBe("iki_mean");
    expect(gentleFeatureWords("constructor")).toBeUndefined();
  });

  test("there is a text for the analyst and a gentle one for the person for every code", () => {
    for (const code of REASON_CODES) {
      expect(factReason(code)).toMatchObject({ code, share: undefined });
      expect(factReason(code).text).toMatch(/\.$/);
      expect(gentleText(code)).toMatch(/\.$/);
      expect(gentleText(code)).not.toMatch(/llr|score|impostor|threshold|trust/i);
      // What differs, and which way, would tell somebody else what to imitate.
      expect(gentleText(code)).not.toMatch(/\d|faster|slower|longer|shorter|rhythm|speed/i);
    }
  });
});

test("reasons are drawn from what trust remembers, and a challenge from what spoke against", () => {
  const evidence = (llr: number): Evidence => ({
    kind: "evidence",
    llr,
    score: llr > 0 ? 0.99 : 0.01,
    source: "test@1",
    modalities: ["keystroke"],
    quality: 1,
    startedAt: 0,
    at: 0,
    keystrokes: 50,
    pointerEvents: 0,
    contributions: [],
  });
  const windows = [...Array<Evidence>(14).fill(evidence(4.6)), ...Array<Evidence>(6).fill(evidence(-4.6))];
  const { reasons } = decide(policy, {
    at: 0,
    reading: { value: 0.4, scores: 10 },
    enrolment: "enrolled",
    previous: "continue",
    stepUp: "none",
    evidence: windows,
  });
  expect(reasons[0]?.code).toBe("typingDiffers");

  // Nine windows for the subject and one against: what the challenge names is the one against.
  const mixed = decide(policy, {
    at: 0,
    reading: { value: 0.69, scores: 10 },
    enrolment: "enrolled",
    previous: "continue",
    stepUp: "none",
    evidence: [...Array<Evidence>(9).fill(evidence(3)), evidence(-4.6)],
  });
  expect(mixed.kind).toBe("stepUp");
  expect(mixed.reasons.map(({ code }) => code)).toEqual(["typingDiffers", "trustBelowStepUp"]);
});
