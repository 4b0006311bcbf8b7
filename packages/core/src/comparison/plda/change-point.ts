import { packNumbers, unpackNumbers } from "../../math/pack-numbers.ts";
import type { Expected } from "./compare-sitting.ts";
import type { PldaModel } from "./plda-model.ts";

/** The newest windows, among which a moment of change is looked for. Measured: 4 miss more, 16 find no more and later. */
const MOST_RECENT = 8;
/** The directions in which people differ most; measured, those after them change nothing. */
const DIMENSIONS = 48;
/** Older windows, however many, count for no more than twenty: a sitting may drift. */
const MOST_OLDER = 20;
/** However sure: so much is said of a change at most, in nats. */
const MOST = 15;
const LATENT = { bytes: 1, step: 0.05 } as const;
const SUM = { bytes: 2, step: 0.01 } as const;

/** What a sitting has shown window by window, so that a change can be seen in it afterwards. Plain data, under 700 bytes. */
export interface SittingWindows {
  /** Sum of the windows before the recent ones, each counted with what was new in it, and for how many they count. */
  readonly older: string;
  readonly olderWindows: number;
  /** The recent windows, oldest first. */
  readonly recent: string;
  readonly sizes: readonly number[];
  /** What share of each was new. */
  readonly shares: readonly number[];
}

export const NO_WINDOWS: SittingWindows = { older: "", olderWindows: 0, recent: "", sizes: [], shares: [] };

/** One window: where it lies, what it counts for, and what share of it is new. */
export interface Look {
  readonly latent: Float64Array;
  readonly size: number;
  readonly share: number;
}

/** Returns the windows with one more; the oldest recent one becomes one of the older. */
export function addLook(model: PldaModel, windows: SittingWindows, { latent, size, share }: Look): SittingWindows {
  const d = dimensionsOf(model);
  const rows = [...rowsOf(windows.recent, d), latent.slice(0, d)];
  const sizes = [...windows.sizes, round(size)];
  const shares = [...windows.shares, round(share)];
  let { older, olderWindows } = windows;
  if (rows.length > MOST_RECENT) {
    const weight = (sizes.shift() ?? 0) * (shares.shift() ?? 0);
    const row = rows.shift();
    const before = olderSum(windows, d);
    const fade = Math.min(1, MOST_OLDER / (olderWindows + weight));
    older = packNumbers(
      before.map((sum, k) => fade * (sum + weight * (row?.[k] ?? 0))),
      SUM,
    );
    olderWindows = round(fade * (olderWindows + weight));
  }
  const recent = new Float64Array(rows.length * d);
  rows.forEach((row, i) => {
    recent.set(row, i * d);
  });
  return { older, olderWindows, recent: packNumbers(recent, LATENT), sizes, shares };
}

/**
 * Generalised likelihood ratio of a change of hands in a sitting (nats, 0 to 15): the largest, over the recent windows at which
 * somebody else may have begun, of how much better somebody else explains what came since than whoever sat there before (Lorden
 * 1971; Willsky & Jones 1976). Both sides learn as they go: the owner's prediction from all windows before, somebody else's from
 * nobody in particular and the windows since. `expected` is what the reference leads to expect of the sitting before it began.
 * It forgives whoever was there from the first window: that is for the comparison with the person to find. `sittingKnown`: what is
 * expected is of this very sitting, so the first window may be somebody else's too.
 */
export function changeOfHands(
  model: PldaModel,
  expected: Expected,
  windows: SittingWindows & { readonly sittingKnown?: boolean },
): number {
  const d = dimensionsOf(model);
  const rows = rowsOf(windows.recent, d);
  const weights = windows.sizes.map((size, t) => size * (windows.shares[t] ?? 0));
  const slopes = windows.sizes.map((size, t) => slopeOf(model, size) * (windows.shares[t] ?? 0));
  const owner = predictive(expected, model);
  owner.add(olderSum(windows, d), windows.olderWindows);
  const asOwner = rows.map((row, t) => {
    const log = owner.log(row, windows.sizes[t] ?? 1);
    owner.add(row, weights[t] ?? 0, true);
    return log;
  });
  let most = 0;
  for (let tau = windows.olderWindows > 0 || windows.sittingKnown === true ? 0 : 1; tau < rows.length; tau += 1) {
    const other = predictive({}, model);
    let sum = 0;
    for (let t = tau; t < rows.length; t += 1) {
      const row = rows[t] ?? new Float64Array(d);
      sum += (slopes[t] ?? 0) * (other.log(row, windows.sizes[t] ?? 1) - (asOwner[t] ?? 0));
      other.add(row, weights[t] ?? 0, true);
    }
    most = Math.max(most, sum);
  }
  return Math.min(MOST, most);
}

/**
 * What the newest window adds to the log-likelihood ratio (nats) of somebody else since the sitting's first window, both sides knowing
 * all its windows so far: beside `changeOfHands` it tells a bad day from a change of hands.
 */
export function strangerSinceStart(model: PldaModel, expected: Expected, windows: SittingWindows): number {
  const d = dimensionsOf(model);
  const rows = rowsOf(windows.recent, d);
  const last = rows.length - 1;
  const [row, size = 1, share = 0] = [rows[last], windows.sizes[last], windows.shares[last]];
  if (row === undefined) return 0;
  const sides = [expected, {}].map((prior) => {
    const side = predictive(prior, model);
    side.add(olderSum(windows, d), windows.olderWindows);
    rows.slice(0, last).forEach((one, t) => {
      side.add(one, (windows.sizes[t] ?? 0) * (windows.shares[t] ?? 0), true);
    });
    return side.log(row, size);
  });
  return slopeOf(model, size) * share * ((sides[1] ?? 0) - (sides[0] ?? 0));
}

/** The calibrated slope of one window in a sitting that is known: raw ratios promise more than they keep. */
function slopeOf({ calibration }: PldaModel, size: number): number {
  const [a, b] = calibration.same;
  return Math.max(0.01, a + b * Math.log(Math.max(0.2, size)));
}

/** Somebody's next window: normal, its mean and variance learnt from the windows before. */
function predictive(prior: Partial<Pick<Expected, "mean" | "variance">>, { between, sitting, scale }: PldaModel) {
  const d = Math.min(DIMENSIONS, scale.length);
  const precision = new Float64Array(d);
  const weighted = new Float64Array(d);
  for (let k = 0; k < d; k += 1) {
    precision[k] = 1 / Math.max(1e-6, prior.variance?.[k] ?? (between[k] ?? 0) + (sitting[k] ?? 0));
    weighted[k] = (prior.mean?.[k] ?? 0) * (precision[k] ?? 0);
  }
  return {
    /** Adds a sum of windows that count for `weight`; `once`: one window, to be weighed. */
    add(sum: Float64Array, weight: number, once = false): void {
      if (weight <= 0) return;
      for (let k = 0; k < d; k += 1) {
        const noise = 1 - (sitting[k] ?? 0);
        precision[k] = (precision[k] ?? 0) + weight / noise;
        weighted[k] = (weighted[k] ?? 0) + ((once ? weight : 1) * (sum[k] ?? 0)) / noise;
      }
    },
    /** Log density of a window but for what is the same for everybody. */
    log(row: Float64Array, size: number): number {
      let squares = 0;
      let product = 1;
      let logs = 0;
      for (let k = 0; k < d; k += 1) {
        const p = precision[k] ?? 1;
        const variance = 1 / p + (1 - (sitting[k] ?? 0)) / size;
        const off = (row[k] ?? 0) - (weighted[k] ?? 0) / p;
        squares += (off * off) / variance;
        product *= variance;
        if (k % 16 === 15) {
          logs += Math.log(product);
          product = 1;
        }
      }
      return -0.5 * (squares + logs + Math.log(product));
    },
  };
}

function dimensionsOf({ scale }: PldaModel): number {
  return Math.min(DIMENSIONS, scale.length);
}

function rowsOf(recent: string, d: number): Float64Array[] {
  const all = unpackNumbers(recent, LATENT);
  return Array.from({ length: Math.floor(all.length / d) }, (_, i) => all.subarray(i * d, (i + 1) * d));
}

function olderSum({ older }: SittingWindows, d: number): Float64Array {
  const sum = unpackNumbers(older, SUM);
  return sum.length === d ? sum : new Float64Array(d);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
