import { expect, test } from "vitest";
import { createPopulation } from "../attacks/population.ts";
import { session } from "../attacks/session.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { createRandom } from "../math/random.ts";
import { shippedTyping } from "../models/shipped-typing.ts";
import { createHabitus } from "./habitus.ts";
import { protectTyping } from "./protect-typing.ts";
import type { Sitting, System } from "./system.ts";
import { createTyping } from "./typing.ts";

const DAY_MS = 86_400_000;
const KEY = new Uint8Array(32).fill(7);
const OTHER_KEY = new Uint8Array(32).fill(8);
const protection = { key: KEY, bits: 1024 };
const MIX = { type: 1, point: 0, scroll: 0, navigate: 0, read: 0 };
const [owner, stranger] = createPopulation(2, 5);

function windowsOf(
  system: Pick<System, "segmenter" | "extractor">,
  who: typeof owner,
  days: readonly number[],
): FeatureSet[] {
  if (who === undefined) throw new Error("nobody");
  return days.flatMap((day) => {
    const events = session(who, { startAt: day * DAY_MS, durationMs: 90_000, seed: day, mix: MIX });
    const { windows } = system.segmenter.push(system.segmenter.initial(), events, 0.1);
    return windows.flatMap((window) => (window.kind === "sample" ? [system.extractor.extract(window)] : []));
  });
}
const options = { background: [], random: createRandom(1), now: 10 * DAY_MS };
// Safe: a state comes only from its own system.
const [plain, guarded] = [
  createTyping(shippedTyping),
  protectTyping(shippedTyping, protection),
] as unknown as readonly [System, System];

test("typing that is protected judges nearly as typing that is not, window by window", () => {
  const samples = windowsOf(plain, owner, [1, 2, 3]);
  const [open, shut] = [plain.enrol(samples, options), guarded.enrol(samples, options)];
  if (open.kind !== "enrolment" || shut.kind !== "enrolment") throw new Error("not enrolled");
  expect(shut.reference.comparator).not.toBe(open.reference.comparator);
  const off: number[] = [];
  for (const who of [owner, stranger]) {
    let [one, two]: (Sitting | undefined)[] = [undefined, undefined];
    for (const probe of windowsOf(plain, who, [5])) {
      const left = plain.follow?.(open.reference, probe, one);
      const right = guarded.follow?.(shut.reference, probe, two);
      [one, two] = [left?.sitting, right?.sitting];
      if (left?.evidence.kind === "evidence" && right?.evidence.kind === "evidence")
        off.push(Math.abs(left.evidence.llr - right.evidence.llr));
      expect(guarded.compare(shut.reference, probe).kind).toBe(plain.compare(open.reference, probe).kind);
    }
  }
  expect(off.length).toBeGreaterThan(4);
  expect(off.reduce((sum, value) => sum + value, 0) / off.length).toBeLessThan(1.5);
});

test("several ways of typing are protected together, and a window is still assigned to one of them", () => {
  const samples = [
    ...windowsOf(plain, owner, [1, 2, 3]),
    ...windowsOf(plain, stranger, [4, 5, 6]).map((set) => ({ ...set, profile: 4 * DAY_MS })),
  ];
  const made = guarded.enrol(samples, options);
  if (made.kind !== "enrolment") throw new Error("not enrolled");
  expect(made.report.profiles).toHaveLength(2);
  let sitting: Sitting | undefined;
  for (const probe of windowsOf(plain, stranger, [8]))
    sitting = guarded.follow?.(made.reference, probe, sitting)?.sitting;
  const [probe] = windowsOf(plain, stranger, [8]);
  if (probe === undefined) throw new Error("no window");
  expect(guarded.assign?.(made.reference, probe, sitting)).toMatchObject({ profile: 4 * DAY_MS });
});

test("a whole system may be one subject's: their key opens what it enrolled, another's and the unprotected form do not", () => {
  const whole = createHabitus(shippedTyping, undefined, undefined, protection) as unknown as System;
  const another = createHabitus(shippedTyping, undefined, undefined, {
    ...protection,
    key: OTHER_KEY,
  }) as unknown as System;
  const samples = windowsOf(whole, owner, [1, 2, 3]);
  const made = whole.enrol(samples, options);
  if (made.kind !== "enrolment") throw new Error("not enrolled");
  const [probe] = windowsOf(whole, owner, [5]).filter(({ keystrokes }) => keystrokes > 0);
  if (probe === undefined) throw new Error("no window");
  expect(whole.compare(made.reference, probe)).toMatchObject({ kind: "evidence" });
  expect(() => another.compare(made.reference, probe)).toThrow(/another key/);
  expect(() => (createHabitus(shippedTyping) as unknown as System).compare(made.reference, probe)).toThrow();
});
