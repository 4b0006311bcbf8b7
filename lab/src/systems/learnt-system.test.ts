import { type FeatureSet, type Reference, tutorialExtractor } from "@habitus/core";
import { afterAll, describe, expect, it } from "vitest";
import { load } from "../datasets/load.ts";
import { monacoFree } from "../datasets/monaco/load.ts";
import { foldedBackground } from "../protocols/background.ts";
import { sittings } from "../protocols/sittings.ts";
import { compareAll } from "../running/compare.ts";
import { temporarySets } from "../simulated/temporary-sets.ts";
import { learntSystem, type Person, type Recipe } from "./learnt-system.ts";

const PEOPLE = 6;
const sets = temporarySets(PEOPLE);
afterAll(sets.remove);
const proposed = { keystrokes: 50, keystrokeStride: 10, pointerEvents: 200, pointerStride: 50 };
const own = { keystrokes: 40, keystrokeStride: 40, pointerEvents: 200, pointerStride: 200 };

/** Everybody scores 1; what it was told is kept. */
function spy(changes: Partial<Recipe> = {}) {
  const learnt: (readonly Person[])[] = [];
  const compared: (readonly FeatureSet[])[] = [];
  const reference: Reference = {
    kind: "reference",
    comparator: "spy@1",
    extractor: "tutorial@1",
    samples: 1,
    enrolledAt: 0,
    payload: new Uint8Array(0),
  };
  const report = { mated: 1, nonMated: 0, heldOutAccuracy: undefined, heldOut: 0, importances: [], featureNames: [] };
  const recipe: Recipe = {
    name: "spy",
    version: 1,
    extractor: tutorialExtractor,
    minimumSamples: 1,
    sufficientSamples: 2,
    windows: () => own,
    learn: (people) => {
      learnt.push(people);
      return {
        enrol: () => ({ kind: "enrolment", reference, report }),
        compare: (_, { endedAt }) => ({ kind: "noEvidence", reason: "failureToAcquire", at: endedAt }),
        compareAll: (_, probe) => {
          compared.push(probe);
          return { score: 1, llr: 0 };
        },
      };
    },
    ...changes,
  };
  return { recipe, learnt, compared };
}

async function protocolOf() {
  const { recordings } = await load(monacoFree, sets.root);
  const background = foldedBackground(recordings, { folds: 3, seed: 1 });
  return sittings(recordings, { enrol: 1, probesFrom: 3, probeKeys: 100, windows: proposed, background });
}

describe("a system that learns from a background", () => {
  it("learns once from each background, from people with their recordings apart and oldest first", async () => {
    const { recipe, learnt } = spy();
    const system = learntSystem(recipe);
    const protocol = await protocolOf();
    const task = { experiment: "x", protocol: "y", windows: proposed, seed: 1, phrase: false };
    await compareAll(protocol, system, { task });
    await compareAll(protocol, system, { task });
    // Three folds: three backgrounds without one fold, and three without two.
    expect(learnt).toHaveLength(6);
    for (const people of learnt)
      for (const { recordings } of people) {
        expect(recordings.length).toBeGreaterThan(1);
        const starts = recordings.map(([first]) => first?.startedAt ?? 0);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
      }
    expect(Math.max(...learnt.map(({ length }) => length))).toBe((PEOPLE * 2) / 3);
    expect(Math.min(...learnt.map(({ length }) => length))).toBe(PEOPLE / 3);
  });

  it("cuts windows of its own size and may judge those of a probe at once", async () => {
    const { recipe, compared } = spy();
    const task = { experiment: "x", protocol: "y", windows: proposed, seed: 1, phrase: false };
    const { attempts, failuresToAcquire } = await compareAll(await protocolOf(), learntSystem(recipe), { task });
    expect(failuresToAcquire).toBe(0);
    expect(compared).toHaveLength(attempts);
    for (const probe of compared) {
      expect(probe).toHaveLength(2);
      for (const { keystrokes } of probe) expect(keystrokes).toBe(own.keystrokes);
    }
  });

  it("sees altered feature sets when a feature is taken away from it", async () => {
    const { recipe, compared } = spy();
    const { anatomy } = learntSystem(recipe);
    const blind = anatomy?.changed((list) => list.map((set) => ({ ...set, values: set.values.map(() => 7) })));
    if (blind === undefined) throw new Error("no anatomy");
    const task = { experiment: "x", protocol: "y", windows: proposed, seed: 1, phrase: false };
    await compareAll(await protocolOf(), blind, { task });
    expect(new Set(compared.flat().flatMap(({ values }) => [...values]))).toEqual(new Set([7]));
  });
});
