import type { EnrolOptions, Reference } from "../comparison/comparator.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { cutSittings } from "../features/sittings.ts";
import type { Sitting, System } from "./system.ts";

/** Sittings of the person that are held out, the newest; each is judged by what the others teach. */
const MOST_HELD_OUT = 3;
/** So few sittings that nothing can be held out and compared with several others. */
const FEWEST = 3;
/** Evidence against the person of so many nats, on average, halves what a part weighs. */
const HALVES = 2;
/** Whatever its past, a part keeps so much: it may have been another device, or a bad month. */
const LEAST = 0.25;

/**
 * Returns what a part weighs for this person, 0.25 to 1: 1 while what it would have said of the person's own sittings, each held out in
 * turn, speaks for the person, and the less the more it misled (somebody who changes mice, or whose hands are worse on some days).
 */
export function reliabilityOf(
  system: Pick<System, "enrol" | "follow">,
  samples: readonly FeatureSet[],
  options: EnrolOptions,
): number {
  const sittings = cutSittings([...samples].sort((a, b) => a.startedAt - b.startedAt));
  if (sittings.length < FEWEST || system.follow === undefined) return 1;
  let [against, count] = [0, 0];
  for (const out of sittings.slice(-MOST_HELD_OUT)) {
    const made = system.enrol(sittings.filter((sitting) => sitting !== out).flat(), options);
    if (made.kind !== "enrolment") continue;
    against += Math.max(0, -saidOf({ follow: system.follow }, made.reference, out));
    count += 1;
  }
  return count === 0 ? 1 : Math.max(LEAST, HALVES / (HALVES + against / count));
}

/** What the windows of a sitting say together, nats. */
function saidOf(
  { follow }: Required<Pick<System, "follow">>,
  reference: Reference,
  sets: readonly FeatureSet[],
): number {
  let sitting: Sitting | undefined;
  let llr = 0;
  for (const set of sets) {
    const next = follow(reference, set, sitting);
    sitting = next.sitting;
    if (next.evidence.kind === "evidence") llr += next.evidence.llr;
  }
  return llr;
}
