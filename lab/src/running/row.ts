import { type Figure, figure, rounded } from "../metrics/bootstrap.ts";
import { errorRates } from "../metrics/error-rates.ts";
import { METRICS, type Measured, type Metric, measure } from "../metrics/measure.ts";
import { groupScores } from "../metrics/score-groups.ts";
import type { ScoreSet } from "../metrics/score-set.ts";
import type { Protocol } from "../protocols/protocol.ts";
import type { RawScores } from "./compare.ts";

/** One line of `metrics.json`. Rates are fractions of 1. */
export interface Row extends Readonly<Record<Metric, Figure>> {
  readonly system: string;
  readonly version: number;
  readonly protocol: string;
  readonly note: string;
  readonly subjects: number;
  /** With a score, mated and non-mated. */
  readonly comparisons: number;
  readonly mated: number;
  readonly nonMated: number;
  /** Share of subjects for whom no reference could be made. */
  readonly failureToEnrol: number;
  /** Share of the probes of enrolled subjects that gave no score. */
  readonly failureToAcquire: number;
  /** Over subjects, at one threshold for all at FMR 1 %. */
  readonly giniFnmr: number | null;
  readonly shareOfSubjectsWithFnmrAbove20: number | null;
  readonly resamples: number;
  readonly [more: string]: unknown;
}

/** What the report draws. */
export interface Drawing {
  readonly system: string;
  readonly protocol: string;
  /** FMR and FNMR, thinned. */
  readonly det: readonly (readonly [number, number])[];
  /** Unnormalised score counts. */
  readonly counts: {
    readonly edges: readonly number[];
    readonly mated: readonly number[];
    readonly nonMated: readonly number[];
  };
  /** Stated llr against the one observed in that bin. */
  readonly calibration: readonly { readonly stated: number; readonly observed: number; readonly count: number }[];
  readonly subjects: Measured["subjects"];
}

export interface Judged {
  readonly row: Row;
  readonly drawing: Drawing;
  readonly measured: Measured;
}

/** Measures the comparisons of one system under one protocol. */
export function judge(
  raw: RawScores,
  {
    protocol,
    system,
    seed,
  }: {
    readonly protocol: Protocol;
    readonly system: { readonly name: string; readonly version: number };
    readonly seed: number;
  },
): Judged {
  const set = withScores(raw);
  const measured = measure(set, { seed });
  const row: Row = {
    system: system.name,
    version: system.version,
    protocol: protocol.name,
    note: `${protocol.note}; ${protocol.background.note}`,
    subjects: raw.subjects.length,
    comparisons: measured.mated + measured.nonMated,
    mated: measured.mated,
    nonMated: measured.nonMated,
    ...measured.figures,
    failureToEnrol: rounded(raw.failedToEnrol.length / Math.max(1, raw.subjects.length)),
    failureToAcquire: rounded(raw.failuresToAcquire / Math.max(1, raw.attempts)),
    giniFnmr: measured.giniFnmr,
    shareOfSubjectsWithFnmrAbove20: measured.shareAboveFnmr20,
    resamples: measured.resamples,
    ...attackRates(raw),
  };
  return { row, drawing: drawingOf(set, { system: system.name, protocol: protocol.name, measured }), measured };
}

/** Returns the comparisons that have a score. */
export function withScores(raw: RawScores): ScoreSet {
  const kept = Uint32Array.from(raw.score, (_, i) => i).filter((i) => !Number.isNaN(raw.score[i]));
  const pick = (i: number, column: ArrayLike<number>): number => column[i] ?? 0;
  return {
    subjects: raw.subjects,
    score: Float64Array.from(kept, (i) => pick(i, raw.score)),
    llr: Float64Array.from(kept, (i) => pick(i, raw.llr)),
    mated: Uint8Array.from(kept, (i) => pick(i, raw.mated)),
    claimed: Uint32Array.from(kept, (i) => pick(i, raw.claimed)),
    owner: Uint32Array.from(kept, (i) => pick(i, raw.owner)),
  };
}

/** APCER of each attack species (ISO/IEC 30107-3) at the threshold that rejects at most 1 % of bona fide presentations. */
function attackRates(raw: RawScores): Readonly<Record<string, unknown>> {
  if (!raw.probes.some(({ species }) => species !== undefined)) return {};
  const bonaFide: number[] = [];
  const attacks = new Map<string, number[]>();
  raw.probes.forEach(({ species = "" }, i) => {
    const score = raw.score[i] ?? Number.NaN;
    if (Number.isNaN(score)) return;
    if (raw.mated[i] === 1) bonaFide.push(score);
    else attacks.set(species, [...(attacks.get(species) ?? []), score]);
  });
  bonaFide.sort((a, b) => a - b);
  const threshold = bonaFide[Math.floor(0.01 * bonaFide.length)] ?? Number.NaN;
  const bpcer = bonaFide.filter((score) => score < threshold).length / bonaFide.length;
  const apcer = Object.fromEntries(
    [...attacks].map(([kind, scores]) => [
      kind,
      rounded(scores.filter((score) => score >= threshold).length / scores.length),
    ]),
  );
  return { bpcer: rounded(bpcer), apcer, apcerWorst: Math.max(...Object.values(apcer)) };
}

const DET_POINTS = 300;
const BINS = 40;

/** Returns what the report draws of these comparisons. */
export function drawingOf(
  set: ScoreSet,
  { system, protocol, measured }: { readonly system: string; readonly protocol: string; readonly measured: Measured },
): Drawing {
  const { fmr, fnmr } = errorRates(groupScores(set));
  const step = Math.max(1, Math.floor(fmr.length / DET_POINTS));
  const det: [number, number][] = [];
  for (let i = 0; i < fmr.length; i += step) det.push([rounded(fmr[i] ?? 0), rounded(fnmr[i] ?? 0)]);
  return { system, protocol, det, counts: histogram(set), calibration: calibration(set), subjects: measured.subjects };
}

function histogram({ score, mated }: ScoreSet): Drawing["counts"] {
  const sorted = Float64Array.from(score).sort();
  const low = sorted[Math.floor(0.005 * sorted.length)] ?? 0;
  const high = sorted[Math.ceil(0.995 * (sorted.length - 1))] ?? 1;
  const width = (high - low) / BINS || 1;
  const counts = [new Array<number>(BINS).fill(0), new Array<number>(BINS).fill(0)] as const;
  for (let i = 0; i < score.length; i += 1) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(((score[i] ?? 0) - low) / width)));
    const own = counts[mated[i] === 1 ? 1 : 0];
    own[bin] = (own[bin] ?? 0) + 1;
  }
  const edges = Array.from({ length: BINS + 1 }, (_, i) => rounded(low + i * width));
  return { edges, mated: counts[1], nonMated: counts[0] };
}

const CALIBRATION_BINS = 12;

function calibration({ llr, mated }: ScoreSet): Drawing["calibration"] {
  const order = Uint32Array.from(llr, (_, i) => i).sort((a, b) => (llr[a] ?? 0) - (llr[b] ?? 0));
  const allMated = mated.reduce((sum, one) => sum + one, 0);
  const allNonMated = mated.length - allMated;
  // Bins of equally many mated comparisons on the right half, of equally many of all on the left: both ends are seen.
  const weightOf = (i: number): number => (mated[i] === 1 ? 1 / allMated : 1 / allNonMated);
  const points: { stated: number; observed: number; count: number }[] = [];
  let [sum, m, n, weight] = [0, 0, 0, 0];
  order.forEach((i, place) => {
    sum += weightOf(i) * (llr[i] ?? 0);
    weight += weightOf(i);
    if (mated[i] === 1) m += 1;
    else n += 1;
    if (weight < 2 / CALIBRATION_BINS && place < order.length - 1) return;
    const observed = Math.log((m + 0.5) / (allMated + 1) / ((n + 0.5) / (allNonMated + 1)));
    points.push({ stated: rounded(sum / weight), observed: rounded(observed), count: m + n });
    [sum, m, n, weight] = [0, 0, 0, 0];
  });
  return points;
}

/** Returns a figure without an interval. */
export function bare(value: number): Figure {
  return figure(value, []);
}

export { METRICS };
