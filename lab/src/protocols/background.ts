import { createRandom, shuffle } from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";

/** Other people's recordings that a system may learn from when it judges a comparison. */
export interface Background {
  /** A sentence for reports. */
  readonly note: string;
  /** Names the part of the background that may be used for a reference of `claimed` and a probe of `owner`. */
  readonly key: (claimed: string, owner: string | undefined) => string;
  readonly recordings: (key: string) => readonly Recording[];
  /** Whether the two are compared at all; left out: everybody is compared with everybody. */
  readonly meets?: (claimed: string, owner: string | undefined) => boolean;
}

/** One background for all: its people must not be among the tested ones. */
export function fixedBackground(recordings: readonly Recording[], note: string): Background {
  return { note, key: () => "", recordings: () => recordings };
}

/**
 * Cuts the people into folds. A comparison between a reference of one fold and a probe of another uses the people of all remaining
 * folds: neither the subject nor the impostor is in the background, and yet everybody is compared with everybody.
 */
export function foldedBackground(
  recordings: readonly Recording[],
  { folds, seed }: { readonly folds: number; readonly seed: number },
): Background {
  const { used, fold } = drawFolds(recordings, folds, seed);
  return {
    note: `background: the people of the other folds of ${used}; neither subject nor impostor is in it`,
    key: (claimed, owner = claimed) =>
      [...new Set([fold.get(claimed) ?? -1, fold.get(owner) ?? -1])].sort((a, b) => a - b).join("+"),
    recordings: remember((key) => {
      const out = new Set(key.split("+").map(Number));
      return recordings.filter(({ subject }) => !out.has(fold.get(subject) ?? -1));
    }),
  };
}

/** Cuts the people into folds that are compared within themselves, each against all that was learnt from the others. */
export function apartBackground(
  recordings: readonly Recording[],
  { folds, seed }: { readonly folds: number; readonly seed: number },
): Background {
  const { used, fold } = drawFolds(recordings, folds, seed);
  return {
    note: `background: the people of the other folds of ${used}; subject and impostor are of one fold, which it does not know`,
    key: (claimed) => String(fold.get(claimed) ?? -1),
    recordings: remember((key) => recordings.filter(({ subject }) => fold.get(subject) !== Number(key))),
    meets: (claimed, owner) => owner !== undefined && fold.get(claimed) === fold.get(owner),
  };
}

function drawFolds(recordings: readonly Recording[], folds: number, seed: number) {
  const names = [...new Set(recordings.map(({ subject }) => subject))];
  const used = Math.min(folds, names.length);
  return { used, fold: new Map(shuffle([...names], createRandom(seed)).map((name, i) => [name, i % used])) };
}

/** Everybody but the claimed subject, the impostors too: the "seen" way, which flatters. */
export function seenBackground(recordings: readonly Recording[]): Background {
  return {
    note: "background: everybody else's enrolment, the impostors' own included (seen)",
    key: (claimed) => claimed,
    recordings: remember((key) => recordings.filter(({ subject }) => subject !== key)),
  };
}

/** Returns a function that gives the same list again for the same key, so that what was learnt from it can be kept. */
export function remember(choose: Background["recordings"]): Background["recordings"] {
  const known = new Map<string, readonly Recording[]>();
  return (key) => {
    const list = known.get(key) ?? choose(key);
    known.set(key, list);
    return list;
  };
}

/** Returns two halves of the people, drawn with the seed: to learn from and to test on. */
export function halves(
  names: readonly string[],
  seed: number,
): { readonly background: ReadonlySet<string>; readonly test: ReadonlySet<string> } {
  const drawn = shuffle([...names], createRandom(seed));
  const half = Math.floor(drawn.length / 2);
  return { background: new Set(drawn.slice(0, half)), test: new Set(drawn.slice(half)) };
}
