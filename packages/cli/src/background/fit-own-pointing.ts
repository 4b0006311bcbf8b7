import { createHash } from "node:crypto";
import { encodePointerBackground, type FeatureSet, type PointerBackground } from "@habitus/core";
import { fitPointerArms, isPointerWindow, pointerTable, RECORDED_POINTER_WEIGHT } from "@habitus/core/fit";
import type { OwnPeople } from "./fit-own.ts";
import { pointingOf } from "./sittings.ts";

/** Fewer people, or less of each, teach less than what is shipped. */
const FEWEST_PEOPLE = 16;
const FEWEST_WINDOWS = 10;
/** What changes from day to day is learnt from those who came back: at least this share of the people. */
const SHARE_SEEN_AGAIN = 1 / 3;

export type OwnPointing =
  | { readonly kind: "learnt"; readonly background: PointerBackground }
  | { readonly kind: "tooLittle"; readonly why: string };

/** Returns how these people in general move a mouse, or in a sentence why too little is known of it. */
export function fitOwnPointing(
  people: readonly (readonly (readonly FeatureSet[])[])[],
  { application, date, software, onProgress }: OwnPeople,
): OwnPointing {
  const able = people
    .map((sittings) => sittings.map((sets) => pointingOf(sets).filter(isPointerWindow)))
    .map((sittings) => sittings.filter(({ length }) => length > 0))
    .filter((sittings) => sittings.flat().length >= FEWEST_WINDOWS);
  if (able.length < FEWEST_PEOPLE) {
    const windows = `${FEWEST_WINDOWS} windows of pointing`;
    return tooLittle(`${able.length} people have ${windows} or more, at least ${FEWEST_PEOPLE} are needed`);
  }
  const again = able.filter(({ length }) => length > 1).length;
  const needed = Math.ceil(SHARE_SEEN_AGAIN * able.length);
  if (again < needed)
    return tooLittle(
      `${again} of ${able.length} people pointed in two sittings or more, at least ${needed} are needed to tell what changes from day to day`,
    );
  const table = pointerTable([able]);
  const arms = fitPointerArms(table, { id: "unnamed", onProgress });
  const provenance = {
    data: [{ name: `subjects of ${application}`, terms: "the consent of each" }],
    people: able.length,
    windows: table.subject.length,
    furtherSittings: able.flat().length - able.length,
    fittedAt: date,
    software,
    note: "Learnt from the stored feature sets of a service's own people. Of most only one device is known: what is person and what is device is told apart by rule, not by data.",
  };
  const background = { provenance, arms, weight: RECORDED_POINTER_WEIGHT };
  const digest = createHash("sha256").update(encodePointerBackground(background)).digest("hex").slice(0, 8);
  const id = `own-pointing-${able.length}-${digest}`;
  const named = { full: { ...arms.full, id: `${id}.full` }, behaviour: { ...arms.behaviour, id: `${id}.behaviour` } };
  return { kind: "learnt", background: { ...background, arms: named } };
}

function tooLittle(why: string): OwnPointing {
  return { kind: "tooLittle", why: `Pointing was not learnt, the shipped background judges it: ${why}.` };
}
