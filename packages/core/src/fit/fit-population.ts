import { enrolPhrase } from "../comparison/fixed-text/fixed-text.ts";
import type { PhraseHabit, PhrasePopulation, Spread } from "../comparison/fixed-text/population.ts";
import { readReference } from "../comparison/fixed-text/read-reference.ts";
import { medians } from "../comparison/fixed-text/template.ts";
import { alignPhrase, logTimings, type Phrase } from "../features/fixed-text/phrase.ts";

/** Log units: what lies further off is a slip and counts as this far. */
const CLIP = 1.5;
const BEGINNING = 5;

/** Returns what people typing this phrase are like, for references of each of the sizes. All must have typed the same keys. */
export function fitPopulation(people: readonly (readonly Phrase[])[], sizes: readonly number[]): PhrasePopulation {
  const zones = people[0]?.[0]?.zones ?? [];
  const rows = people.map((own) =>
    own.flatMap((phrase) => {
      const aligned = alignPhrase(phrase, zones);
      return aligned.kind === "phrase" ? [logTimings(aligned)] : [];
    }),
  );
  const habits = sizes.flatMap((samples): PhraseHabit[] => {
    const moved = people.flatMap((own, person) => {
      const half = Math.floor(own.length / 2);
      const enrolled = half < samples ? undefined : enrolPhrase(own.slice(0, samples), { now: 0 });
      if (enrolled?.kind !== "enrolledPhrase") return [];
      const { mean } = readReference(enrolled.reference).template.working;
      const later = (rows[person] ?? []).slice(half);
      return mean.length === (rows[0]?.[0]?.length ?? 0) && later.length > 0 ? [{ mean, later }] : [];
    });
    if (moved.length < 2) return [];
    const changes = moved.map(({ mean, later }) => later.map((row) => row.map((value, j) => value - (mean[j] ?? 0))));
    const drift = averageOf(changes.map((list) => medians(list)));
    return [{ samples, drift, within: covarianceOf(changes.flat(), drift) }];
  });
  return {
    zones,
    habits,
    anybody: spreadOf(rows.flat()),
    beginners: spreadOf(rows.flatMap((own) => own.slice(0, BEGINNING))),
  };
}

function spreadOf(rows: readonly Float64Array[]): Spread {
  const mean = medians(rows);
  return { mean, covariance: covarianceOf(rows, mean) };
}

function averageOf(rows: readonly Float64Array[]): Float64Array {
  return Float64Array.from({ length: rows[0]?.length ?? 0 }, (_, j) => {
    const known = rows.map((row) => row[j] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

/** Mean product of deviations, each cut off; what is missing deviates by nothing. */
function covarianceOf(rows: readonly Float64Array[], mean: Float64Array): Float64Array {
  const size = mean.length;
  const covariance = new Float64Array(size * size);
  for (const row of rows) {
    const deviation = mean.map((centre, j) => {
      const value = (row[j] ?? Number.NaN) - centre;
      return Number.isNaN(value) ? 0 : Math.max(-CLIP, Math.min(CLIP, value));
    });
    for (let i = 0; i < size; i += 1) {
      const left = (deviation[i] ?? 0) / rows.length;
      for (let j = 0; j <= i; j += 1)
        covariance[i * size + j] = (covariance[i * size + j] ?? 0) + left * (deviation[j] ?? 0);
    }
  }
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j < i; j += 1) covariance[j * size + i] = covariance[i * size + j] ?? 0;
  return covariance;
}
