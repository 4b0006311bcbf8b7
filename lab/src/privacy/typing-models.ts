import { type PldaModel, rhythmExtractor, shippedTyping } from "@habitus/core";
import { bySubject } from "../protocols/protocol.ts";
import type { Recording } from "../recordings/recording.ts";
import type { Features } from "../systems/lab-system.ts";
import type { Person } from "../systems/learnt-system.ts";
import { LEAST_PEOPLE, learnModel, TYPING_UNIT } from "../systems/typing-recipe.ts";
import { featureCache } from "../systems/windows.ts";

const KEPT = { pointerEvents: 1_000_000, pointerStride: 1_000_000 } as const;

/** Feature sets of a piece as `habitus` cuts sentences: one window each, of 50 keystrokes at most; kept as long as the piece lives. */
export const typingOf: (piece: Recording) => Features = featureCache(rhythmExtractor, {
  keystrokes: TYPING_UNIT,
  keystrokeStride: TYPING_UNIT,
  ...KEPT,
});

/** Returns people and their feature sets, oldest first. */
export function typists(recordings: readonly Recording[]): Person[] {
  return bySubject(recordings).map(({ name, recordings: own }) => ({ subject: name, recordings: own.map(typingOf) }));
}

const learnt = new WeakMap<readonly Recording[], PldaModel>();

/** Returns what `habitus` learns of these people in general, the shipped model where they are too few; learnt once from each list. */
export function typingModel(background: readonly Recording[]): PldaModel {
  const known = learnt.get(background) ?? learn(typists(background));
  learnt.set(background, known);
  return known;
}

function learn(people: readonly Person[]): PldaModel {
  return people.length < LEAST_PEOPLE ? shippedTyping().model : learnModel([people]);
}
