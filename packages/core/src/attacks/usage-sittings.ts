import type { FeatureSet } from "../features/extractor.ts";
import { factsOf } from "../features/usage/circumstances.ts";
import { emptyPending, readFacts } from "../features/usage/read-facts.ts";
import { usageSet } from "../features/usage/usage-set.ts";
import { createRandom } from "../math/random.ts";
import type { SimulatedPerson } from "./person.ts";
import { session } from "./session.ts";
import { circumstancesOf, comesOn, startOfSession } from "./start-of-session.ts";

export interface UsageSittingsOptions {
  readonly sittings: number;
  readonly minutes: number;
  readonly seed: number;
  /** Midnight (UTC) of the first day. */
  readonly from: number;
}

/** More reading and clicking than typing: an application that is used, not a form that is filled in. */
const MIX = { type: 0.2, point: 0.25, scroll: 0.15, navigate: 0.25, read: 0.15 };
const DAY_MS = 86_400_000;

/** Returns the windows of usage of so many sittings of a simulated person, on the days on which that person comes, circumstances first. */
export function usageSittings(
  person: SimulatedPerson,
  { sittings, minutes, seed, from }: UsageSittingsOptions,
): FeatureSet[][] {
  const random = createRandom(person.seed ^ Math.imul(seed + 1, 0x9e3779b1));
  const list: FeatureSet[][] = [];
  for (let day = 0; list.length < sittings && day < 100 * sittings; day += 1) {
    const dayAt = from + day * DAY_MS;
    if (!comesOn(person, dayAt, random)) continue;
    const startAt = startOfSession(person, dayAt, random);
    const place = circumstancesOf(person, random);
    const facts = factsOf(place);
    const travels = place === person.usage.elsewhere && random() < 0.5;
    const events = session(travels ? onTheRoad(person) : person, {
      startAt,
      durationMs: minutes * 60_000,
      seed: seed * 1000 + day,
      mix: MIX,
    });
    const { sets } = readFacts(emptyPending(), events);
    list.push([usageSet(facts, startAt, startAt), ...sets]);
  }
  return list;
}

/** Away from the desk: the notebook's own screen and trackpad. */
function onTheRoad(person: SimulatedPerson): SimulatedPerson {
  const screen = { viewport: "laptop", widthPx: 1280, heightPx: 680, pixelRatio: 1.5 } as const;
  const scrolling = { ...person.scrolling, device: "trackpad", stepPx: 28, steps: 22, everyMs: 16.7 } as const;
  return { ...person, scrolling, usage: { ...person.usage, ...screen } };
}
