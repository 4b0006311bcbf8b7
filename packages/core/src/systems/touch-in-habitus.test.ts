import { expect, test } from "vitest";
import { createPopulation, createTouchers, session, touchSession } from "../attacks/index.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { createRandom } from "../math/random.ts";
import { habitus } from "./habitus.ts";
import { touch } from "./touch.ts";

const DAY = 86_400_000;
const [owner] = createPopulation(1, 977);
const [mine, theirs] = createTouchers(2, 44);
if (owner === undefined || mine === undefined || theirs === undefined) throw new Error("nobody");
const mix = { type: 1, point: 1, scroll: 0.1, navigate: 0.1, read: 0 };
const mainSets = [1, 2].flatMap((day) =>
  habitus.segmenter
    .push(habitus.segmenter.initial(), session(owner, { startAt: day * DAY, durationMs: 180_000, seed: day, mix }), 0.1)
    .windows.flatMap((window) => (window.kind === "sample" ? [habitus.extractor.extract(window)] : [])),
);
const touched = (who: typeof mine, day: number): readonly FeatureSet[] =>
  touch.push(touch.initial(), touchSession(who, { startAt: day * DAY, durationMs: 120_000, seed: day })).sets;
const samples = [...mainSets, ...touched(mine, 1), ...touched(mine, 2)];
const made = habitus.enrol(samples, { background: [], random: createRandom(1), now: 3 * DAY });
if (made.kind !== "enrolment") throw new Error(made.reason);
const { reference } = made;

function sum(who: typeof mine): number {
  let sitting: Parameters<NonNullable<typeof habitus.follow>>[2];
  let total = 0;
  for (const set of touched(who, 9)) {
    const next = habitus.follow?.(reference, set, sitting);
    sitting = next?.sitting;
    if (next?.evidence.kind !== "evidence") throw new Error("no evidence");
    expect(next.evidence).toMatchObject({ modalities: ["touch"], supporting: true, source: "habitus@1" });
    for (const { feature } of next.evidence.contributions) expect(["tap", "swipe", "soft"]).toContain(feature);
    total += next.evidence.llr;
  }
  return total;
}

test("touch supports what typing and pointing say, within its bound, and tells the owner's finger from another's", () => {
  const [own, other] = [sum(mine), sum(theirs)];
  expect(own).toBeGreaterThan(other);
  for (const one of [own, other]) expect(Math.abs(one)).toBeLessThanOrEqual(1.5 + 1e-9);
});

test("touch by itself enrols nobody, and somebody enrolled without it is not judged by it", () => {
  const alone = habitus.enrol(touched(mine, 1), { background: [], random: createRandom(1), now: 3 * DAY });
  expect(alone.kind).toBe("failureToEnrol");
  const without = habitus.enrol(mainSets, { background: [], random: createRandom(1), now: 3 * DAY });
  const [probe] = touched(mine, 9);
  if (without.kind !== "enrolment" || probe === undefined) throw new Error("not enrolled");
  expect(habitus.compare(without.reference, probe)).toMatchObject({ kind: "noEvidence", reason: "notEnrolled" });
});

test("what supports keeps its place in a reference", () => {
  const inOrder = habitus.supporting?.map(({ modality }) => modality);
  expect(inOrder).toEqual(["usage", "touch"]);
  const [probe] = touched(mine, 9);
  if (probe === undefined) throw new Error("no window");
  const copy = { ...reference, payload: reference.payload.slice() };
  expect(habitus.compare(copy, probe)).toEqual(habitus.compare(reference, probe));
});
