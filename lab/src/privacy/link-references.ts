import {
  agreement,
  createCoder,
  directionOf,
  keyedRotation,
  type PldaModel,
  type Reference,
  readPerson,
  signsOf,
} from "@habitus/core";
import { latentFromCode } from "@habitus/core/attacks";
import type { RawScores } from "../running/compare.ts";
import { labKey } from "./protected-systems.ts";

/** One person enrolled twice, in two applications or before and after a renewal. */
export interface TwoReferences {
  readonly subject: string;
  readonly first: Reference;
  readonly second: Reference;
}

/** What somebody who holds two stored references makes of each, and how alike he finds two of them. */
interface Thief<Seen> {
  readonly see: (model: PldaModel, reference: Reference, key: Uint8Array) => Seen;
  readonly alike: (left: Seen, right: Seen) => number;
}

const direction = (model: PldaModel, reference: Reference): Float64Array =>
  directionOf(model, readPerson(model, reference).sameSitting);

/** References as they are. */
export const seesPlain: Thief<Float64Array> = {
  see: (model, reference) => direction(model, reference),
  alike: cosine,
};

/** References turned by keys that the thief has not. */
export const seesTurned: Thief<Float64Array> = {
  see: (model, reference, key) => {
    return keyedRotation(key, model.between.length).turn(direction(model, reference), 0);
  },
  alike: cosine,
};

/** Codes whose keys the thief has not. */
export function seesCodes(bits: number): Thief<Uint8Array> {
  return {
    see: (model, reference, key) => {
      const coder = createCoder(model, key, bits);
      return signsOf(coder, direction(model, reference));
    },
    alike: agreement,
  };
}

/** Codes, and the key of each. */
export function seesCodesAndKeys(bits: number): Thief<Float64Array> {
  return {
    see: (model, reference, key) => {
      const coder = createCoder(model, key, bits);
      return latentFromCode(model, coder, signsOf(coder, direction(model, reference)));
    },
    alike: cosine,
  };
}

/** Returns all comparisons of a first with a second reference; the two of one person are the mated ones. */
export function linkAll<Seen>(
  model: PldaModel,
  people: readonly TwoReferences[],
  { see, alike }: Thief<Seen>,
): RawScores {
  const first = people.map(({ subject, first: reference }) => see(model, reference, labKey(subject, "one")));
  const second = people.map(({ subject, second: reference }) => see(model, reference, labKey(subject, "two")));
  const rows = first.flatMap((left, claimed) =>
    second.map((right, owner) => ({ claimed, owner, score: alike(left, right) })),
  );
  const score = Float64Array.from(rows, (row) => row.score);
  return {
    subjects: people.map(({ subject }) => subject),
    probes: [],
    score,
    llr: new Float64Array(score.length),
    mated: Uint8Array.from(rows, ({ claimed, owner }) => (claimed === owner ? 1 : 0)),
    claimed: Uint32Array.from(rows, ({ claimed }) => claimed),
    owner: Uint32Array.from(rows, ({ owner }) => owner),
    failedToEnrol: [],
    failuresToAcquire: 0,
    attempts: score.length,
  };
}

export function cosine(left: Float64Array, right: Float64Array): number {
  let [dot, own, other] = [0, 0, 0];
  left.forEach((value, k) => {
    const against = right[k] ?? 0;
    dot += value * against;
    own += value * value;
    other += against * against;
  });
  return own > 0 && other > 0 ? dot / Math.sqrt(own * other) : 0;
}
