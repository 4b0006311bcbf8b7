import type { FeatureSet } from "../../features/extractor.ts";
import { SITTING_PAUSE_MS } from "../../features/sittings.ts";
import { factsOfSet } from "../../features/usage/usage-set.ts";
import type { Reference } from "../comparator.ts";
import { type Bag, type BagEntry, bagOf, countFacts, entriesOf } from "./bag.ts";
import { compareBag, type UsageLlr } from "./compare-bag.ts";
import type { UsageModel } from "./usage-model.ts";
import { habitsAt } from "./usage-reference.ts";

/** What a sitting has shown of usage. Plain JSON, under 1 kB. */
export interface UsageSitting extends Readonly<Record<string, unknown>> {
  readonly kind: "usage";
  /** When the reference was made: with a newer one a sitting begins anew. */
  readonly enrolledAt: number;
  readonly until: number;
  /** Counts by `facet.row.value`, in base 36. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface FollowedUsage {
  /** What the window adds to those before it. */
  readonly llr: number;
  /** The window by itself, as a first one. */
  readonly alone: number;
  /** What each facet added, in the order of `FACETS`. */
  readonly facets: readonly number[];
  readonly sitting: UsageSitting;
}

const MOST_COUNTS = 40;
const MOST_TIMES = 250;

/** What sittings in memory have said: the next window begins there. One that was stored and read again is judged again. */
const said = new WeakMap<UsageSitting, UsageLlr>();

/**
 * Judges a window of usage as part of its sitting: what the sitting says with it, less what it said without. After a pause of half
 * an hour a sitting begins. At most 40 different facts of a sitting are counted: a further one is passed over.
 */
export function followUsage(
  model: UsageModel,
  reference: Reference,
  { probe, before }: { readonly probe: FeatureSet; readonly before: UsageSitting | undefined },
): FollowedUsage {
  const facts = countFacts(factsOfSet(probe));
  const goesOn =
    before?.kind === "usage" &&
    before.enrolledAt === reference.enrolledAt &&
    probe.startedAt - before.until <= SITTING_PAUSE_MS;
  const old = goesOn ? unpack(before.counts) : [];
  const all = keepMost([...old, ...facts], new Set(old.map(keyOf)));
  const habits = habitsAt(reference, probe.startedAt);
  const then = (goesOn && said.get(before)) || compareBag(model, habits, bagOf(old));
  const now = compareBag(model, habits, all);
  const sitting: UsageSitting = {
    kind: "usage",
    enrolledAt: reference.enrolledAt,
    until: goesOn ? Math.max(before.until, probe.endedAt) : probe.endedAt,
    counts: Object.fromEntries(entriesOf(all).map((entry) => [keyOf(entry), entry.count])),
  };
  said.set(sitting, now);
  return {
    llr: now.llr - then.llr,
    alone: old.length === 0 ? now.llr : compareBag(model, habits, bagOf(facts)).llr,
    facets: now.facets.map((one, code) => one - (then.facets[code] ?? 0)),
    sitting,
  };
}

/** Returns what a window says by itself. */
export function compareUsage(model: UsageModel, reference: Reference, probe: FeatureSet): UsageLlr {
  return compareBag(model, habitsAt(reference, probe.startedAt), bagOf(countFacts(factsOfSet(probe))));
}

function keyOf({ facet, row, value }: Pick<BagEntry, "facet" | "row" | "value">): string {
  return `${facet.toString(36)}.${row.toString(36)}.${value.toString(36)}`;
}

function unpack(counts: UsageSitting["counts"]): BagEntry[] {
  return Object.entries(counts).map(([key, count]) => {
    const [facet = 0, row = 0, value = 0] = key.split(".").map((part) => Number.parseInt(part, 36));
    return { facet, row, value, count };
  });
}

function keepMost(entries: readonly BagEntry[], known: ReadonlySet<string>): Bag {
  const kept = new Set(known);
  const counted = entries.filter((entry) => {
    const key = keyOf(entry);
    if (!kept.has(key) && kept.size >= MOST_COUNTS) return false;
    kept.add(key);
    return true;
  });
  return bagOf(entriesOf(bagOf(counted)).map((entry) => ({ ...entry, count: Math.min(MOST_TIMES, entry.count) })));
}
