import type { FeatureSet } from "@habitus/core";
import type { Learnt } from "@habitus/server";
import { fitOwnPointing } from "./fit-own-pointing.ts";
import { fitOwnTyping } from "./fit-own-typing.ts";
import { fitOwnUsage } from "./fit-own-usage.ts";
import { fitPrivateTyping, type PrivateOptions } from "./fit-private-typing.ts";
import { sittingsOf } from "./sittings.ts";

export interface OwnPeople {
  /** Whose people they are. */
  readonly application: string;
  /** ISO 8601 date. */
  readonly date: string;
  readonly software: string;
  readonly onProgress: (share: number) => void;
}

const ONLY_TYPING =
  "Pointing and usage were not learnt, the shipped backgrounds judge them: only typing can be learnt with a promise of privacy.";

/**
 * Returns what these people in general type like, and how they point and use a device where enough is known of it. Each is a list of feature sets,
 * oldest first. Deterministic. Throws a `RangeError` for fewer than 8 people with two windows of typing each. `privately`: with a
 * promise to each of them, typing alone, and the noise makes it another one each time.
 */
export function fitOwn(
  people: readonly (readonly FeatureSet[])[],
  options: Omit<OwnPeople, "software"> & { readonly privately?: PrivateOptions | undefined },
): Learnt {
  const own = { ...options, software: "habitus 0.1.0" };
  const sittings = people.map(sittingsOf);
  const { onProgress, privately } = options;
  if (privately !== undefined) {
    const typing = fitPrivateTyping(sittings, own, privately);
    onProgress(1);
    return { backgrounds: { typing }, notLearnt: [ONLY_TYPING] };
  }
  const typing = fitOwnTyping(sittings, { ...own, onProgress: (share) => onProgress(0.7 * share) });
  const pointing = fitOwnPointing(sittings, { ...own, onProgress: (share) => onProgress(0.7 + 0.2 * share) });
  const usage = fitOwnUsage(people, own);
  onProgress(1);
  const backgrounds = {
    typing,
    ...(pointing.kind === "learnt" && { pointing: pointing.background }),
    ...(usage.kind === "learnt" && { usage: usage.background }),
  };
  return { backgrounds, notLearnt: [pointing, usage].flatMap((one) => (one.kind === "tooLittle" ? [one.why] : [])) };
}
