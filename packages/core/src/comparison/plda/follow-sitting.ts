import type { FeatureSet } from "../../features/extractor.ts";
import type { Reference } from "../comparator.ts";
import { compareSitting, expect } from "./compare-sitting.ts";
import { addWindow, closeSitting, noSitting, type Person, type SittingSum } from "./person.ts";
import {
  asSitting,
  expectedAt,
  newShare,
  placeOf,
  type Ready,
  readPerson,
  SITTING_PAUSE_MS,
  SMALLEST,
  windowSize,
} from "./plda-comparator.ts";
import type { PldaModel } from "./plda-model.ts";

/** What a sitting has shown so far: plain data. Sums of latents, rounded to hundredths. */
export interface PldaSitting extends Readonly<Record<string, unknown>> {
  readonly kind: "sitting";
  readonly background: string;
  /** When the reference was made that it was compared with. A newer one may have been learnt from this very sitting. */
  readonly enrolledAt: number;
  /** End of the newest window, epoch ms. */
  readonly until: number;
  /** All windows of this sitting, whoever they are of. */
  readonly seen: readonly number[];
  readonly seenWindows: number;
  /** Those that went well with the ones before, each weighted by how well. */
  readonly own: readonly number[];
  readonly ownWindows: number;
  /** Evidence given for this sitting as a whole, nats. */
  readonly given: number;
}

/** More than ten windows do not make a sitting better known; the oldest fade, so that it can change its mind. */
const MOST_WINDOWS = 10;

export interface Followed {
  /** What this window adds to the evidence about the sitting as a whole. */
  readonly llr: number;
  /** The window against the sitting before it, counted with what is new in it. */
  readonly sittingLlr: number | undefined;
  /** Of this window alone against the person. */
  readonly alone: number;
  readonly sitting: PldaSitting;
}

/**
 * Judges a window in its sitting. Two questions: the sitting so far against the person (its windows averaged, since they share
 * the sitting's offset, so that the evidence is what the average says and not the sum of what each would say), and the
 * window against the sitting (the owner's prediction after this sitting's own windows, against anybody else). A window
 * that does not look like the sitting hardly becomes part of what the sitting is known by: whoever takes over cannot
 * drag it along. With another reference it begins anew: what that was learnt from must not speak for it. Returns undefined where the window is too small.
 */
export function followSitting(
  model: PldaModel,
  reference: Reference,
  { probe, before }: { readonly probe: FeatureSet; readonly before: PldaSitting | undefined },
): Followed | undefined {
  const size = windowSize(model, probe);
  if (size < SMALLEST) return undefined;
  const known = readPerson(model, reference);
  const latent = placeOf(model, probe);
  const goesOn =
    before !== undefined &&
    before.background === model.id &&
    before.enrolledAt === reference.enrolledAt &&
    probe.startedAt - before.until <= SITTING_PAUSE_MS;
  const start = goesOn ? before : begin(model, reference, known);
  // Later windows of one stream end later. One that ends before is of another page, or the clock was set back: all of it is new.
  const isLater = probe.endedAt > start.until;
  const share = isLater ? newShare(probe, start.until) : 1;
  const weight = size * share;
  const expected = expectedAt(known, probe.startedAt);

  const seen = fade(addWindow(sumOf(start.seen, start.seenWindows), latent, weight));
  const given = compareSitting(model, expected, seen);

  const own = sumOf(start.own, start.ownWindows);
  let sittingLlr: number | undefined;
  let trusted = 1;
  if (own.windows > 0) {
    const predicted = expect(model, inSitting(model, known, { same: expected === known.sameSitting, own }), true);
    sittingLlr = compareSitting(model, predicted, asSitting(latent, size));
    trusted = 1 / (1 + Math.exp(-sittingLlr));
  }
  const kept = fade(addWindow(own, latent, weight * trusted));
  return {
    llr: given - start.given,
    sittingLlr: sittingLlr === undefined ? undefined : sittingLlr * share,
    alone: compareSitting(model, expected, asSitting(latent, size)),
    sitting: {
      kind: "sitting",
      background: model.id,
      enrolledAt: reference.enrolledAt,
      until: probe.endedAt,
      seen: rounded(seen.sum),
      seenWindows: seen.windows,
      own: rounded(kept.sum),
      ownWindows: kept.windows,
      given,
    },
  };
}

/** The person with this sitting open: added to what the reference saw of it, or beside the sittings it was learnt from. */
function inSitting(
  model: PldaModel,
  { person }: Pick<Ready, "person">,
  { same, own }: { readonly same: boolean; readonly own: SittingSum },
): Person {
  if (!same) return { ...closeSitting(model, person), open: own };
  const { sum, windows } = person.open;
  return { ...person, open: { sum: sum.map((value, k) => value + (own.sum[k] ?? 0)), windows: windows + own.windows } };
}

/** A window may overlap with the last one that the reference was learnt from: that part of it is not new. */
function begin(
  { id, scale }: PldaModel,
  { enrolledAt }: Reference,
  { openUntil }: Pick<Ready, "openUntil">,
): PldaSitting {
  const none = Array.from(noSitting(scale.length).sum);
  return {
    kind: "sitting",
    background: id,
    enrolledAt,
    until: openUntil,
    seen: none,
    seenWindows: 0,
    own: none,
    ownWindows: 0,
    given: 0,
  };
}

function sumOf(sum: readonly number[], windows: number): SittingSum {
  return { sum: Float64Array.from(sum), windows };
}

function fade({ sum, windows }: SittingSum): SittingSum {
  if (windows <= MOST_WINDOWS) return { sum, windows };
  const share = MOST_WINDOWS / windows;
  return { sum: sum.map((value) => value * share), windows: MOST_WINDOWS };
}

function rounded(values: Float64Array): number[] {
  return Array.from(values, (value) => Math.round(value * 100) / 100);
}
