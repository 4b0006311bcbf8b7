import type { FeatureSet } from "../../features/extractor.ts";
import { SITTING_PAUSE_MS } from "../../features/sittings.ts";
import type { Reference } from "../comparator.ts";
import { FARTHEST_TOUCH, MOST_PER_TOUCH_SITTING, type TouchModel } from "./touch-model.ts";
import { type KnownTouch, knownTouch } from "./touch-reference.ts";

/** What a sitting has shown of touch: by feature the sum of its windows and how many had it. Plain JSON, under 1 kB. */
export interface TouchSitting extends Readonly<Record<string, unknown>> {
  readonly kind: "touch";
  readonly enrolledAt: number;
  readonly until: number;
  readonly sums: readonly number[];
  readonly counts: readonly number[];
}

export interface TouchLlr {
  readonly llr: number;
  /** By feature, before the bound. */
  readonly features: readonly number[];
}

/**
 * Returns the log-likelihood ratio of the means of so many windows of a sitting for the person against anybody else: feature by
 * feature a normal for the person, shrunk towards people in general the less is known, against a normal for people in general. What
 * was not measured, or is not known of the person or of people, says nothing. Bounded.
 */
export function compareTouch(
  { features, worth }: TouchModel,
  known: readonly KnownTouch[],
  seen: { readonly sums: readonly number[]; readonly counts: readonly number[] },
): TouchLlr {
  const said = features.map((spread, i) => {
    const own = known[i];
    const count = seen.counts[i] ?? 0;
    if (spread === undefined || own === undefined || own.sittings === 0 || count === 0) return 0;
    const { mean, deviation, between, sitting } = spread;
    const scaled = (value: number): number =>
      Math.min(FARTHEST_TOUCH, Math.max(-FARTHEST_TOUCH, (value - mean) / deviation));
    const window = Math.max(0.01, 1 - between - sitting);
    const precision = 1 / between + own.sittings / (sitting + (window * own.sittings) / own.windows);
    const expected = ((precision - 1 / between) / precision) * scaled(own.sumOfMeans / own.sittings);
    const noise = sitting + window / count;
    const [owner, anybody] = [1 / precision + noise, between + noise];
    const x = scaled((seen.sums[i] ?? 0) / count);
    return (worth * (x ** 2 / anybody - (x - expected) ** 2 / owner - Math.log(owner / anybody))) / 2;
  });
  const sum = said.reduce((total, one) => total + one, 0);
  return { llr: Math.min(MOST_PER_TOUCH_SITTING, Math.max(-MOST_PER_TOUCH_SITTING, sum)), features: said };
}

/** Judges a window as part of its sitting: what the sitting says with it, less what it said without. */
export function followTouch(
  model: TouchModel,
  reference: Reference,
  { probe, before }: { readonly probe: FeatureSet; readonly before: TouchSitting | undefined },
): {
  readonly llr: number;
  readonly alone: number;
  readonly features: readonly number[];
  readonly sitting: TouchSitting;
} {
  const known = knownTouch(reference);
  const goesOn =
    before?.kind === "touch" &&
    before.enrolledAt === reference.enrolledAt &&
    probe.startedAt - before.until <= SITTING_PAUSE_MS;
  const blank = { sums: model.features.map(() => 0), counts: model.features.map(() => 0) };
  const old = goesOn ? before : blank;
  const now = add(old, probe);
  const [then, after] = [compareTouch(model, known, old), compareTouch(model, known, now)];
  return {
    llr: after.llr - then.llr,
    alone: compareTouch(model, known, add(blank, probe)).llr,
    features: after.features.map((one, i) => one - (then.features[i] ?? 0)),
    sitting: {
      kind: "touch",
      enrolledAt: reference.enrolledAt,
      until: goesOn ? Math.max(before.until, probe.endedAt) : probe.endedAt,
      ...now,
    },
  };
}

function add(
  { sums, counts }: { readonly sums: readonly number[]; readonly counts: readonly number[] },
  { values }: FeatureSet,
): { sums: number[]; counts: number[] } {
  const isThere = (i: number): boolean => Number.isFinite(values[i]);
  return {
    sums: sums.map((sum, i) => (isThere(i) ? Math.round((sum + (values[i] ?? 0)) * 1e4) / 1e4 : sum)),
    counts: counts.map((count, i) => (isThere(i) ? count + 1 : count)),
  };
}
