import { expect, test } from "vitest";
import { createPopulation, typeText } from "../attacks/index.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { createRandom } from "../math/random.ts";
import { habitus } from "./habitus.ts";
import type { Sitting } from "./system.ts";

const DAY_MS = 86_400_000;
const people = createPopulation(6, 11);

function typed(person: number, keystrokes: number, startAt: number): FeatureSet[] {
  const who = people[person];
  if (who === undefined) throw new Error("no such person");
  const events = typeText(who, { keystrokes, startAt, random: createRandom(person) });
  const { windows } = habitus.segmenter.push(habitus.segmenter.initial(), events, 0.1);
  return windows.flatMap((window) => (window.kind === "sample" ? [habitus.extractor.extract(window)] : []));
}

const made = habitus.enrol([...typed(0, 300, DAY_MS), ...typed(0, 300, 2 * DAY_MS)], {
  background: [],
  random: createRandom(1),
  now: 3 * DAY_MS,
});
if (made.kind !== "enrolment") throw new Error(made.reason);
const { reference } = made;

/** Trust after each window. */
function follow(sets: readonly FeatureSet[]): number[] {
  let sitting: Sitting | undefined;
  let trust = habitus.trust.initial();
  return sets.map((set) => {
    const next = habitus.follow?.(reference, set, sitting);
    sitting = next?.sitting;
    if (next?.evidence.kind === "evidence") trust = habitus.trust.update(trust, next.evidence);
    return habitus.trust.read(trust).value ?? 1;
  });
}

const own = typed(0, 300, 5 * DAY_MS);
const until = own.at(-1)?.endedAt ?? 0;

test.each([0, 600_000, -1_000, -60_000, -600_000, -3_600_000, -5 * DAY_MS])(
  "somebody different who takes over is noticed although the page's clock goes wrong by %i ms",
  (clockGoesMs) => {
    const values = follow([...own, ...typed(4, 200, until + 5_000 + clockGoesMs)]);
    expect(Math.min(...values.slice(0, own.length))).toBeGreaterThan(habitus.policy.stepUpBelow);
    expect(values.at(-1)).toBeLessThan(habitus.policy.lockBelow);
  },
);

test("somebody different who sits down after a pause is noticed, however well it began", () => {
  const values = follow([...own, ...typed(1, 200, until + 3_600_000)]);
  expect(values[own.length - 1]).toBeGreaterThan(0.92);
  expect(Math.min(...values.slice(own.length))).toBeLessThan(habitus.policy.stepUpBelow);
});

test("the owner who comes back after a pause is not challenged", () => {
  expect(Math.min(...follow([...own, ...typed(0, 300, until + 3_600_000)]))).toBeGreaterThan(
    habitus.policy.stepUpBelow,
  );
});

test("what a reference was learnt from does not speak for it: with a newer reference the sitting begins anew", () => {
  const sets = typed(0, 400, 5 * DAY_MS);
  const [early, late] = [3, 8].map((count) => {
    const samples = sets.slice(0, count);
    const now = samples.at(-1)?.endedAt ?? 0;
    const learnt = habitus.enrol(samples, { background: [], random: createRandom(1), now });
    if (learnt.kind !== "enrolment") throw new Error(learnt.reason);
    return learnt.reference;
  });
  if (early === undefined || late === undefined) throw new Error("two references were made");
  let sitting: Sitting | undefined;
  for (const set of sets.slice(3, 8)) sitting = habitus.follow?.(early, set, sitting).sitting;
  const next = sets[8];
  if (next === undefined) throw new Error("there are more windows");
  expect(habitus.follow?.(late, next, sitting)).toEqual(habitus.follow?.(late, next, undefined));
  expect(habitus.follow?.(early, next, sitting)).not.toEqual(habitus.follow?.(early, next, undefined));
});

/** Follows windows as the service does: a step-up is asked for where trust is too low, and passed. */
function followPassing(sets: readonly FeatureSet[]): {
  readonly asked: number[];
  readonly sitting: Sitting | undefined;
} {
  let sitting: Sitting | undefined;
  let trust = habitus.trust.initial();
  const asked: number[] = [];
  sets.forEach((set, i) => {
    const next = habitus.follow?.(reference, set, sitting);
    sitting = next?.sitting;
    if (next?.evidence.kind === "evidence") trust = habitus.trust.update(trust, next.evidence);
    if ((habitus.trust.read(trust).value ?? 1) >= habitus.policy.stepUpBelow) return;
    asked.push(i);
    trust = habitus.trust.reset(trust);
    sitting = sitting === undefined ? undefined : habitus.confirm?.(sitting);
  });
  return { asked, sitting };
}

test("whoever types unlike himself today is asked once, not again and again, and is guarded all the same", () => {
  // Somebody whose typing today is another's, and who proves to be who he says.
  const today = typed(4, 800, 5 * DAY_MS);
  const end = today.at(-1)?.endedAt ?? 0;
  const { asked, sitting } = followPassing(today);
  expect(asked.length).toBe(1);
  expect(JSON.stringify(sitting).length).toBeLessThan(2000);
  const { asked: again } = followPassing([...today, ...typed(2, 300, end + 5000)]);
  expect(again.filter((place) => place < today.length).length).toBe(1);
  const noticed = again.find((place) => place >= today.length);
  expect(noticed).toBeDefined();
  expect((noticed ?? 99) - today.length).toBeLessThan(6);
});

test("where hands changed, a passed step-up proves only who is there now: the sitting begins anew", () => {
  const { asked } = followPassing([...own, ...typed(4, 200, until + 5000)]);
  expect(asked.length).toBeGreaterThan(0);
  let sitting: Sitting | undefined;
  for (const set of [...own, ...typed(4, 100, until + 5000)])
    sitting = habitus.follow?.(reference, set, sitting).sitting;
  const confirmed = sitting === undefined ? undefined : habitus.confirm?.(sitting);
  expect((confirmed as { readonly keystroke?: unknown } | undefined)?.keystroke).toBeNull();
});
