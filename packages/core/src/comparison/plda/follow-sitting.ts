import type { FeatureSet } from "../../features/extractor.ts";
import { SITTING_PAUSE_MS } from "../../features/sittings.ts";
import { packNumbers, unpackNumbers } from "../../math/pack-numbers.ts";
import type { Reference } from "../comparator.ts";
import { addLook, changeOfHands, NO_WINDOWS, type SittingWindows, strangerSinceStart } from "./change-point.ts";
import { compareSitting, type Expected, expect } from "./compare-sitting.ts";
import { addWindow, noPerson, noSitting, type SittingSum } from "./person.ts";
import {
  asSitting,
  expectedAt,
  newShare,
  placeOf,
  type Ready,
  readPerson,
  SMALLEST,
  windowSize,
} from "./plda-comparator.ts";
import type { PldaModel } from "./plda-model.ts";

/** What a sitting has shown so far: plain data. */
export interface PldaSitting extends Readonly<Record<string, unknown>> {
  readonly kind: "sitting";
  readonly background: string;
  /** When the reference was made that it was compared with. A newer one may have been learnt from this very sitting. */
  readonly enrolledAt: number;
  /** End of the newest window, epoch ms. */
  readonly until: number;
  /** Sum of all windows of this sitting, whoever they are of. */
  readonly seen: string;
  readonly seenWindows: number;
  /** Evidence given for this sitting as a whole, nats. */
  readonly given: number;
  /** Evidence given of a change of hands in it, nats, at least 0. */
  readonly change: number;
  /** Log-likelihood ratio of somebody else since its first window, nats. */
  readonly stranger: number;
  readonly windows: SittingWindows;
  /** Mean of the windows that a passed step-up proved to be the subject's, and how many they were; missing where there was none. */
  readonly confirmed?: string;
  readonly confirmedWindows?: number;
}

const NOTHING_SEEN = { seen: "", seenWindows: 0, given: 0, change: 0, stranger: 0, windows: NO_WINDOWS } as const;
/** More than ten windows do not make a sitting better known; the oldest fade, so that it can change its mind. */
const MOST_WINDOWS = 10;
/** One window can never decide alone: it says so much of a change at most, in nats. */
const MOST_PER_WINDOW = 5;
const SEEN = { bytes: 2, step: 0.01 } as const;
const CONFIRMED = { bytes: 1, step: 0.05 } as const;

export interface Followed {
  /** What this window adds to the evidence about the sitting as a whole. */
  readonly llr: number;
  /** What it adds to the evidence that the sitting has not changed hands; undefined in the first window of a sitting. */
  readonly sittingLlr: number | undefined;
  /** Of this window alone against the person. */
  readonly alone: number;
  readonly sitting: PldaSitting;
}

/**
 * Judges a window in its sitting. Two questions: the sitting so far against the person (its windows averaged, since they share
 * the sitting's offset, so that the evidence is what the average says and not the sum of what each would say), and whether it
 * changed hands at some moment (`changeOfHands`). With another reference it begins anew: what that was learnt from must not speak
 * for it. Returns undefined where the window is too small. `change` false: only the first question is asked.
 */
export function followSitting(
  model: PldaModel,
  reference: Reference,
  { probe, before, change = true }: FollowOptions,
): Followed | undefined {
  const size = windowSize(model, probe);
  if (size < SMALLEST) return undefined;
  const known = readPerson(model, reference);
  const latent = placeOf(model, probe);
  const start =
    before !== undefined && goesOn(model, reference, { probe, before }) ? before : begin(model, reference, known);
  // Later windows of one stream end later. One that ends before is of another page, or the clock was set back: all of it is new.
  const isLater = probe.endedAt > start.until;
  const share = isLater ? newShare(probe, start.until) : 1;
  const confirmed = expectConfirmed(model, start);
  const expected = confirmed ?? expectedAt(known, probe.startedAt);

  const seen = fade(addWindow(seenSum(model, start), latent, size * share));
  const given = compareSitting(model, expected, seen);

  const windows = change ? addLook(model, start.windows, { latent, size, share }) : start.windows;
  const found = change ? changeOfHands(model, expected, { ...windows, sittingKnown: confirmed !== undefined }) : 0;
  const changed = start.change + Math.min(MOST_PER_WINDOW, Math.max(-MOST_PER_WINDOW, found - start.change));
  return {
    llr: given - start.given,
    sittingLlr: start.seenWindows + (start.confirmedWindows ?? 0) === 0 ? undefined : start.change - changed,
    alone: compareSitting(model, expected, asSitting(latent, size)),
    sitting: {
      kind: "sitting",
      background: model.id,
      enrolledAt: reference.enrolledAt,
      until: probe.endedAt,
      seen: packNumbers(seen.sum, SEEN),
      seenWindows: seen.windows,
      given,
      change: changed,
      stranger: start.stranger + (change ? strangerSinceStart(model, expected, windows) : 0),
      windows,
      ...confirmedOf(start),
    },
  };
}

/** Returns whether the window goes on with the sitting: of the same background and reference, and after no long pause. */
export function goesOn(
  { id }: PldaModel,
  { enrolledAt }: Reference,
  { probe, before }: { readonly probe: FeatureSet; readonly before: PldaSitting },
): boolean {
  return (
    before.background === id && before.enrolledAt === enrolledAt && probe.startedAt - before.until <= SITTING_PAUSE_MS
  );
}

/**
 * Returns the sitting after its subject proved to be there: what it showed so far is the subject's, however unlike other days, and is
 * what the rest of it is compared with; nobody is asked twice for the same bad day. Undefined, a new beginning, where what
 * was doubted is a change of hands: then the windows are of two people, and only the newer of them passed.
 */
export function confirmSitting(sitting: PldaSitting): PldaSitting | undefined {
  if (sitting.change > Math.max(0, sitting.stranger)) return undefined;
  const before = unpackNumbers(sitting.confirmed ?? "", CONFIRMED);
  const [had, more] = [sitting.confirmedWindows ?? 0, sitting.seenWindows];
  const sum = unpackNumbers(sitting.seen, SEEN);
  const windows = had + more;
  if (windows === 0) return sitting;
  const length = Math.max(before.length, sum.length);
  const mean = Float64Array.from({ length }, (_, k) => ((before[k] ?? 0) * had + (sum[k] ?? 0)) / windows);
  return {
    ...sitting,
    ...NOTHING_SEEN,
    confirmed: packNumbers(mean, CONFIRMED),
    confirmedWindows: Math.min(MOST_WINDOWS, windows),
  };
}

function confirmedOf({
  confirmed,
  confirmedWindows,
}: PldaSitting): Pick<PldaSitting, "confirmed" | "confirmedWindows"> {
  return confirmed === undefined || confirmedWindows === undefined ? {} : { confirmed, confirmedWindows };
}

/** What is expected of a sitting of which a part was proved to be the subject's, from that part alone; undefined where none was. */
function expectConfirmed(
  model: PldaModel,
  { confirmed = "", confirmedWindows: windows = 0 }: PldaSitting,
): Expected | undefined {
  const mean = unpackNumbers(confirmed, CONFIRMED);
  if (windows === 0 || mean.length !== model.scale.length) return undefined;
  return expect(model, { ...noPerson(model), open: { sum: mean.map((x) => x * windows), windows } }, true);
}

export interface FollowOptions {
  readonly probe: FeatureSet;
  readonly before: PldaSitting | undefined;
  readonly change?: boolean;
}

/** A window may overlap with the last one that the reference was learnt from: that part of it is not new. */
function begin({ id }: PldaModel, { enrolledAt }: Reference, { openUntil }: Pick<Ready, "openUntil">): PldaSitting {
  return {
    kind: "sitting",
    background: id,
    enrolledAt,
    until: openUntil,
    ...NOTHING_SEEN,
  };
}

function seenSum({ scale }: PldaModel, { seen, seenWindows }: PldaSitting): SittingSum {
  const sum = unpackNumbers(seen, SEEN);
  return sum.length === scale.length ? { sum, windows: seenWindows } : noSitting(scale.length);
}

function fade({ sum, windows }: SittingSum): SittingSum {
  if (windows <= MOST_WINDOWS) return { sum, windows };
  const share = MOST_WINDOWS / windows;
  return { sum: sum.map((value) => value * share), windows: MOST_WINDOWS };
}
