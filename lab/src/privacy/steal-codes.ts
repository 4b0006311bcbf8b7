import {
  boundByLapse,
  compareSitting,
  createCoder,
  createRandom,
  directionOf,
  integer,
  type PldaModel,
  readPerson,
  signsOf,
} from "@habitus/core";
import { latentFromCode } from "@habitus/core/attacks";
import { type Figure, figure, resampleSubjects } from "../metrics/bootstrap.ts";
import { thresholdAtFmr } from "../metrics/error-rates.ts";
import { cosine, type TwoReferences } from "./link-references.ts";
import { labKey } from "./protected-systems.ts";

const RESAMPLES = 500;

/** What a stolen code is worth in another application, which holds a plain reference of other typing of the same person. */
export interface Stolen {
  /** Mean cosine between what the thief reckons and where the person lies, with and without the key. */
  readonly likenessWithKey: Figure;
  readonly likenessWithoutKey: Figure;
  /** Shares accepted there as one window, at the threshold at which one stranger in a hundred is. */
  readonly acceptedWithKey: Figure;
  readonly acceptedWithoutKey: Figure;
  /** The same for what is stolen plain. */
  readonly acceptedPlain: Figure;
}

/** Returns what thieves of codes of this length come to. Strangers: everybody's plain mean presented as everybody else. */
export function stealCodes(
  model: PldaModel,
  people: readonly TwoReferences[],
  { bits, seed }: { readonly bits: number; readonly seed: number },
): Stolen {
  const random = createRandom(seed);
  const wrongKey = Uint8Array.from({ length: 32 }, () => integer(random, 256));
  const judged = people.map(({ subject, first, second }) => {
    const coder = createCoder(model, labKey(subject, "one"), bits);
    const { mean, variance } = readPerson(model, first).sameSitting;
    const code = signsOf(coder, directionOf(model, { mean, variance }));
    const [withKey, withoutKey] = [coder, createCoder(model, wrongKey, bits)].map((own) =>
      latentFromCode(model, own, code),
    );
    const there = readPerson(model, second).anotherSitting;
    const accepts = (latent: Float64Array | undefined): number =>
      latent === undefined ? Number.NaN : boundByLapse(compareSitting(model, there, { sum: latent, windows: 1 }));
    const like = (latent: Float64Array | undefined): number =>
      latent === undefined ? Number.NaN : cosine(latent, mean);
    return { mean, accepts, withKey, withoutKey, like };
  });
  const strangers = judged.flatMap(({ accepts }, i) =>
    judged.flatMap(({ mean }, j) => (i === j ? [] : [accepts(mean)])),
  );
  const threshold = thresholdAtFmr(Float64Array.from(strangers), 0.01);
  const accepted = (of: (one: (typeof judged)[number]) => Float64Array | undefined): Figure =>
    meanOf(
      judged.map((one) => (one.accepts(of(one)) >= threshold ? 1 : 0)),
      seed,
    );
  return {
    likenessWithKey: meanOf(
      judged.map(({ like, withKey }) => like(withKey)),
      seed,
    ),
    likenessWithoutKey: meanOf(
      judged.map(({ like, withoutKey }) => like(withoutKey)),
      seed,
    ),
    acceptedWithKey: accepted(({ withKey }) => withKey),
    acceptedWithoutKey: accepted(({ withoutKey }) => withoutKey),
    acceptedPlain: accepted(({ mean }) => mean),
  };
}

/** Returns the mean over people with its bootstrap interval. */
export function meanOf(values: readonly number[], seed: number): Figure {
  const replicates: number[] = [];
  resampleSubjects(values.length, { resamples: RESAMPLES, seed }, (weights) => {
    replicates.push(values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0) / values.length);
  });
  return figure(values.reduce((sum, value) => sum + value, 0) / values.length, replicates);
}
