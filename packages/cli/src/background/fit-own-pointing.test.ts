import { type FeatureSet, habitus, rhythmExtractor, strokesExtractor } from "@habitus/core";
import { createPopulation, session } from "@habitus/core/attacks";
import { expect, test } from "vitest";
import { fitOwnPointing } from "./fit-own-pointing.ts";
import { pointingOf, sittingsOf, typingOf } from "./sittings.ts";

const DAY_MS = 86_400_000;
const MIX = { type: 0.4, point: 1, scroll: 0.1, navigate: 0.1, read: 0 };
const ABOUT = { application: "shop", date: "2026-01-31", software: "test", onProgress: () => undefined };

function windowsOf(person: number, days: readonly number[]): FeatureSet[] {
  const [who] = createPopulation(person + 1, 7).slice(-1);
  if (who === undefined) throw new Error("nobody");
  return days.flatMap((day) => {
    const events = session(who, { startAt: day * DAY_MS, durationMs: 120_000, seed: day, mix: MIX });
    const { windows } = habitus.segmenter.push(habitus.segmenter.initial(), events, 0.1);
    return windows.flatMap((window) => (window.kind === "sample" ? [habitus.extractor.extract(window)] : []));
  });
}
const why = (people: readonly (readonly FeatureSet[])[]): string => {
  const learnt = fitOwnPointing(people.map(sittingsOf), ABOUT);
  return learnt.kind === "tooLittle" ? learnt.why : "learnt";
};

test("windows come back by sitting, each as its own extractor made it", () => {
  const sittings = sittingsOf(windowsOf(0, [1, 2, 3]));
  expect(sittings).toHaveLength(3);
  const [typing, pointing] = [sittings.flatMap(typingOf), sittings.flatMap(pointingOf)];
  expect(typing.length).toBeGreaterThan(0);
  expect(pointing.length).toBeGreaterThan(0);
  for (const { values } of typing) expect(values).toHaveLength(rhythmExtractor.featureNames.length);
  for (const { values } of pointing) {
    expect(values).toHaveLength(strokesExtractor.featureNames.length);
    expect(values.some(Number.isFinite)).toBe(true);
  }
  const overlaps = typing.filter(({ startedAt }, i) => startedAt < (typing[i - 1]?.endedAt ?? 0));
  expect(overlaps).toEqual([]);
});

test("too few people, and too few who came back, are said with what is needed", () => {
  const once = windowsOf(0, [1]);
  const twice = windowsOf(1, [1, 2]);
  const enough = 10;
  expect(pointingOf(once).length).toBeGreaterThanOrEqual(enough);
  expect(why(Array.from({ length: 15 }, () => twice))).toContain("15 people have 10 windows of pointing or more");
  const pointed = once.filter(({ pointerEvents }) => pointerEvents > 0).slice(0, enough - 1);
  expect(why([...Array.from({ length: 15 }, () => twice), pointed])).toContain("at least 16 are needed");
  const few = [...Array.from({ length: 12 }, () => once), ...Array.from({ length: 5 }, () => twice)];
  expect(why(few)).toContain("5 of 17 people pointed in two sittings or more, at least 6 are needed");
});
