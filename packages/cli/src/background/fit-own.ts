import type { FeatureSet } from "@habitus/core";
import type { Learnt } from "@habitus/server";
import { fitOwnPointing } from "./fit-own-pointing.ts";
import { fitOwnTyping } from "./fit-own-typing.ts";
import { sittingsOf } from "./sittings.ts";

export interface OwnPeople {
  /** Whose people they are. */
  readonly application: string;
  /** ISO 8601 date. */
  readonly date: string;
  readonly software: string;
  readonly onProgress: (share: number) => void;
}

/**
 * Returns what these people in general type like, and how they point where enough of them do. Each is a list of feature sets,
 * oldest first. Deterministic. Throws a `RangeError` for fewer than 8 people with two windows of typing each.
 */
export function fitOwn(people: readonly (readonly FeatureSet[])[], options: Omit<OwnPeople, "software">): Learnt {
  const own = { ...options, software: "habitus 0.1.0" };
  const sittings = people.map(sittingsOf);
  const { onProgress } = options;
  const typing = fitOwnTyping(sittings, { ...own, onProgress: (share) => onProgress(0.7 * share) });
  const pointing = fitOwnPointing(sittings, { ...own, onProgress: (share) => onProgress(0.7 + 0.3 * share) });
  if (pointing.kind === "tooLittle") return { backgrounds: { typing }, notLearnt: [pointing.why] };
  return { backgrounds: { typing, pointing: pointing.background }, notLearnt: [] };
}
