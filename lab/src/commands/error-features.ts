import { type FeatureSet, moments } from "@habitus/core";
import type { Protocol } from "../protocols/protocol.ts";
import type { Recording } from "../recordings/recording.ts";
import type { RawScores } from "../running/compare.ts";

/** How far probes lie from the reference in one feature, in within-person standard deviations. */
export interface FeatureDistance {
  readonly name: string;
  /** Mean over false non-matches, and over the subject's other probes. */
  readonly rejected: number;
  readonly accepted: number;
  /** Mean over false matches, and over the impostors' other probes. */
  readonly passed: number;
  readonly refused: number;
}

interface Options {
  readonly names: readonly string[];
  readonly features: (piece: Recording) => readonly FeatureSet[];
  /** Accepted from this score on. */
  readonly threshold: number;
}

/**
 * Returns for each feature how far wrongly judged probes lay from the reference, beside the rightly judged ones: a feature behind false
 * non-matches is further away than usual in them, one behind false matches nearer than usual.
 */
export function errorFeatures(protocol: Protocol, raw: RawScores, options: Options): FeatureDistance[] {
  const { names, features, threshold } = options;
  const centreOf = meansOf(names.length);
  const centres = protocol.claims.map(({ enrolment }) => centreOf(enrolment.flatMap(features)));
  const spreads = names.map((_, column) => withinSpread(protocol, features, column));
  const known = new Map<unknown, Float64Array>();
  const sums = names.map(() => new Float64Array(8)); // by kind: sum and count
  raw.score.forEach((score, i) => {
    const probe = raw.probes[i];
    const centre = centres[raw.claimed[i] ?? -1];
    if (probe === undefined || centre === undefined || Number.isNaN(score)) return;
    const place = known.get(probe) ?? centreOf(probe.pieces.flatMap(features));
    known.set(probe, place);
    const kind = (raw.mated[i] === 1 ? 0 : 2) + (score >= threshold ? 1 : 0);
    sums.forEach((own, column) => {
      const distance =
        Math.abs((place[column] ?? Number.NaN) - (centre[column] ?? Number.NaN)) / (spreads[column] ?? 1);
      if (!Number.isFinite(distance)) return;
      own[2 * kind] = (own[2 * kind] ?? 0) + distance;
      own[2 * kind + 1] = (own[2 * kind + 1] ?? 0) + 1;
    });
  });
  return names.map((name, column) => {
    const mean = (kind: number): number => (sums[column]?.[2 * kind] ?? 0) / (sums[column]?.[2 * kind + 1] ?? 0);
    return { name, rejected: mean(0), accepted: mean(1), refused: mean(2), passed: mean(3) };
  });
}

function meansOf(columns: number): (sets: readonly FeatureSet[]) => Float64Array {
  return (sets) =>
    Float64Array.from(
      { length: columns },
      (_, column) =>
        moments(sets.map(({ values }) => values[column] ?? Number.NaN).filter((x) => !Number.isNaN(x))).mean,
    );
}

function withinSpread({ claims }: Protocol, features: Options["features"], column: number): number {
  const variances = claims
    .map(({ enrolment }) =>
      enrolment.flatMap(features).flatMap(({ values }) => {
        const value = values[column] ?? Number.NaN;
        return Number.isNaN(value) ? [] : [value];
      }),
    )
    .filter((values) => values.length > 1)
    .map((values) => moments(values).std ** 2);
  return Math.sqrt(moments(variances).mean);
}
