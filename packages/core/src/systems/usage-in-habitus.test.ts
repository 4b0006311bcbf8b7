import { describe, expect, test } from "vitest";
import { createPopulation, session } from "../attacks/index.ts";
import type { Reference } from "../comparison/comparator.ts";
import type { Event } from "../events/event.ts";
import type { FeatureSet } from "../features/extractor.ts";
import type { Circumstances } from "../features/usage/circumstances.ts";
import { createRandom } from "../math/random.ts";
import { habitus } from "./habitus.ts";
import type { Sitting } from "./system.ts";
import { usage } from "./usage.ts";

const DAY = 86_400_000;
const HOME: Circumstances = { timeZone: "Europe/Vienna", country: "AT", language: "de-AT", network: "provider-3" };
const AWAY: Circumstances = { timeZone: "Asia/Tokyo", country: "JP", language: "ja-JP", network: "hotel" };
const people = createPopulation(4, 977);
const MIX = { type: 1, point: 1, scroll: 0.4, navigate: 0.6, read: 0.3 };

function events(person: number, day: number): Event[] {
  const who = people[person];
  if (who === undefined) throw new Error("no such person");
  return session(who, { startAt: day * DAY, durationMs: 240_000, seed: day, mix: MIX });
}
const mainSets = (list: readonly Event[]): FeatureSet[] =>
  habitus.segmenter
    .push(habitus.segmenter.initial(), list, 0.1)
    .windows.flatMap((window) => (window.kind === "sample" ? [habitus.extractor.extract(window)] : []));
const usageSets = (list: readonly Event[], where: Circumstances, at: number): FeatureSet[] => {
  const opening = usage.open(where, at);
  return [...(opening === undefined ? [] : [opening]), ...usage.push(usage.initial(), list).sets];
};
function enrolled(samples: readonly FeatureSet[], now = 10 * DAY): Reference {
  const made = habitus.enrol(samples, { background: [], random: createRandom(1), now });
  if (made.kind !== "enrolment") throw new Error(made.reason);
  return made.reference;
}
function follow(sets: readonly FeatureSet[], against: Reference) {
  let sitting: Sitting | undefined;
  let trust = habitus.trust.initial();
  const said = sets.map((set) => {
    const next = habitus.follow?.(against, set, sitting);
    sitting = next?.sitting;
    if (next?.evidence.kind === "evidence") trust = habitus.trust.update(trust, next.evidence);
    return next?.evidence;
  });
  return { said, reading: habitus.trust.read(trust), sitting };
}

const days = [1, 2, 3, 4, 5, 6];
const typed = days.flatMap((day) => mainSets(events(0, day)));
const used = days.flatMap((day) => usageSets(events(0, day), HOME, day * DAY));
const reference = enrolled([...typed, ...used]);

describe("usage beside typing and pointing", () => {
  test("usage by itself enrols nobody", () => {
    const made = habitus.enrol(used, { background: [], random: createRandom(1), now: 10 * DAY });
    expect(made).toMatchObject({ kind: "failureToEnrol", reason: "tooFewSamples" });
  });

  test("it is evidence that only supports: however much of it, there is no trust by it alone", () => {
    const { said, reading } = follow(usageSets(events(0, 12), HOME, 12 * DAY), reference);
    const found = said.filter((one) => one?.kind === "evidence");
    expect(found.length).toBeGreaterThan(2);
    for (const one of found)
      expect(one).toMatchObject({ supporting: true, modalities: ["usage"], source: "habitus@1" });
    expect(reading.value).toBeUndefined();
  });

  test("a sitting's usage says at most 2 nats, and a strange place less than its owner at home", () => {
    const sum = (person: number, where: Circumstances): number =>
      follow(usageSets(events(person, 12), where, 12 * DAY), reference).said.reduce(
        (total, one) => total + (one?.kind === "evidence" ? one.llr : 0),
        0,
      );
    const [own, travelling, other] = [sum(0, HOME), sum(0, AWAY), sum(2, AWAY)];
    for (const one of [own, travelling, other]) expect(Math.abs(one)).toBeLessThanOrEqual(2.001); // habits fade a little while it lasts;
    expect(own).toBeGreaterThan(0);
    expect(travelling).toBeLessThan(own);
    expect(other).toBeLessThan(travelling);
  });

  test("a stranger's usage does not lock out an owner who types as ever", () => {
    const typing = mainSets(events(0, 12));
    const strange = usageSets(events(2, 12), AWAY, 12 * DAY);
    const both = [...typing, ...strange].sort((left, right) => left.endedAt - right.endedAt);
    expect(follow(both, reference).reading.value ?? 0).toBeGreaterThan(habitus.policy.lockBelow);
  });

  test("a reference made without usage stays readable, judges as before, and usage is then no evidence", () => {
    const before = enrolled(typed);
    expect(before.comparator).toBe(reference.comparator);
    for (const set of mainSets(events(1, 12)).slice(0, 8))
      expect(habitus.compare(before, set)).toEqual(habitus.compare(reference, set));
    const [probe] = usageSets(events(0, 12), HOME, 12 * DAY);
    if (probe === undefined) throw new Error("no window");
    expect(habitus.compare(before, probe)).toMatchObject({ kind: "noEvidence", reason: "notEnrolled" });
  });

  test("habits of another version are not compared, and the rest of the reference is", () => {
    const plain = enrolled(typed);
    const payload = reference.payload.slice();
    let at = 0; // the parts are the same; where they end, the place of the habits stands, and their version after it
    while (plain.payload[at] === payload[at]) at += 1;
    payload[at + 1] = 99;
    const newer = { ...reference, payload };
    const [probe] = usageSets(events(0, 12), HOME, 12 * DAY);
    const [window] = mainSets(events(0, 12));
    if (probe === undefined || window === undefined) throw new Error("no window");
    expect(habitus.compare(newer, probe)).toMatchObject({ kind: "noEvidence", reason: "notEnrolled" });
    expect(habitus.compare(newer, window)).toEqual(habitus.compare(reference, window));
  });

  test("samples are counted without usage, and what is stored of a person stays below 4 kB", () => {
    expect(reference.samples).toBe(enrolled(typed).samples);
    expect(reference.payload.length).toBeLessThan(4096);
    const { sitting } = follow([...usageSets(events(0, 12), HOME, 12 * DAY)], reference);
    expect(JSON.stringify(sitting?.usage).length).toBeLessThanOrEqual(1024);
  });

  test("what supports is renewed by itself: habits that faded speak again, and the rest is as it was", () => {
    const later = 800;
    const fresh = [1, 2, 3, 4].flatMap((day) => usageSets(events(0, later + day), HOME, (later + day) * DAY));
    const renewed = habitus.renew?.(reference, fresh, { now: (later + 5) * DAY });
    if (renewed === undefined) throw new Error("not renewed");
    const probes = usageSets(events(0, later + 6), HOME, (later + 6) * DAY);
    const said = (against: Reference): number =>
      follow(probes, against).said.reduce((sum, one) => sum + (one?.kind === "evidence" ? Math.abs(one.llr) : 0), 0);
    expect(said(reference)).toBeLessThan(0.2);
    expect(said(renewed)).toBeGreaterThan(said(reference) + 0.3);
    for (const set of mainSets(events(1, 12)).slice(0, 6))
      expect(habitus.compare(renewed, set)).toEqual(habitus.compare(reference, set));
    expect([renewed.samples, renewed.enrolledAt]).toEqual([reference.samples, reference.enrolledAt]);
    expect(habitus.renew?.(reference, [], { now: 10 * DAY })).toBeUndefined();
  });
});
