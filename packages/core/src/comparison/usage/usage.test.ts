import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPopulation, usageSittings } from "../../attacks/index.ts";
import { CoreError } from "../../error.ts";
import { FACET_NAMES, FACETS, type UsageFact } from "../../features/usage/facets.ts";
import { factsOfSet, USAGE_WINDOW, usageSet } from "../../features/usage/usage-set.ts";
import { createRandom, integer } from "../../math/random.ts";
import { shuffle } from "../../math/stats.ts";
import { shippedUsage } from "../../models/shipped-usage.ts";
import { bagOf, countFacts } from "./bag.ts";
import { compareBag, compareFacet } from "./compare-bag.ts";
import { followUsage, type UsageSitting } from "./follow-usage.ts";
import { MOST_PER_FACT, MOST_PER_PLACE, MOST_PER_SITTING, USAGE_HALF_LIFE_MS } from "./usage-model.ts";
import { addUsageTo, habitsAt, learnUsage } from "./usage-reference.ts";

const DAY = 86_400_000;
const FROM = Date.UTC(2026, 0, 5);
const { model } = shippedUsage();
const people = createPopulation(12, 31);
const sittings = people.map((person) => usageSittings(person, { sittings: 9, minutes: 4, seed: 3, from: FROM }));
const [own = []] = sittings;
const NOW = own[6]?.[0]?.startedAt ?? 0;
const reference = learnUsage(own.slice(0, 6).flat(), NOW);
const habits = habitsAt(reference, NOW);
const bag = (facts: readonly UsageFact[]) => bagOf(countFacts(facts));
const anyFact = fc
  .record({ code: fc.nat(FACETS.length - 1), row: fc.nat(0xffff), value: fc.nat(0xffffff), known: fc.boolean() })
  .map(({ code, row, value, known }): UsageFact => {
    const facts = own.flat().flatMap(factsOfSet);
    const fact = facts[value % facts.length];
    return known && fact !== undefined ? fact : { facet: FACET_NAMES[code] ?? "page", row, value };
  });

describe("how a device is used, as evidence", () => {
  test("whatever comes, it is finite and bounded, a place bounded as a whole", () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 120 }), (facts) => {
        const { llr, facets } = compareBag(model, habits, bag(facts));
        expect(Math.abs(llr)).toBeLessThanOrEqual(MOST_PER_SITTING + 1e-9);
        const place = FACETS.reduce(
          (sum, { name }, i) => (["timeZone", "country", "network"].includes(name) ? sum + (facets[i] ?? 0) : sum),
          0,
        );
        expect(Math.abs(place)).toBeLessThanOrEqual(MOST_PER_PLACE + 1e-9);
      }),
      { numRuns: 300 },
    );
  });

  test("one fact says little: never more than a nat, whatever it is", () => {
    fc.assert(
      fc.property(anyFact, (fact) => {
        expect(Math.abs(compareBag(model, habits, bag([fact])).llr)).toBeLessThanOrEqual(MOST_PER_FACT + 1e-9);
      }),
      { numRuns: 500 },
    );
  });

  test("a value never seen speaks against the owner, and the habit for; both within bounds", () => {
    const language = own
      .flat()
      .flatMap(factsOfSet)
      .find(({ facet }) => facet === "language");
    if (language === undefined) throw new Error("no language");
    const usual = compareBag(model, habits, bag([language])).llr;
    const unusual = compareBag(model, habits, bag([{ ...language, value: language.value ^ 1 }])).llr;
    expect(usual).toBeGreaterThan(0);
    expect(unusual).toBeLessThan(0);
    expect(unusual).toBeGreaterThanOrEqual(-MOST_PER_FACT);
  });

  test("nothing seen, or nothing known, is exactly no evidence", () => {
    expect(compareBag(model, habits, bag([])).llr).toBe(0);
    const facts = own.slice(6).flat().flatMap(factsOfSet);
    expect(compareBag(model, bag([]), bag(facts)).llr).toBe(0);
    const onlyPages = bag(facts.filter(({ facet }) => facet === "page"));
    const { facets } = compareBag(model, habits, onlyPages);
    facets.forEach((one, code) => {
      if (FACETS[code]?.name !== "page") expect(one).toBe(0);
    });
  });

  test("the order of facts in a sitting does not matter, nor how they were cut into windows", () => {
    const facts = (own[7] ?? []).flatMap(factsOfSet).slice(0, 36);
    const inWindows = (list: readonly UsageFact[], size: number): number => {
      let before: UsageSitting | undefined;
      let sum = 0;
      for (let i = 0; i < list.length; i += size) {
        const at = NOW + i * 100;
        const next = followUsage(model, reference, { probe: usageSet(list.slice(i, i + size), at, at), before });
        before = next.sitting;
        sum += next.llr;
      }
      return sum;
    };
    const once = inWindows(facts, USAGE_WINDOW);
    for (let seed = 0; seed < 20; seed += 1) {
      const mixed = shuffle([...facts], createRandom(seed));
      expect(inWindows(mixed, 1 + (seed % USAGE_WINDOW))).toBeCloseTo(once, 3);
    }
  });

  test("what is repeated in a sitting says less each time", () => {
    const page = own
      .flat()
      .flatMap(factsOfSet)
      .find(({ facet }) => facet === "page");
    if (page === undefined) throw new Error("no page");
    const unknown = { ...page, value: 0x123456 };
    const told = (times: number) =>
      compareFacet(model, 0, { habits, seen: bag(new Array<UsageFact>(times).fill(unknown)) });
    // Against the bound of so many facts; the first says the most.
    const steps = [1, 2, 3, 4, 5, 6].map((times) => told(times) - told(times - 1));
    for (let i = 1; i < steps.length; i += 1)
      expect(Math.abs(steps[i] ?? 0)).toBeLessThanOrEqual(Math.abs(steps[i - 1] ?? 0));
  });

  test("habits fade by half in a half-life, and at last say nothing", () => {
    const later = habitsAt(reference, NOW + USAGE_HALF_LIFE_MS);
    habits.facets.forEach((rows, code) => {
      for (const [row, counts] of rows)
        for (const [value, count] of counts) expect(later.facets[code]?.get(row)?.get(value)).toBeCloseTo(count / 2, 9);
    });
    const facts = bag((own[7] ?? []).flatMap(factsOfSet));
    const after = [0, 2, 8, 40].map((times) =>
      Math.abs(compareBag(model, habitsAt(reference, NOW + times * USAGE_HALF_LIFE_MS), facts).llr),
    );
    expect(after[3]).toBeLessThan(0.01);
    expect(after[2]).toBeLessThan(after[0] ?? 0);
  });

  test("the owner is told from others on simulated people", () => {
    const mated: number[] = [];
    const others: number[] = [];
    sittings.forEach((mine, i) => {
      const now = mine[6]?.[0]?.startedAt ?? 0;
      const known = habitsAt(learnUsage(mine.slice(0, 6).flat(), now), now);
      sittings.forEach((theirs, j) => {
        for (const sets of theirs.slice(6))
          (i === j ? mated : others).push(compareBag(model, known, bag(sets.flatMap(factsOfSet))).llr);
      });
    });
    const above = mated.flatMap((m) => others.map((n) => (m > n ? 1 : m === n ? 0.5 : 0)));
    expect(above.reduce<number>((sum, one) => sum + one, 0) / above.length).toBeGreaterThan(0.85);
  });
});

describe("habits as they are kept", () => {
  test("a reference is additive: all at once is the same as first one part and later the other", () => {
    const all = own.slice(0, 8).flat();
    const now = all.at(-1)?.endedAt ?? 0;
    const first = own.slice(0, 4).flat();
    const then = first.at(-1)?.endedAt ?? 0;
    const stepwise = addUsageTo(learnUsage(first, then), own.slice(4, 8).flat(), now);
    const whole = learnUsage([...all].reverse(), now);
    expect(stepwise.samples).toBe(whole.samples);
    const seen = bag((own[8] ?? []).flatMap(factsOfSet));
    const [one, other] = [stepwise, whole].map((made) => compareBag(model, habitsAt(made, now), seen).llr);
    expect(one).toBeCloseTo(other ?? Number.NaN, 1); // counts are kept in 64ths
  });

  test("however much was seen, a reference takes 2 kB and a sitting 1 kB at most", () => {
    const random = createRandom(5);
    const facts = Array.from({ length: 5000 }, (): UsageFact => {
      const facet = FACET_NAMES[integer(random, FACET_NAMES.length)] ?? "page";
      return { facet, row: integer(random, 0x10000), value: integer(random, 0x1000000) };
    });
    const sets = Array.from({ length: 400 }, (_, i) => usageSet(facts.slice(i * 12, i * 12 + 12), NOW, NOW));
    expect(learnUsage(sets, NOW).payload.length).toBeLessThanOrEqual(2048);
    let before: UsageSitting | undefined;
    for (const probe of sets) before = followUsage(model, reference, { probe, before }).sitting;
    expect(JSON.stringify(before).length).toBeLessThanOrEqual(1024);
  });

  test("another version is never compared, and a damaged reference is told as one", () => {
    const codeOfThrown = (made: typeof reference): string | undefined => {
      try {
        habitsAt(made, NOW);
        return undefined;
      } catch (thrown) {
        return thrown instanceof CoreError ? thrown.code : String(thrown);
      }
    };
    expect(codeOfThrown({ ...reference, comparator: "usage-habits@0" })).toBe("versionMismatch");
    expect(codeOfThrown({ ...reference, extractor: "usage@0" })).toBe("versionMismatch");
    expect(codeOfThrown({ ...reference, payload: reference.payload.slice(0, -3) })).toBe("malformedReference");
    expect(codeOfThrown({ ...reference, payload: Uint8Array.of(9) })).toBe("malformedReference");
    const random = createRandom(7);
    for (let round = 0; round < 200; round += 1) {
      const payload = reference.payload.slice();
      for (let flips = 0; flips < 3; flips += 1) payload[integer(random, payload.length)] = integer(random, 256);
      expect([undefined, "malformedReference"]).toContain(codeOfThrown({ ...reference, payload }));
    }
    expect(() => learnUsage([{ ...usageSet([], NOW, NOW), extractor: "strokes@1" }], NOW)).toThrow(/not of strokes/);
  });

  test("a pause of half an hour, or a newer reference, begins a sitting anew", () => {
    const facts = (own[7] ?? []).flatMap(factsOfSet).slice(0, 12);
    const first = followUsage(model, reference, { probe: usageSet(facts, NOW, NOW), before: undefined });
    const later = usageSet(facts, NOW + DAY, NOW + DAY);
    const again = followUsage(model, reference, { probe: later, before: first.sitting });
    expect(again.llr).toBeCloseTo(again.alone, 9);
    const renewed = { ...reference, enrolledAt: reference.enrolledAt + 1 };
    const probe = usageSet(facts, NOW + 60_000, NOW + 60_000);
    const anew = followUsage(model, renewed, { probe, before: first.sitting });
    expect(anew.llr).toBeCloseTo(anew.alone, 9);
    const repeated = followUsage(model, reference, { probe, before: first.sitting });
    expect(Math.abs(repeated.llr)).toBeLessThan(Math.abs(repeated.alone));
  });
});
