import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DecisionInput, decide } from "./decide.ts";
import { afterDecision, afterStepUpPassed, elapsedMs, type LookMemory, lookAt, NO_LOOKS } from "./look-memory.ts";
import type { DecisionKind, Policy } from "./policy.ts";
import { habitusPolicy } from "./presets.ts";

const policy: Policy = {
  ...habitusPolicy,
  stepUpLooks: 2,
  confirmLooks: 2,
  coolDownMs: 60_000,
  graceMs: 3_600_000,
  lookEveryMs: 30_000,
};

/** Judges one look after the other as a service does. */
function judgeAll(
  looks: readonly { readonly at: number; readonly value: number }[],
  { of = policy, memory = NO_LOOKS, enrolledForMs = 1e12, stepUps = true } = {} as {
    of?: Policy;
    memory?: LookMemory;
    enrolledForMs?: number;
    stepUps?: boolean;
  },
): DecisionKind[] {
  let previous: DecisionKind | undefined;
  let scores = 5;
  return looks.map(({ at, value }) => {
    scores += 1;
    const reading = { value, scores };
    memory = lookAt(of, memory, { at, previous, reading });
    const stepUp = stepUps && previous === "stepUp" ? "pending" : "none";
    const input: DecisionInput = {
      at,
      reading,
      enrolment: "enrolled",
      previous,
      stepUp,
      evidence: [],
      looks: memory,
      enrolledForMs,
    };
    const { kind } = decide(of, input);
    memory = afterDecision(of, memory, { at, previous, kind });
    previous = kind;
    return kind;
  });
}
const every = (seconds: number, values: readonly number[]) =>
  values.map((value, i) => ({ at: 1000 * seconds * i, value }));

describe("two speeds", () => {
  test("a fast look asks for a silent extra look, a second one for a step-up, two after it confirm a lock", () => {
    expect(judgeAll(every(60, [0.9, 0.05, 0.05, 0.05, 0.05]))).toEqual([
      "continue",
      "observe",
      "stepUp",
      "stepUp",
      "lock",
    ]);
  });

  test("a doubt that the extra look does not share asks nothing of anybody", () => {
    expect(judgeAll(every(60, [0.9, 0.05, 0.9, 0.05, 0.9]))).toEqual([
      "continue",
      "observe",
      "continue",
      "observe",
      "continue",
    ]);
  });

  test("no single look locks, whatever it says", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (value) => {
        expect(
          judgeAll([
            { at: 0, value: 0.9 },
            { at: 60_000, value },
          ]).at(-1),
        ).not.toBe("lock");
      }),
    );
  });

  test("where a policy says nothing of looks it decides as it always did", () => {
    expect(judgeAll(every(1, [0.9, 0.4, 0.05]), { of: habitusPolicy })).toEqual(["continue", "stepUp", "lock"]);
  });
});

describe("periodic looks", () => {
  test("a calm session is judged again after the interval, a doubted one at every window", () => {
    expect(judgeAll(every(10, [0.9, 0.05, 0.05, 0.05, 0.05]))).toEqual([
      "continue",
      "continue",
      "continue",
      "observe",
      "stepUp",
    ]);
  });

  test("a clock that was set back mutes nothing", () => {
    expect(elapsedMs(5, 10)).toBe(Number.POSITIVE_INFINITY);
    const looks = [{ at: 1e12, value: 0.9 }, ...[0, 1, 2].map((at) => ({ at, value: 0.05 }))];
    expect(judgeAll(looks).at(-1)).toBe("stepUp");
  });
});

describe("after a passed step-up, and while the reference is new", () => {
  const low = every(10, [0.3, 0.3, 0.3, 0.3]);
  test("small doubts are watched during the cool-down, confirmed ones are asked about", () => {
    const memory = afterStepUpPassed(NO_LOOKS, 0);
    expect(judgeAll(low, { memory })).toEqual(["observe", "observe", "stepUp", "stepUp"]);
    expect(
      judgeAll(
        low.map(({ at, value }) => ({ at: at + 60_000, value })),
        { memory },
      ),
    ).toEqual(["observe", "stepUp", "stepUp", "stepUp"]);
  });

  test("the same holds in the grace after the first enrolment", () => {
    expect(judgeAll(low, { enrolledForMs: 1000 })).toEqual(["observe", "observe", "stepUp", "stepUp"]);
    expect(judgeAll(low, { enrolledForMs: 3_600_000 })).toEqual(["observe", "stepUp", "stepUp", "stepUp"]);
  });

  test("no waiting ends without a question while trust stays low", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.49, noNaN: true }), (value) => {
        const kinds = judgeAll(every(10, Array<number>(8).fill(value)), {
          memory: afterStepUpPassed(NO_LOOKS, 0),
          enrolledForMs: 0,
        });
        expect(["stepUp", "lock"]).toContain(kinds.at(-1));
      }),
    );
  });
});
