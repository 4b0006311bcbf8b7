import { gaussian, type Random } from "../math/random.ts";

/**
 * People and their windows as two nested Gaussians: a person is the mean plus a deviation with covariance `between`, a
 * window of that person is the person plus a deviation with covariance `within` (Brummer & De Villiers 2010).
 * Matrices are rows of rows.
 */
export interface TwoCovariance {
  readonly mean: readonly number[];
  readonly between: readonly (readonly number[])[];
  readonly within: readonly (readonly number[])[];
}

/** Keeps a covariance that few people were counted for invertible; in squared units of the rows, here log units. */
const RIDGE = 1e-4;

/**
 * Returns the model of people, each a list of rows of one length, by moments: `within` is pooled over all people, `between`
 * is the covariance of their means less what `within` alone would make of it. Each person weighs the same in mean and `between`.
 * Throws `RangeError` for fewer than two people or a person with fewer than two rows.
 */
export function fitTwoCovariance(people: readonly (readonly (readonly number[])[])[]): TwoCovariance {
  if (people.length < 2) throw new RangeError(`people must be at least 2, got ${people.length}`);
  const size = people[0]?.[0]?.length ?? 0;
  const means = people.map((rows, i) => {
    if (rows.length < 2) throw new RangeError(`people[${i}] must have at least 2 rows, got ${rows.length}`);
    return meanOf(rows, size);
  });
  const mean = meanOf(means, size);
  const deviations = people.flatMap((rows, i) => rows.map((row) => minus(row, means[i] ?? mean)));
  const within = scatter(deviations, deviations.length - people.length, size);
  const ofMeans = scatter(
    means.map((row) => minus(row, mean)),
    people.length - 1,
    size,
  );
  const share = people.reduce((sum, rows) => sum + 1 / rows.length, 0) / people.length;
  const between = ofMeans.map((row, i) =>
    row.map((value, j) => value - share * (within[i]?.[j] ?? 0) + (i === j ? RIDGE : 0)),
  );
  return { mean, between, within };
}

/**
 * Returns a function that draws a new person at each call: again a function, which draws that person's next window.
 * Both covariances must be positive definite.
 */
export function sampler(model: TwoCovariance, random: Random): () => () => number[] {
  const between = cholesky(model.between);
  const within = cholesky(model.within);
  return () => {
    const person = scatterAround(model.mean, between, random);
    return () => scatterAround(person, within, random);
  };
}

function scatterAround(centre: readonly number[], lower: readonly (readonly number[])[], random: Random): number[] {
  const noise = centre.map(() => gaussian(random));
  return centre.map((value, i) => noise.reduce((sum, z, j) => sum + z * (lower[i]?.[j] ?? 0), value));
}

/** Returns the lower Cholesky factor of a symmetric positive definite matrix. */
function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const lower: number[][] = matrix.map((row) => row.map(() => 0));
  lower.forEach((row, i) => {
    for (let j = 0; j <= i; j += 1) {
      let rest = matrix[i]?.[j] ?? 0;
      for (let k = 0; k < j; k += 1) rest -= (row[k] ?? 0) * (lower[j]?.[k] ?? 0);
      if (i === j && !(rest > 0)) throw new RangeError(`the covariance is not positive definite at row ${i}`);
      row[j] = i === j ? Math.sqrt(rest) : rest / (lower[j]?.[j] ?? 1);
    }
  });
  return lower;
}

function meanOf(rows: readonly (readonly number[])[], size: number): number[] {
  return Array.from({ length: size }, (_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0) / rows.length);
}

function minus(row: readonly number[], other: readonly number[]): number[] {
  return row.map((value, i) => value - (other[i] ?? 0));
}

function scatter(rows: readonly (readonly number[])[], divisor: number, size: number): number[][] {
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0) / divisor),
  );
}
