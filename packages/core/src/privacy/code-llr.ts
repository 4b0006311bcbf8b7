import type { Expected } from "../comparison/plda/compare-sitting.ts";
import type { PldaModel } from "../comparison/plda/plda-model.ts";
import { type Coder, knownVariance } from "./person-code.ts";

/**
 * Returns the log-likelihood ratio (nats, not calibrated) of a share of agreeing bits, for a person known so well (`expected.variance`) and a probe of so many
 * windows. The share tells the cosine of the angle between two directions (Charikar 2002); under the model it is normal about 0 for
 * strangers and about the mean correlation for one person (delta method), and the coin tosses of a short code widen both.
 * Never falls as more bits agree.
 */
export function codeLlr(
  model: PldaModel,
  coder: Pick<Coder, "bits" | "weights">,
  { share, expected, windows }: { readonly share: number; readonly expected: Pick<Expected, "variance">; readonly windows: number },
): number {
  const { between, sitting } = model;
  const squares = coder.weights.map((weight) => weight * weight);
  const total = squares.reduce((sum, square) => sum + square, 0);
  const correlations = squares.map((_, k) => {
    const s = sitting[k] ?? 0;
    const anybody = (between[k] ?? 0) + s + (1 - s) / windows;
    return Math.sqrt(Math.min(1, knownVariance(model, expected, k) / anybody));
  });
  const mean = squares.reduce((sum, square, k) => sum + square * (correlations[k] ?? 0), 0) / total;
  let [mated, nonMated] = [0, 0];
  squares.forEach((square, k) => {
    const c = correlations[k] ?? 0;
    nonMated += (square / total) ** 2;
    mated += (square / total) ** 2 * ((1 + mean * mean) * (1 + c * c) - 4 * mean * c);
  });
  nonMated += tossing(0, coder.bits);
  mated += tossing(mean, coder.bits);
  const best = mated < nonMated ? (mean * nonMated) / (nonMated - mated) : 1;
  const cosine = Math.min(best, Math.cos(Math.PI * (1 - share)));
  return (cosine ** 2 / nonMated - (cosine - mean) ** 2 / mated - Math.log(mated / nonMated)) / 2;
}

/** Variance of the cosine that so many bits tell. */
function tossing(cosine: number, bits: number): number {
  const share = 1 - Math.acos(cosine) / Math.PI;
  return (Math.PI ** 2 * (1 - cosine * cosine) * share * (1 - share)) / bits;
}
