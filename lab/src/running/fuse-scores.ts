import { type FusionWeights, fuse, independent } from "@habitus/core";
import { fitFusion } from "@habitus/core/fit";
import { crossCalibrate, logistic } from "./calibrate.ts";
import type { RawScores } from "./compare.ts";

const FOLDS = 5;

/** Evidence adds up: the llr of both, each calibrated on other people first; the one that is there where the other failed. */
export function addScores(one: RawScores, other: RawScores): RawScores {
  const parts = [one, other].map((raw) => ({ ...raw, llr: Float64Array.from(raw.llr) }));
  for (const part of parts) crossCalibrate(part);
  return joined([one, other], (i) =>
    fuse(
      independent(2),
      parts.map(({ llr }) => spoken(llr[i])),
    ),
  );
}

/**
 * The llr of both with learned weights: calibrations and weights for a fold of people are learnt from comparisons in which nobody is of
 * that fold. Also returns the mean weights.
 */
export function weighScores(
  one: RawScores,
  other: RawScores,
): { readonly raw: RawScores; readonly weights: FusionWeights } {
  const parts = [one, other];
  const folds = Array.from({ length: FOLDS }, (_, fold) => learn(parts, (i) => !isOf(one, i, fold)));
  const raw = joined([one, other], (i) => {
    const fold = folds[(one.claimed[i] ?? 0) % FOLDS];
    return (
      fold &&
      fuse(
        fold.weights,
        parts.map(({ llr }, k) => fold.calibrated(spoken(llr[i]), k)),
      )
    );
  });
  const mean = (pick: (of: FusionWeights) => number): number =>
    folds.reduce((sum, { weights }) => sum + pick(weights) / FOLDS, 0);
  const weights = parts.map((_, k) => mean((of) => of.weights[k] ?? 0));
  return { raw, weights: { weights, offset: mean(({ offset }) => offset) } };
}

interface Learnt {
  readonly calibrated: (llr: number | undefined, part: number) => number | undefined;
  readonly weights: FusionWeights;
}

function learn(parts: readonly RawScores[], mayUse: (i: number) => boolean): Learnt {
  const [first] = parts;
  const rows = [...(first?.mated.keys() ?? [])].filter(
    (i) => mayUse(i) && parts.every(({ llr }) => Number.isFinite(llr[i])),
  );
  const mated = Uint8Array.from(rows, (i) => first?.mated[i] ?? 0);
  const lines = parts.map(({ llr }) =>
    logistic(
      Float64Array.from(rows, (i) => llr[i] ?? 0),
      mated,
    ),
  );
  const calibrated: Learnt["calibrated"] = (llr, part) => {
    const line = lines[part];
    return llr === undefined || line === undefined ? undefined : line.slope * llr + line.offset;
  };
  const trials = rows.map((i, r) => ({
    llrs: parts.map(({ llr }, k) => calibrated(llr[i], k) ?? 0),
    mated: mated[r] === 1,
  }));
  return { calibrated, weights: fitFusion(trials) };
}

function isOf({ claimed, owner }: RawScores, i: number, fold: number): boolean {
  return (claimed[i] ?? 0) % FOLDS === fold || (owner[i] ?? 0) % FOLDS === fold;
}

function spoken(llr: number | undefined): number | undefined {
  return llr === undefined || Number.isNaN(llr) ? undefined : llr;
}

function joined(parts: readonly [RawScores, RawScores], fusedAt: (i: number) => number | undefined): RawScores {
  const [one, other] = parts;
  const llr = Float64Array.from(one.llr, (_, i) => fusedAt(i) ?? Number.NaN);
  const failed = one.failedToEnrol.filter((subject) => other.failedToEnrol.includes(subject));
  const missing = llr.reduce((all, value) => all + (Number.isNaN(value) ? 1 : 0), 0);
  return { ...one, score: llr, llr, failedToEnrol: failed, failuresToAcquire: missing, attempts: llr.length };
}
