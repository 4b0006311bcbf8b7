import { expect, test } from "vitest";
import { createPopulation } from "../attacks/population.ts";
import { session } from "../attacks/session.ts";
import type { Reference } from "../comparison/comparator.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { createRandom } from "../math/random.ts";
import { shippedTyping } from "../models/shipped-typing.ts";
import { habitus as wholeHabitus } from "./habitus.ts";
import type { Sitting, System } from "./system.ts";
import { createTyping } from "./typing.ts";

const DAY_MS = 86_400_000;
const KEY = new Uint8Array(32).fill(7);
const OTHER_KEY = new Uint8Array(32).fill(8);
const TYPING = { type: 1, point: 0, scroll: 0, navigate: 0, read: 0 };
const ALL = { type: 0.4, point: 1, scroll: 0.1, navigate: 0.1, read: 0 };
const [owner, stranger] = createPopulation(2, 5);
// Safe: a state comes only from its own system.
const [typing, habitus] = [createTyping(shippedTyping), wholeHabitus] as unknown as readonly [System, System];

function windowsOf(system: System, who: typeof owner, days: readonly number[], mix = TYPING): FeatureSet[] {
  if (who === undefined) throw new Error("nobody");
  return days.flatMap((day) => {
    const events = session(who, { startAt: day * DAY_MS, durationMs: 90_000, seed: day, mix });
    const { windows } = system.segmenter.push(system.segmenter.initial(), events, 0.1);
    return windows.flatMap((window) => (window.kind === "sample" ? [system.extractor.extract(window)] : []));
  });
}
function enrol(system: System, samples: readonly FeatureSet[]): Reference {
  const made = system.enrol(samples, { background: [], random: createRandom(1), now: 10 * DAY_MS });
  if (made.kind !== "enrolment") throw new Error("not enrolled");
  return made.reference;
}
const protect = (system: System, reference: Reference, key = KEY): Reference =>
  system.protection?.protect(reference, key) ?? reference;
const open = (system: System, stored: Reference, key = KEY): Reference =>
  system.protection?.open(stored, key) ?? stored;
function follow(system: System, reference: Reference, probes: readonly FeatureSet[]) {
  let sitting: Sitting | undefined;
  const llrs = probes.flatMap((probe) => {
    const next = system.follow?.(reference, probe, sitting);
    sitting = next?.sitting;
    return next?.evidence.kind === "evidence" ? [next.evidence.llr] : [];
  });
  return { llrs, sitting };
}

test("what was stored protected judges nearly as what was not, window by window, for owner and stranger", () => {
  for (const [system, mix] of [
    [typing, TYPING],
    [habitus, ALL],
  ] as const) {
    const plain = enrol(system, windowsOf(system, owner, [1, 2, 3], mix));
    const stored = protect(system, plain);
    expect(stored.comparator).toBe(system.protection?.comparator());
    expect(stored.comparator).not.toBe(plain.comparator);
    expect(open(system, stored).comparator).toBe(plain.comparator);
    for (const who of [owner, stranger]) {
      const probes = windowsOf(system, who, [5], mix);
      const [left, right] = [follow(system, plain, probes).llrs, follow(system, open(system, stored), probes).llrs];
      expect(left.length).toBeGreaterThan(2);
      expect(right).toHaveLength(left.length);
      const off = left.reduce((sum, llr, i) => sum + Math.abs(llr - (right[i] ?? 0)), 0) / left.length;
      expect(off).toBeLessThan(1);
    }
  }
});

test("a reference that was opened and is stored again is what it was, byte for byte, and so with what supports it learnt anew", () => {
  const samples = windowsOf(habitus, owner, [1, 2, 3], ALL);
  const stored = protect(habitus, enrol(habitus, samples));
  const again = protect(habitus, open(habitus, stored));
  expect(again.payload).toEqual(stored.payload);
  const copied = { ...open(habitus, stored) }; // as after a renewal: other objects of the same bytes
  expect(protect(habitus, copied).payload).toEqual(stored.payload);
});

test("several ways of typing are protected together, and a window is still assigned to one of them", () => {
  const samples = [
    ...windowsOf(typing, owner, [1, 2, 3]),
    ...windowsOf(typing, stranger, [4, 5, 6]).map((set) => ({ ...set, profile: 4 * DAY_MS })),
  ];
  const reference = open(typing, protect(typing, enrol(typing, samples)));
  const probes = windowsOf(typing, stranger, [8]);
  const [probe] = probes;
  if (probe === undefined) throw new Error("no window");
  const { sitting } = follow(typing, reference, probes);
  expect(typing.assign?.(reference, probe, sitting)).toMatchObject({ profile: 4 * DAY_MS });
});

test("another key, another background and an unprotected reference are errors, and nothing is compared", () => {
  const plain = enrol(habitus, windowsOf(habitus, owner, [1, 2, 3]));
  const stored = protect(habitus, plain);
  expect(() => open(habitus, stored, OTHER_KEY)).toThrow(/another key/);
  expect(() => open(habitus, plain)).toThrow(/enrol again/);
  expect(() => habitus.compare(stored, windowsOf(habitus, owner, [5])[0] as FeatureSet)).toThrow(/enrol again/); // there is one
});

test("the numbers of the unprotected reference are nowhere in the protected one", () => {
  const plain = enrol(typing, windowsOf(typing, owner, [1, 2, 3]));
  const hex = Buffer.from(protect(typing, plain).payload).toString("hex");
  const bytes = Buffer.from(plain.payload).toString("hex");
  // Eight bytes are four of its numbers: by chance a pair of that length comes up once in 10^16.
  for (let at = 0; at + 16 <= bytes.length; at += 2) expect(hex.includes(bytes.slice(at, at + 16))).toBe(false);
});
