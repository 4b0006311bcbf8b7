import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Reference } from "../comparison/comparator.ts";
import { CoreError } from "../error.ts";
import type { Event } from "../events/event.ts";
import { createRandom, gaussian } from "../math/random.ts";
import { band } from "../policy/band.ts";
import { decide } from "../policy/decide.ts";
import { baseline, forestLlr } from "./baseline.ts";
import { baselinePrinted, printedConfidence } from "./baseline-printed.ts";
import { findSystem, systems } from "./index.ts";

interface Person {
  readonly intervalMs: number;
  readonly holdMs: number;
}
const OWNER: Person = { intervalMs: 150, holdMs: 85 };
const IMPOSTOR: Person = { intervalMs: 330, holdMs: 145 };

function typing({ intervalMs, holdMs }: Person, count: number, seed: number): Event[] {
  const random = createRandom(seed);
  const events: Event[] = [];
  let at = 1_700_000_000_000;
  for (let press = 0; press < count; press += 1) {
    at += Math.round(10 * Math.max(20, intervalMs * Math.exp(0.4 * gaussian(random)))) / 10;
    const up = at + Math.round(10 * Math.max(15, holdMs * Math.exp(0.2 * gaussian(random)))) / 10;
    const common = { kind: "key", zone: "leftHome", press, shortcut: false } as const;
    events.push({ ...common, at, phase: "down" }, { ...common, at: up, phase: "up" });
  }
  return events.sort((left, right) => left.at - right.at);
}
const features = (events: readonly Event[], quantumMs = 0.1) =>
  baseline.segmenter
    .push(baseline.segmenter.initial(), events, quantumMs)
    .windows.flatMap((window) => (window.kind === "sample" ? [baseline.extractor.extract(window)] : []));

function enrolled(): Reference {
  const background = baseline.background(300, 1);
  const enrolment = baseline.enrol(features(typing(OWNER, 400, 1)), { background, random: createRandom(2), now: 0 });
  if (enrolment.kind !== "enrolment") throw new Error(enrolment.reason);
  return enrolment.reference;
}
const reference = enrolled();
const evidenceOf = (events: readonly Event[], quantumMs = 0.1, system = baseline) =>
  features(events, quantumMs).flatMap((probe) => {
    const evidence = system.compare(reference, probe);
    return evidence.kind === "evidence" ? [evidence] : [];
  });

describe("from events to a decision", () => {
  const readingOf = (events: readonly Event[], system = baseline) => {
    const evidence = evidenceOf(events, 0.1, system);
    const state = evidence.reduce((so, one) => system.trust.update(so, one), system.trust.initial());
    return { evidence, reading: system.trust.read(state) };
  };
  const decisionOn = (events: readonly Event[]) => {
    const { evidence, reading } = readingOf(events);
    const now = { at: 1, enrolment: "enrolled", previous: undefined, stepUp: "none" } as const;
    return { decision: decide(baseline.policy, { ...now, reading, evidence }), band: band(baseline.policy, reading) };
  };

  test("the enrolled subject continues, somebody else is asked for a step-up, each with the reason", () => {
    for (const seed of [11, 12, 13]) {
      const own = decisionOn(typing(OWNER, 200, seed));
      expect(own).toMatchObject({ band: "high", decision: { kind: "continue", reasons: [{ code: "typingMatches" }] } });
      const other = decisionOn(typing(IMPOSTOR, 200, seed));
      expect(other).toMatchObject({ band: "low", decision: { kind: "stepUp" } });
      expect(other.decision.reasons.map(({ code }) => code)).toEqual(["typingDiffers", "trustBelowStepUp"]);
      expect(other.decision.reasons[0]?.share).toBeLessThan(0);
    }
  });

  test("the printed rule accepts the impostor that the score refuses", () => {
    const impostor = typing(IMPOSTOR, 200, 21);
    expect(readingOf(impostor).reading.value).toBeLessThan(0.3);
    expect(readingOf(impostor, baselinePrinted).reading.value).toBeGreaterThanOrEqual(baseline.policy.stepUpBelow);
  });

  test("evidence has the sign of its score, its source, and the features that spoke loudest", () => {
    for (const evidence of [...evidenceOf(typing(OWNER, 80, 5)), ...evidenceOf(typing(IMPOSTOR, 80, 5))]) {
      expect(Math.sign(evidence.llr)).toBe(Math.sign(evidence.score - 0.5));
      expect(evidence).toMatchObject({ source: "baseline@1", modalities: ["keystroke"], quality: 1, keystrokes: 50 });
      const shares = evidence.contributions.map(({ share }) => Math.abs(share));
      expect(shares).toHaveLength(3);
      expect(shares).toEqual([...shares].sort((left, right) => right - left));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
      expect(evidence.contributions.every(({ feature }) => !feature.startsWith("mouse"))).toBe(true);
    }
  });
});

describe("absence", () => {
  test("a modality that was not enrolled gives no evidence, never a score", () => {
    const pointer = baseline.background(30, 4).filter(({ keystrokes }) => keystrokes === 0);
    expect(pointer.length).toBeGreaterThan(0);
    for (const probe of pointer)
      expect(baseline.compare(reference, probe)).toEqual({
        kind: "noEvidence",
        reason: "notEnrolled",
        at: probe.endedAt,
      });
  });

  test("a reference of another version is never compared", () => {
    const [probe] = features(typing(OWNER, 60, 3));
    if (probe === undefined) throw new Error("no window");
    for (const other of [{ comparator: "random-forest@0" }, { extractor: "tutorial@2" }])
      expect(() => baseline.compare({ ...reference, ...other }, probe)).toThrow(CoreError);
  });

  test("whatever the timing, there is a typed absence or a probability, never a wild score", () => {
    const distort = fc.record({
      seed: fc.nat(),
      quantum: fc.constantFrom(0.1, 1, 16, 100),
      lostReleases: fc.constantFrom(0, 0.1, 0.5, 1),
      frozen: fc.boolean(),
      backwards: fc.constantFrom(0, 5, 5000),
      swapped: fc.boolean(),
    });
    fc.assert(
      fc.property(distort, ({ seed, quantum, lostReleases, frozen, backwards, swapped }) => {
        const random = createRandom(seed);
        const events = typing(OWNER, 150, seed)
          .filter((event) => event.kind !== "key" || event.phase === "down" || random() >= lostReleases)
          .map((event, i) => ({
            ...event,
            at: frozen
              ? 1_700_000_000_000
              : quantum * Math.floor((event.at - (i % 40 === 39 ? backwards : 0)) / quantum),
          }));
        if (swapped) events.reverse();
        for (const window of baseline.segmenter.push(baseline.segmenter.initial(), events, quantum).windows) {
          if (window.kind === "failureToAcquire") continue;
          const evidence = baseline.compare(reference, baseline.extractor.extract(window));
          if (evidence.kind !== "evidence") continue;
          expect(evidence.score >= 0 && evidence.score <= 1).toBe(true);
          expect(Math.abs(evidence.llr)).toBeLessThan(4.7); // log((100 + 1) / 1) = 4.615
          expect(evidence.contributions.every(({ share }) => Number.isFinite(share))).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("scores", () => {
  test("the llr is symmetric, finite at the ends and 0 at one half", () => {
    expect(forestLlr(1)).toBeCloseTo(Math.log(101), 10);
    expect(forestLlr(0)).toBeCloseTo(-Math.log(101), 10);
    expect(forestLlr(0.5)).toBe(0);
  });

  test("the printed confidence of a certain impostor is 1", () => {
    expect(printedConfidence(0)).toBe(1);
    expect(printedConfidence(1)).toBe(1);
    expect(printedConfidence(0.5)).toBe(0.5);
  });
});

test("systems are found by their own name and by no other", () => {
  for (const [name, system] of Object.entries(systems)) {
    expect(system.name).toBe(name);
    expect(findSystem(name)).toBe(system);
  }
  for (const wrong of ["", "nothing", "constructor", "__proto__", "toString"])
    expect(findSystem(wrong)).toBeUndefined();
});
