import { createRandom, gaussian, integer, rhythmExtractor } from "@habitus/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findRunnable } from "../experiments/index.ts";
import { linkability } from "../metrics/unlinkability.ts";
import { quantise } from "../recordings/quantise.ts";
import type { Recording } from "../recordings/recording.ts";
import { createProgress } from "../running/progress.ts";
import type { Row } from "../running/row.ts";
import { temporarySets } from "../simulated/temporary-sets.ts";
import { labSystems } from "../systems/index.ts";
import { keysLeft } from "./guess-keys.ts";
import { editDistance, guessBySets, guessByZones, type Typed } from "./guess-sentences.ts";

describe("linkability", () => {
  test("is 1 where the two kinds of pairs never look alike, 0 where they look the same", () => {
    expect(linkability([1, 1, 1], [0, 0, 0])).toBeCloseTo(1, 12);
    expect(linkability([0, 1, 0, 1], [0, 1, 0, 1])).toBe(0);
    expect(linkability([2, 2], [2, 2, 2])).toBe(0);
  });

  test("is what the formula gives by hand: half of the mated pairs look like every second other one", () => {
    // p = 1/2, 1/2 and q = 1/4, 3/4 at two scores: D at the first is (1/2 - 1/4) / (1/2 + 1/4) = 1/3, at the second 0; D_sys = 1/2 * 1/3.
    expect(linkability([0, 1], [0, 1, 1, 1])).toBeCloseTo(1 / 6, 12);
  });
});

describe("a coarser clock", () => {
  const recording: Recording = {
    id: "a/1",
    subject: "a",
    session: "1",
    order: 0,
    keys: {
      zone: Uint8Array.of(0, 1),
      pressAt: Float64Array.of(1003, 1019),
      releaseAt: Float64Array.of(1015, Number.NaN),
    },
    pointer: undefined,
    timings: Float64Array.of(1),
    label: "",
  };
  test("brings each time down to its tick, and what was derived from finer times is gone", () => {
    const { keys, timings } = quantise(recording, 8);
    expect([...(keys?.pressAt ?? [])]).toEqual([1000, 1016]);
    expect([...(keys?.releaseAt ?? [])]).toEqual([1008, Number.NaN]);
    expect(timings).toBeUndefined();
  });
  test("of no tick leaves all as it is; one that is no time is refused", () => {
    expect(quantise(recording, 0)).toBe(recording);
    for (const tick of [-1, Number.NaN]) expect(() => quantise(recording, tick)).toThrow(RangeError);
  });
});

describe("whoever guesses text", () => {
  const random = createRandom(9);
  const COLUMNS = rhythmExtractor.featureNames.length;
  const sentences = [7, 8, 9, 10];
  const lines = sentences.map(() => Uint8Array.from({ length: 40 }, () => integer(random, 8)));
  const habits = sentences.map(() => Float64Array.from({ length: COLUMNS }, () => gaussian(random)));
  const typed = (place: number, subject: string): Typed => {
    const zones = (lines[place] ?? new Uint8Array(0)).slice();
    zones[integer(random, 40)] = 9;
    const values = (habits[place] ?? new Float64Array(0)).map((value) => value + gaussian(random));
    const set = {
      extractor: "rhythm@1",
      values,
      startedAt: 0,
      endedAt: 1,
      keystrokes: 40,
      pointerEvents: 0,
      quantumMs: 1,
      modalities: ["keystroke"],
    };
    return { subject, sentence: sentences[place] ?? 0, zones, set: set as unknown as Typed["set"] }; // safe: what is read of a set is here
  };
  const known = sentences.flatMap((_, i) => Array.from({ length: 6 }, (_, j) => typed(i, `known-${j}`)));

  test("counts the fewest changes from one order of regions to another", () => {
    const of = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    expect(editDistance(of("kitten"), of("sitting"))).toBe(3);
    expect(editDistance(of(""), of("abc"))).toBe(3);
    expect(editDistance(of("abc"), of("abc"))).toBe(0);
  });

  test("finds the sentence from regions in order although a key was mistyped", () => {
    const guess = guessByZones(known, sentences);
    sentences.forEach((_, i) => {
      const scores = guess(typed(i, "new"));
      expect(scores.indexOf(Math.max(...scores))).toBe(i);
    });
  });

  test("needs letters to be told apart by their regions: keys of one region are never guessed better than the commonest", () => {
    // Q, W and E are of one region: two thirds are E, whatever stands beside them.
    const [Q, W, E] = [81, 87, 69];
    const codes = Array.from({ length: 600 }, (_, i) => [E, E, E, E, Q, W][(i * 7) % 6] ?? E);
    const shuffled = codes.map((_, i) => codes[(i * 367) % 600] ?? E);
    const left = keysLeft([shuffled], [shuffled]);
    expect(left.lettersRightGivenZone).toBeCloseTo(4 / 6, 2);
    // Entropy of 2/3, 1/6, 1/6 = 1.2516 bits.
    expect(left.letterBitsGivenZone).toBeCloseTo(1.2516, 2);
  });

  test("who has sets of too few copies is told so", () => {
    expect(() => guessBySets(known.slice(0, 3), sentences)).toThrow(RangeError);
  });
});

describe("on simulated people", () => {
  let sets: ReturnType<typeof temporarySets>;
  beforeAll(() => {
    sets = temporarySets(10);
  });
  afterAll(() => sets.remove());
  const run = async (
    name: string,
    wanted: { readonly systems: readonly string[]; readonly protocols: readonly string[] },
  ): Promise<readonly Row[]> => {
    const outcome = await findRunnable(name)?.run({
      folders: { data: sets.root, background: undefined, test: undefined },
      seed: 1,
      systems: labSystems.filter((system) => wanted.systems.includes(system.name)),
      progress: createProgress(),
      protocols: wanted.protocols,
      onProtocol: async () => {},
      onScores: async () => {},
    });
    return outcome?.rows ?? [];
  };

  test("references that are turned judge as plain ones do, and codes nearly so", { timeout: 60_000 }, async () => {
    const [plain, turned, code] = await run("protect", {
      systems: ["plain", "rotated", "code-1024"],
      protocols: ["M50-G5"],
    });
    expect(turned?.auc.value).toBeCloseTo(plain?.auc.value ?? 0, 6);
    expect(Math.abs((code?.auc.value ?? 0) - (plain?.auc.value ?? 1))).toBeLessThan(0.05);
  });

  test("a clock of two milliseconds hardly changes anything", { timeout: 60_000 }, async () => {
    const [own, one] = await run("quantise", { systems: ["tick-0-shipped", "tick-2-shipped"], protocols: ["M50-G5"] });
    expect(own?.mated).toBeGreaterThan(0);
    expect(Math.abs((one?.auc.value ?? 0) - (own?.auc.value ?? 1))).toBeLessThan(0.03);
  });

  test("guessing sentences without what was copied is said to need it", async () => {
    await expect(run("leak", { systems: [], protocols: ["sentence"] })).rejects.toThrow(/sections/);
  });
});
