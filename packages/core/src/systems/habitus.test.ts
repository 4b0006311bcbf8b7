import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPopulation, typeText } from "../attacks/index.ts";
import type { Reference } from "../comparison/comparator.ts";
import type { Event } from "../events/event.ts";
import { KEY_ZONES } from "../events/key-zone.ts";
import type { Keystroke, Sample } from "../events/segment.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { checkExtractor } from "../laws/index.ts";
import { createRandom } from "../math/random.ts";
import { shippedTyping } from "../models/shipped-typing.ts";
import { habitus } from "./habitus.ts";

const DAY = 86_400_000;
const people = createPopulation(6, 11);

function setsOf(events: readonly Event[]): FeatureSet[] {
  const { state, windows } = habitus.segmenter.push(habitus.segmenter.initial(), events, 0.1);
  const last = events.at(-1)?.at ?? 0;
  const late = habitus.segmenter.push(state, [{ kind: "focus", phase: "out", field: 0, at: last + 3000 }], 0.1).windows;
  return [...windows, ...late].flatMap((window) =>
    window.kind === "sample" ? [habitus.extractor.extract(window)] : [],
  );
}

function typed(person: number, keystrokes: number, startAt: number): FeatureSet[] {
  const who = people[person];
  if (who === undefined) throw new Error("no such person");
  return setsOf(typeText(who, { keystrokes, startAt, random: createRandom(startAt + person) }));
}

function enrolled(samples: readonly FeatureSet[], now: number): Reference {
  const made = habitus.enrol(samples, { background: [], random: createRandom(1), now });
  if (made.kind !== "enrolment") throw new Error(made.reason);
  return made.reference;
}

const reference = enrolled([...typed(0, 300, DAY), ...typed(0, 300, 2 * DAY)], 3 * DAY);
const llrOf = (set: FeatureSet, against = reference): number | undefined => {
  const evidence = habitus.compare(against, set);
  return evidence.kind === "evidence" ? evidence.llr : undefined;
};
const window = (keystrokes: readonly Keystroke[]): Sample => ({
  kind: "sample",
  startedAt: keystrokes[0]?.pressAt ?? 0,
  endedAt: keystrokes.at(-1)?.pressAt ?? 0,
  quantumMs: 1,
  keystrokes,
  pointer: [],
  wheel: [],
  pointerType: undefined,
});

test("the laws of extractors hold for rhythm", () => {
  checkExtractor(habitus.extractor, createRandom(1));
});

test("each feature of the background is one of the extractor's", () => {
  const { model } = shippedTyping();
  expect(Math.max(...model.features)).toBeLessThan(habitus.extractor.featureNames.length);
  expect(model.extractor).toBe("rhythm@1");
});

describe("somebody whom nothing was learnt from", () => {
  test("is told from others on another day", () => {
    const mated = typed(0, 300, 5 * DAY).map((set) => llrOf(set) ?? 0);
    const nonMated = [1, 2, 3, 4, 5].flatMap((p) => typed(p, 300, 5 * DAY).map((set) => llrOf(set) ?? 0));
    const above = mated.flatMap((m) => nonMated.map((n) => (m > n ? 1 : 0)));
    expect(above.reduce<number>((sum, one) => sum + one, 0) / above.length).toBeGreaterThan(0.9);
  });

  test("a reference takes at most a kilobyte and a window's evidence says which families spoke", () => {
    expect(reference.payload.length).toBeLessThanOrEqual(1024);
    const evidence = habitus.compare(reference, typed(0, 60, 5 * DAY)[0] as FeatureSet); // 60 keystrokes make a window
    if (evidence.kind !== "evidence") throw new Error("no evidence");
    expect(evidence.contributions.map(({ feature }) => feature).sort()).toEqual(
      ["dynamics", "habits", "hands", "levels", "regions", "shapes", "words"].sort(),
    );
    expect(evidence.contributions.reduce((sum, { share }) => sum + Math.abs(share), 0)).toBeCloseTo(1, 9);
  });

  test("who takes over in the middle of a sitting is noticed within four windows, and trust falls", () => {
    const own = typed(0, 300, 5 * DAY);
    const until = own.at(-1)?.endedAt ?? 0;
    const other = typed(3, 200, until + 5000);
    let sitting: Parameters<NonNullable<typeof habitus.follow>>[2];
    let trust = habitus.trust.initial();
    const values = [...own, ...other].map((set) => {
      const next = habitus.follow?.(reference, set, sitting);
      sitting = next?.sitting;
      if (next?.evidence.kind === "evidence") trust = habitus.trust.update(trust, next.evidence);
      return habitus.trust.read(trust).value ?? 1;
    });
    expect(Math.min(...values.slice(0, own.length))).toBeGreaterThan(habitus.policy.stepUpBelow);
    expect(Math.min(...values.slice(own.length, own.length + 4))).toBeLessThan(habitus.policy.stepUpBelow);
    expect(JSON.stringify(sitting).length).toBeLessThan(2500);
  });
});

test("enrolment is additive: what is learnt does not depend on the order of the samples", () => {
  const samples = [...typed(2, 200, DAY), ...typed(2, 200, 2 * DAY)];
  const probe = typed(2, 100, 4 * DAY)[0];
  if (probe === undefined) throw new Error("no window");
  const forward = llrOf(probe, enrolled(samples, 3 * DAY));
  expect(llrOf(probe, enrolled([...samples].reverse(), 3 * DAY))).toBe(forward);
});

test("more sittings make surer, and too little typing enrols nobody", () => {
  const failed = habitus.enrol(typed(0, 60, DAY), { background: [], random: createRandom(1), now: 2 * DAY });
  expect(failed).toMatchObject({ kind: "failureToEnrol", reason: "tooFewSamples", need: 2, missing: 1 });
  const one = enrolled(typed(0, 300, DAY), 3 * DAY);
  const three = enrolled(
    [DAY, 1.2 * DAY, 1.4 * DAY].flatMap((at) => typed(0, 300, at)),
    3 * DAY,
  );
  const mean = (against: Reference): number => {
    const llrs = typed(0, 400, 6 * DAY).map((set) => llrOf(set, against) ?? 0);
    return llrs.reduce((sum, llr) => sum + llr, 0) / llrs.length;
  };
  expect(mean(three)).toBeGreaterThan(mean(one));
});

test("a reference of another background is never compared", () => {
  const foreign = { ...reference, comparator: "plda@1:another" };
  const [probe] = typed(0, 60, 5 * DAY);
  if (probe === undefined) throw new Error("no window");
  expect(() => habitus.compare(foreign, probe)).toThrow(/enrol again/);
  expect(() => habitus.compare({ ...reference, payload: reference.payload.slice(0, 40) }, probe)).toThrow(
    /cannot be read/,
  );
});

describe("what is not somebody typing", () => {
  const keys = (count: number, make: (i: number) => Partial<Keystroke>): Keystroke[] =>
    Array.from({ length: count }, (_, i) => ({
      zone: KEY_ZONES[i % 7] ?? "space",
      pressAt: 1e12 + i * 150,
      releaseAt: 1e12 + i * 150 + 90,
      ...make(i),
    }));
  test.each([
    ["releases that never came", keys(50, () => ({ releaseAt: undefined }))],
    ["everything in one instant", keys(50, () => ({ pressAt: 1e12, releaseAt: 1e12 }))],
    ["one key drummed on", keys(50, () => ({ zone: "leftHome" }))],
    ["too few keys", keys(8, () => ({}))],
  ])("%s: no evidence", (_, keystrokes) => {
    expect(habitus.compare(reference, habitus.extractor.extract(window(keystrokes))).kind).toBe("noEvidence");
  });

  test("a clock of 16 ms leaves the evidence about what it was", () => {
    const coarse = (set: readonly Keystroke[]): Keystroke[] =>
      set.map(({ zone, pressAt, releaseAt = pressAt }) => ({
        zone,
        pressAt: Math.floor(pressAt / 16) * 16,
        releaseAt: Math.floor(releaseAt / 16) * 16,
      }));
    const who = people[0];
    if (who === undefined) throw new Error("nobody");
    const events = typeText(who, { keystrokes: 100, startAt: 5 * DAY, random: createRandom(5) });
    const { windows } = habitus.segmenter.push(habitus.segmenter.initial(), events, 0.1);
    const [sample] = windows.filter((one) => one.kind === "sample");
    if (sample === undefined) throw new Error("no window");
    const fine = llrOf(habitus.extractor.extract(sample)) ?? 0;
    const rough = llrOf(habitus.extractor.extract(window(coarse(sample.keystrokes)))) ?? 0;
    expect(Math.abs(fine - rough)).toBeLessThan(4);
  });

  test("whatever comes, evidence is bounded or absent", () => {
    const keystroke = fc.record({
      zone: fc.constantFrom(...KEY_ZONES),
      pressAt: fc.integer({ min: 0, max: 100_000 }),
      held: fc.option(fc.integer({ min: -50, max: 5000 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(keystroke, { maxLength: 120 }), (list) => {
        const keystrokes = list
          .sort((a, b) => a.pressAt - b.pressAt)
          .map(({ zone, pressAt, held }) => ({
            zone,
            pressAt,
            releaseAt: held === undefined ? undefined : pressAt + held,
          }));
        const evidence = habitus.compare(reference, habitus.extractor.extract(window(keystrokes)));
        if (evidence.kind === "evidence") expect(Math.abs(evidence.llr)).toBeLessThanOrEqual(20);
      }),
      { numRuns: 60 },
    );
  });

  test("10,000 keys at once are windows like any others", () => {
    const sets = typed(1, 10_000, 7 * DAY);
    expect(sets.length).toBeGreaterThan(350);
    for (const set of sets.slice(0, 20)) expect(Number.isFinite(llrOf(set))).toBe(true);
  });
});
