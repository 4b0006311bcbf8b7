import type { RawScores } from "./compare.ts";

const FOLDS = 5;
const STEPS = 50;
const RIDGE = 1e-6;

/**
 * Puts log-likelihood ratios into `raw.llr`: logistic regression of the score, fitted on comparisons in which neither the
 * subject nor the probe's person is of the fold that is calibrated. Mated and non-mated weigh the same, so log-odds are llr.
 */
export function crossCalibrate(
  raw: Pick<RawScores, "score" | "llr" | "mated" | "claimed" | "owner" | "subjects">,
): void {
  const { score, llr, mated, claimed, owner, subjects } = raw;
  /** Whose a probe is that the data set does not say is in no fold. */
  const ofFold = (i: number, fold: number): boolean => owner[i] !== subjects.length && (owner[i] ?? 0) % FOLDS === fold;
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const inFold = (i: number): boolean => (claimed[i] ?? 0) % FOLDS === fold;
    const other: number[] = [];
    for (let i = 0; i < score.length; i += 1)
      if (!inFold(i) && !ofFold(i, fold) && !Number.isNaN(score[i])) other.push(i);
    const { slope, offset } = logistic(
      Float64Array.from(other, (i) => score[i] ?? 0),
      Uint8Array.from(other, (i) => mated[i] ?? 0),
    );
    for (let i = 0; i < score.length; i += 1) if (inFold(i)) llr[i] = slope * (score[i] ?? 0) + offset;
  }
}

/** Returns the line a score + b whose cost on these comparisons is least (Newton's method, the two classes weighing the same). */
export function logistic(scores: Float64Array, mated: Uint8Array): { readonly slope: number; readonly offset: number } {
  const positives = mated.reduce((sum, one) => sum + one, 0);
  const negatives = mated.length - positives;
  if (positives === 0 || negatives === 0) return { slope: 0, offset: 0 };
  // Scores are brought to unit scale first, or the ridge would mean something else for each system.
  const centre = scores.reduce((sum, x) => sum + x, 0) / scores.length;
  const scale = Math.sqrt(scores.reduce((sum, x) => sum + (x - centre) ** 2, 0) / scores.length) || 1;
  const x = scores.map((score) => (score - centre) / scale);
  let a = 1;
  let b = 0;
  let cost = Number.POSITIVE_INFINITY;
  for (let step = 0; step < STEPS; step += 1) {
    let [ga, gb, haa, hab, hbb, now] = [RIDGE * a, 0, RIDGE, 0, RIDGE, 0];
    for (let i = 0; i < x.length; i += 1) {
      const value = x[i] ?? 0;
      const label = mated[i] ?? 0;
      const weight = label === 1 ? 0.5 / positives : 0.5 / negatives;
      const p = 1 / (1 + Math.exp(-(a * value + b)));
      now -= weight * Math.log(Math.max(label === 1 ? p : 1 - p, 1e-300));
      ga += weight * (p - label) * value;
      gb += weight * (p - label);
      const curvature = weight * p * (1 - p);
      haa += curvature * value * value;
      hab += curvature * value;
      hbb += curvature;
    }
    if (Math.abs(cost - now) < 1e-10) break;
    cost = now;
    const determinant = haa * hbb - hab * hab;
    const [da, db] = [(hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant];
    const length = Math.min(1, 5 / Math.max(Math.abs(da), Math.abs(db), 1e-9)); // separable classes would run away
    a -= length * da;
    b -= length * db;
  }
  return { slope: a / scale, offset: b - (a * centre) / scale };
}
